"""`table` over many runs: what is wrong with one of them must not take the others along."""

from __future__ import annotations

import json
import re
import shutil
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from solversmith import errors
from solversmith.cli.main import main

Call = Callable[..., Any]
DECAY = str(Path(__file__).parent / "decay")


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


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run at the level of this machine, `at-L3` perhaps, and its records as they are at the other one."""
    folder = tmp_path_factory.mktemp("mixed")
    options = ("-n", 1, "--dir", folder, "--name", "here")
    assert main([str(part) for part in ("run", DECAY, *options)]) == errors.DONE
    here = tomllib.loads((folder / "here" / "run.toml").read_text())["identity"]["isolation"]
    (folder / "here").rename(folder / f"at-{here}")
    (other,) = {"L2", "L3"} - {here}
    shutil.copytree(folder / f"at-{here}", folder / f"at-{other}")
    for name in ("run.toml", "journal.jsonl", "rows.json"):
        file = folder / f"at-{other}" / name
        assert f'"{here}"' in file.read_text()
        file.write_text(file.read_text().replace(f'"{here}"', f'"{other}"'))
    return folder


@pytest.mark.parametrize("style", ["text", "markdown", "csv", "json"])
def test_runs_of_two_levels_are_marked_row_by_row(style: str, mixed: Path, call: Call) -> None:
    done = call("table", "at-L3", "at-L2", "--dir", mixed, "--format", style)
    assert done.code == errors.DONE
    marked = [line for line in done.out.splitlines() if re.search("isolation level(?!s|:)", line)]
    assert len(marked) == 4  # the run at L2, and its three human programs
    if style != "json":
        assert all("L2" in line and "L3" not in line for line in marked)
    warned = done.err if style == "csv" else done.out
    assert "isolation levels are mixed (L2, L3)" in warned
    alone = call("table", "at-L2", "--dir", mixed, "--format", style)
    assert "WARNING" not in alone.out + alone.err


@pytest.mark.parametrize("level", ["L2", "L3"])
def test_a_run_states_how_what_it_executed_was_isolated(level: str, mixed: Path, call: Call) -> None:
    found = json.loads(call("show", mixed / f"at-{level}", "--json").out)
    assert (found["measured"]["levels"], found["isolation"]) == ([level], level)
    assert found["measured"]["starts"] == [found["start"]]
    assert all(row["level"] == level and row["machine"]["cores"] >= 1 for row in found["humans"])
    lines = (mixed / f"at-{level}" / "journal.jsonl").read_text().splitlines()
    executed = [r for r in map(json.loads, lines) if r["kind"] in ("round", "candidate", "test")]
    assert len(executed) >= 3
    assert {record["measured"]["level"] for record in executed} == {level}
    probes = found["settings"]["environment"]["sandbox"]["probes"]
    assert any(probe["name"] == level and probe["ok"] for probe in probes)


def test_a_run_does_not_go_on_at_another_level(mixed: Path, call: Call) -> None:
    refused = [call("run", DECAY, "-n", 1, "--dir", mixed, "--name", f"at-{level}") for level in ("L2", "L3")]
    assert sorted(done.code for done in refused) == [errors.DONE, errors.USAGE]
    (told,) = [done.sentence for done in refused if done.code == errors.USAGE]
    assert re.search("isolation: 'L[23]' -> 'L[23]'", told)
