"""A real run on burgers, killed five times with SIGKILL at random moments: the same command ends it.

Its canonical journal is then equal to the byte to that of a run that nobody disturbed.
"""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
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


def below(pid: int) -> set[tuple[int, str]]:
    """Every process below one, each with its start time, so that a pid that is used again is another."""
    children: dict[int, set[tuple[int, str]]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text(errors="replace").rpartition(")")[2].split()
            except OSError:
                continue  # ended meanwhile
            children.setdefault(int(fields[1]), set()).add((int(entry.name), fields[19]))
    found: set[tuple[int, str]] = set()
    waiting = [pid]
    while waiting:
        new = children.get(waiting.pop(), set()) - found
        found |= new
        waiting += [child for child, _ in new]
    return found


def alive(processes: set[tuple[int, str]]) -> set[int]:
    """Which of them have not ended."""
    living = set()
    for pid, start in processes:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()
        except OSError:
            continue  # ended
        if fields[19] == start and fields[0] not in "ZX":
            living.add(pid)
    return living


def until(holds: Callable[[], object], within_s: float = 120) -> None:
    """Wait, but not for ever."""
    deadline = time.monotonic() + within_s
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.05)


@pytest.mark.slow
def test_five_random_kills_leave_the_same_canonical_journal(tmp_path: Path) -> None:
    quiet, killed, cache = tmp_path / "quiet", tmp_path / "killed", tmp_path / "cache"
    undisturbed = subprocess.run(command(quiet, cache), capture_output=True, text=True, check=False)
    assert undisturbed.returncode == 0, undisturbed.stderr

    draw = random.Random(20261122)
    kills = 0
    seen: set[tuple[int, str]] = set()
    while kills < KILLS:
        with subprocess.Popen(
            command(killed, cache), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as process:
            if not seen:  # however slow the machine is: one kill at least hits a sandbox
                until(lambda: below(process.pid) or process.poll() is not None)
            try:
                process.wait(timeout=draw.uniform(0.8, 2.5))
                break  # it was done before it could be killed
            except subprocess.TimeoutExpired:
                seen |= below(process.pid)
                process.send_signal(signal.SIGKILL)
                kills += 1
    assert seen, "no process of a sandbox was under way at any kill"
    until(lambda: not alive(seen), within_s=10)
    assert not alive(seen), "what a killed run had started lives on"
    finished = subprocess.run(command(killed, cache), capture_output=True, text=True, check=False)
    assert finished.returncode == 0, finished.stderr
    assert kills == KILLS, f"the run was done after {kills} kills"

    records = [list(RunDirectory.read(folder / "run").records()) for folder in (quiet, killed)]
    assert canonical(records[1]) == canonical(records[0])
    completed = [r.id for r in records[1] if isinstance(r, CallRecord) and r.event == "completed"]
    assert len(completed) == len(set(completed)), "a recorded completion was asked for again"
