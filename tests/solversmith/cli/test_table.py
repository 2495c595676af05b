"""`table` over many runs: what is wrong with one of them must not take the others along."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from solversmith import errors

Call = Callable[..., Any]


def torn(run: Path) -> None:
    """Damage an inner line of the journal."""
    lines = (run / "journal.jsonl").read_bytes().splitlines(keepends=True)
    (run / "journal.jsonl").write_bytes(b"".join([lines[0], b'{"v":1,\n', *lines[1:]]))


def unreadable(run: Path) -> None:
    """Put something in the journal's place that nobody can read as a file, root included."""
    (run / "journal.jsonl").unlink()
    (run / "journal.jsonl").mkdir()


def without_settings(run: Path) -> None:
    """Damage what says which run it is."""
    (run / "run.toml").write_text("format = ")


@pytest.fixture
def folder(finished: Any, tmp_path: Path) -> Path:
    """Two copies of the finished run."""
    for name in ("good", "bad"):
        shutil.copytree(finished.path, tmp_path / "runs" / name)
    return tmp_path / "runs"


@pytest.mark.parametrize("damage", [torn, unreadable, without_settings])
@pytest.mark.parametrize("named", [(), ("good", "bad")])
def test_a_damaged_run_is_left_out_with_a_warning(
    damage: Callable[[Path], None], named: tuple[str, ...], folder: Path, call: Call
) -> None:
    damage(folder / "bad")
    done = call("table", *named, "--dir", folder, "--format", "json", "--no-humans")
    assert done.code == errors.DONE
    found = json.loads(done.out)
    assert [row["who"] for row in found["rows"]] == ["good"]
    assert found["caption"][0].startswith("WARNING: run bad is left out: ")
    assert found["caption"][0] in done.err


@pytest.mark.parametrize("damage", [torn, unreadable, without_settings])
def test_a_damaged_run_alone_is_an_error_of_what_is_there_and_no_fault_of_ours(
    damage: Callable[[Path], None], folder: Path, call: Call
) -> None:
    damage(folder / "bad")
    for command in (["table", "bad"], ["show", "bad"]):
        done = call(*command, "--dir", folder)
        assert done.code == errors.PREREQUISITE
        assert done.sentence.startswith("error: ")
        assert str(folder / "bad") in done.sentence
