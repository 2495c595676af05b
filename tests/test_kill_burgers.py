"""A real run on burgers, killed five times with SIGKILL at random moments: the same command ends it.

Its canonical journal is then equal to the byte to that of a run that nobody disturbed.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from solversmith.records.canonical import canonical
from solversmith.records.run import CallRecord
from solversmith.store import RunDirectory

KILLS = 5


def command(folder: Path, cache: Path) -> list[str]:
    options = [
        "--samples",
        "1",
        "-n",
        "3",
        "--debug-rounds",
        "2",
        "--seed",
        "5",
        "--schedule",
        "generational",
    ]
    where = ["--name", "run", "--dir", str(folder), "--cache", str(cache), "--workers", "2"]
    return [sys.executable, "-m", "solversmith.cli.main", "run", "burgers", *options, *where]


def survivors(marker: str) -> list[str]:
    """Command lines of living processes that hold the marker."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                line = (entry / "cmdline").read_bytes().decode(errors="replace")
            except OSError:
                continue  # ended meanwhile
            if marker in line:
                found.append(line)
    return found


@pytest.mark.slow
def test_five_random_kills_leave_the_same_canonical_journal(tmp_path: Path) -> None:
    quiet, killed, cache = tmp_path / "quiet", tmp_path / "killed", tmp_path / "cache"
    undisturbed = subprocess.run(command(quiet, cache), capture_output=True, text=True, check=False)
    assert undisturbed.returncode == 0, undisturbed.stderr

    draw = random.Random(20261122)
    kills = 0
    while kills < KILLS:
        with subprocess.Popen(
            command(killed, cache), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as process:
            try:
                process.wait(timeout=draw.uniform(0.8, 2.5))
                break  # it was done before it could be killed
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
                kills += 1
    finished = subprocess.run(command(killed, cache), capture_output=True, text=True, check=False)
    assert finished.returncode == 0, finished.stderr
    assert kills == KILLS, f"the run was done after {kills} kills"

    records = [list(RunDirectory.read(folder / "run").records()) for folder in (quiet, killed)]
    assert canonical(records[1]) == canonical(records[0])
    completed = [r.id for r in records[1] if isinstance(r, CallRecord) and r.event == "completed"]
    assert len(completed) == len(set(completed)), "a recorded completion was asked for again"
    assert survivors(str(killed)) == []
