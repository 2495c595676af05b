"""Fetching a data set from a hub on loopback: checked, resumed, and explained where it fails."""

from __future__ import annotations

import builtins
import json
from pathlib import Path
from typing import Any

import pytest
from loopback_hub import REPOSITORY, REVISION, LoopbackHub

from solversmith.errors import BadData, MissingPrerequisite
from solversmith.hub import CHECKSUMS, damaged, fetch, listing, size_text

SMALL, BIG = "TSP/valid_instances/a", "TSP/hard_test_instances/b"
FILES = {SMALL: b"small\n", BIG: bytes(range(256)) * 4000, "MIS/other": b"not asked for"}


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The client waits ever longer between its tries; a loopback server is not worth waiting for."""
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    monkeypatch.setenv("HF_TOKEN", "hf_a_token_that_must_not_be_sent")


def silent(text: str) -> None:
    """Nobody listens."""


def fetched(hub: LoopbackHub, folder: Path) -> int:
    return fetch(listing(REPOSITORY, "TSP", hub.url), folder, silent, hub.url)


def test_what_is_there() -> None:
    with LoopbackHub(FILES) as hub:
        found = listing(REPOSITORY, "TSP", hub.url)
    assert [(file.path, file.size) for file in found.files] == [(BIG, 1_024_000), (SMALL, 6)]
    assert (found.revision, found.nbytes) == (REVISION, 1_024_006)
    assert [file.sha256 is None for file in found.files] == [False, True]


def test_it_is_fetched_once_whole_and_verified(tmp_path: Path) -> None:
    with LoopbackHub(FILES) as hub:
        assert fetched(hub, tmp_path) == 2
        assert (tmp_path / SMALL).read_bytes() == FILES[SMALL]
        assert (tmp_path / BIG).read_bytes() == FILES[BIG]
        assert damaged(tmp_path / "TSP") == []
        hub.asked.clear()
        assert fetched(hub, tmp_path) == 0
        assert not [path for _, path, _ in hub.asked if "resolve" in path]
        assert hub.tokens == []
    stated = json.loads((tmp_path / "TSP" / CHECKSUMS).read_text())
    assert (stated["repository"], stated["revision"]) == (REPOSITORY, REVISION)
    assert not (tmp_path / "MIS").exists()


def test_a_download_that_broke_off_goes_on_where_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.DOWNLOAD_CHUNK_SIZE", 100)
    with LoopbackHub({BIG: FILES[BIG]}, breaks_after=1000) as hub:
        with pytest.raises(MissingPrerequisite, match=r"broke off .* the same command goes on"):
            fetched(hub, tmp_path)
        assert not (tmp_path / BIG).exists()
        (part,) = (tmp_path / BIG).parent.iterdir()
        assert part.stat().st_size == 1000
        hub.breaks_after = None
        hub.asked.clear()
        assert fetched(hub, tmp_path) == 1
        assert [span for method, _, span in hub.asked if method == "GET"][-1] == "bytes=1000-"
    assert (tmp_path / BIG).read_bytes() == FILES[BIG]
    assert sorted(file.name for file in (tmp_path / BIG).parent.iterdir()) == ["b"]


def test_a_file_with_another_content_than_stated_is_not_kept(tmp_path: Path) -> None:
    with LoopbackHub(FILES, lies={BIG: b"x" * len(FILES[BIG])}) as hub:
        with pytest.raises(BadData, match="another content than the hub states"):
            fetched(hub, tmp_path)
        assert not (tmp_path / BIG).exists()
        hub.lies = {}
        assert fetched(hub, tmp_path) >= 1
    assert (tmp_path / BIG).read_bytes() == FILES[BIG]


def test_damage_is_told_by_file(tmp_path: Path) -> None:
    with LoopbackHub(FILES) as hub:
        fetched(hub, tmp_path)
        (tmp_path / SMALL).write_bytes(b"Small\n")
        (tmp_path / BIG).write_bytes(FILES[BIG][:-1])
        assert damaged(tmp_path / "TSP") == [
            "hard_test_instances/b: has 1023999 bytes, 1024000 expected",
            "valid_instances/a: has another content",
        ]
        assert fetched(hub, tmp_path) == 2
        (tmp_path / SMALL).unlink()
        assert damaged(tmp_path / "TSP") == ["valid_instances/a: is missing"]


@pytest.mark.parametrize("content", ["{", "[]", '{"files": 3}', '{"files": {"a": {}}}'])
def test_checksums_that_can_not_be_read(tmp_path: Path, content: str) -> None:
    with pytest.raises(BadData, match="no checksums: it was not fetched"):
        damaged(tmp_path)
    (tmp_path / CHECKSUMS).write_text(content)
    with pytest.raises(BadData, match="no checksums can be read"):
        damaged(tmp_path)


def test_what_the_hub_does_not_have() -> None:
    with LoopbackHub(FILES) as hub:
        with pytest.raises(BadData, match="has no file in CVRP"):
            listing(REPOSITORY, "CVRP", hub.url)
        with pytest.raises(MissingPrerequisite, match="no data set nobody/nothing for everybody"):
            listing("nobody/nothing", "TSP", hub.url)


def test_no_network() -> None:
    with LoopbackHub(FILES) as hub:
        gone = hub.url
    with pytest.raises(
        MissingPrerequisite, match=r"can't be reached .*give a folder that you have as --data"
    ):
        listing(REPOSITORY, "TSP", gone)


def test_no_client(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def refuse(name: str, *rest: Any, **more: Any) -> Any:
        if name.startswith("huggingface_hub"):
            raise ImportError(name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(MissingPrerequisite, match=r"pip install 'solversmith\[data\]'"):
        listing(REPOSITORY, "TSP")


@pytest.mark.parametrize(
    ("nbytes", "text"),
    [(0, "0 bytes"), (999, "999 bytes"), (1500, "2 kB"), (2_000_000, "2 MB"), (3_100_000_000, "3 GB")],
)
def test_sizes_for_people(nbytes: int, text: str) -> None:
    assert size_text(nbytes) == text
