"""A sweep and a run whose disk is full, and a run while the system's clock is set back and forth."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from loopback_server import Asked, LoopbackServer, Reply, good

from solversmith import errors
from solversmith.records.run import CallRecord
from solversmith.store import RunDirectory

Call = Callable[..., Any]
SMALL, LARGE = "64k", "16m"
PROGRAM = """```python
# {padding}
def solver(start, times, rate):
    return [start / (1.0 + rate * t) for t in times]
```"""
# Whoever asks for the time of day is told that it is three hours earlier or later than last time.
JUMPING = """
import itertools, time
_true, _turns = time.time, itertools.cycle((3, -3, 9, 0))
time.time = lambda: _true() + 3600 * next(_turns)
"""


def writer(asked: Asked) -> Reply:
    """A program as long as texts of people are; no two alike."""
    return good(PROGRAM.format(padding=f"{asked.number} " * 400))


def _mount(*words: str) -> bool:
    return subprocess.run(["mount", *words], capture_output=True, check=False).returncode == 0


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """A folder on a disk that is soon full."""
    folder = tmp_path / "runs"
    folder.mkdir()
    if os.geteuid() != 0 or not _mount("-t", "tmpfs", "-o", f"size={SMALL}", "none", str(folder)):
        pytest.skip("only root can mount a small disk")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def assert_paid_once(folder: Path, server: LoopbackServer) -> None:
    """Every completion that was recorded was bought once, unless one before it found no room."""
    completed, doubted = Counter[str](), Counter[str]()
    for path in folder.rglob("run.toml"):
        with RunDirectory.read(path.parent) as store:
            for record in store.records():
                if isinstance(record, CallRecord):
                    key = f"{store.run_id}-{record.id}"
                    completed[key] += record.event == "completed"
                    doubted[key] += record.event == "in_doubt"
    assert set(completed.values()) == {1}
    assert set(server.whole) == set(completed)
    assert all(count <= 1 + doubted[key] for key, count in server.whole.items())


def test_a_full_disk_ends_a_sweep_and_room_lets_it_go_on(
    call: Call, decay: str, small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "none")
    file = tmp_path / "full.toml"
    with LoopbackServer(writer) as server:
        file.write_text(
            f'[run]\nproblem = "{decay}"\nmodel = "openai:any"\nbase_url = "{server.url}"\n'
            f"no_cache = true\nhumans = false\nn = 3\n[grid]\nseed = {list(range(5))}\n"
        )
        full = call("sweep", file)
        assert full.code == errors.PREREQUISITE, full.err
        assert "Traceback" not in full.err
        assert "internal fault" not in full.err
        assert "No space left on device; nothing that is recorded is lost: make room" in full.err
        states = json.loads(call("sweep", "status", file, "--json").out)["runs"]
        assert "waiting" in {row["state"] for row in states}  # what finds no room either is not begun
        assert 0 < len(server.requests) < 24
        before = {path: _whole(path) for path in small.rglob("journal.jsonl")}
        assert call("sweep", file).code == errors.PREREQUISITE  # still full
        assert _mount("-o", f"remount,size={LARGE}", str(small))
        done = call("sweep", file)
        assert done.code == errors.DONE, done.err
        assert all(_whole(path)[: len(lines)] == lines for path, lines in before.items())
        assert_paid_once(small, server)


def _whole(journal: Path) -> list[bytes]:
    """The lines of a journal: none of them is half there."""
    lines = journal.read_bytes().splitlines(keepends=True)
    assert all(line.endswith(b"\n") and json.loads(line) for line in lines)
    return lines


def test_a_clock_that_is_set_spends_no_time_and_gives_none_back(decay: str, tmp_path: Path) -> None:
    """`--max-wall` is ten minutes, and the clock goes hours back and forth."""
    (tmp_path / "jumps").mkdir()
    (tmp_path / "jumps" / "sitecustomize.py").write_text(JUMPING)
    environment = {**os.environ, "PYTHONPATH": f"{tmp_path / 'jumps'}:{os.environ.get('PYTHONPATH', '')}"}
    command = [sys.executable, "-m", "solversmith.cli.main", "run", decay, "-n", "3", "--no-humans"]
    done = subprocess.run(
        [*command, "--max-wall", "600", "--name", "r", "--json"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == errors.DONE, done.stderr
    assert json.loads(done.stdout)["candidates"] == 3
    with RunDirectory.read(tmp_path / "runs" / "r") as store:
        stamps = [record.measured["at_s"] for record in store.records() if record.kind != "session"]
    assert stamps == sorted(stamps)
    assert stamps[-1] - stamps[0] < 600
