"""Sweeps on a cluster whose worker, raylet and driver are killed, and what must hold of them all the same."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

from loopback_server import Asked, LoopbackServer, Reply, good
from raylets import Raylets, raylets, wait_for

from solversmith.broker import ledger_of
from solversmith.records.canonical import canonical
from solversmith.records.run import CallRecord, RoundRecord
from solversmith.store import RunDirectory

PATIENCE_S = 280.0
COMMAND = (sys.executable, "-m", "solversmith.cli.main")
DECAY = Path(__file__).parent / "solversmith" / "cli" / "decay"
# Four problems: the rate is a number that the folder knows, and the number of samples makes it another one.
SWEEP = """
[run]
model = "openai:any"
base_url = "{url}"
no_cache = true
schedule = "generational"
debug_rounds = 1
humans = false
n = {n}
[grid]
problem = ["{decay}:rate=4", "{decay}:rate=40"]
samples = [1, 2]
seed = {seeds}
"""
PROGRAM = """```python
import time

def solver(start, times, rate):
    time.sleep({sleep})
    return [start / (1.0 + {number} * rate * t) for t in times]
```"""
BROKEN = "```python\ndef solver(start, times, rate):\n    return [None for _ in times]\n```"


def writer(asked: Asked) -> Reply:
    """A program that depends on what was asked alone; one in three has to be repaired."""
    said = json.dumps(asked.body["messages"]) + asked.key.partition("-")[2]
    digest = hashlib.sha256(said.encode()).digest()
    if digest[0] % 3 == 0 and len(asked.body["messages"]) < 3:
        return good(BROKEN)
    return good(PROGRAM.format(sleep=0.05, number=digest[1] / 64), delay_s=0.02)


def written(folder: Path, url: str, n: int, seeds: int) -> Path:
    """The sweep's file."""
    folder.mkdir(exist_ok=True)
    file = folder / "four.toml"
    file.write_text(SWEEP.format(url=url, n=n, seeds=list(range(seeds)), decay=DECAY))
    return file


def started(
    file: Path, environment: dict[str, str], *options: str, group: bool = False
) -> subprocess.Popen[bytes]:
    """The command, in the file's folder; what it tells goes to a log there. `group`: in one of its own."""
    with (file.parent / "told.log").open("a") as log:
        return subprocess.Popen(
            [*COMMAND, "sweep", file.name, *options],
            cwd=file.parent,
            env=environment | {"OPENAI_API_KEY": "none"},
            stderr=log,
            start_new_session=group,
        )


def rounds(folder: Path) -> int:
    """How many rounds are recorded in all runs."""
    return sum(
        path.read_bytes().count(b'"kind":"round"') for path in folder.glob("runs/four/*/journal.jsonl")
    )


def canonical_journals(folder: Path) -> dict[str, str]:
    """By run."""
    found = {}
    for path in sorted(folder.glob("runs/four/*/run.toml")):
        with RunDirectory.read(path.parent) as store:
            found[path.parent.name] = canonical(store.records())
    return found


def assert_paid_once(folder: Path, server: LoopbackServer) -> None:
    """What is recorded is what the server did; only what was in doubt may have been answered twice."""
    completed, doubted, tries = Counter[str](), Counter[str](), 0
    for path in folder.glob("runs/four/*/run.toml"):
        with RunDirectory.read(path.parent) as store:
            calls = [record for record in store.records() if isinstance(record, CallRecord)]
            completed.update(f"{store.run_id}-{c.id}" for c in calls if c.event == "completed")
            doubted.update(f"{store.run_id}-{c.id}" for c in calls if c.event == "in_doubt")
            total = ledger_of(calls).total
            assert total.under_way == 0
            assert total.tries == total.completed + total.failed + total.in_doubt
            tries += total.tries
    assert set(completed.values()) == {1}
    assert set(server.whole) == set(completed)
    again = {key: count for key, count in server.whole.items() if count > 1}
    assert all(count <= 1 + doubted[key] for key, count in again.items()), again
    assert len(server.requests) <= tries  # one that was in doubt may never have left


def undisturbed(folder: Path, n: int, seeds: int) -> dict[str, str]:
    """The canonical journals of the sweep in one process."""
    with LoopbackServer(writer) as server:
        file = written(folder, server.url, n, seeds)
        process = started(file, dict(os.environ), "--yes")
        assert process.wait(PATIENCE_S) == 0, (folder / "told.log").read_text()
    return canonical_journals(folder)


def disturbed(folder: Path, cluster: Raylets, url: str, n: int, seeds: int) -> None:
    """The sweep while a worker, a raylet and the driver are killed; then the same command to the end."""
    file = written(folder, url, n, seeds)
    options = ("--yes", "--pool", "ray", "--address", cluster.address)
    process = started(file, cluster.environment, *options)
    try:
        wait_for(lambda: rounds(folder) >= 3)
        os.kill(cluster.workers()[0], signal.SIGKILL)
        seen = rounds(folder)
        wait_for(lambda: rounds(folder) >= seen + 4)
        cluster.kill(1)
        seen = rounds(folder)
        wait_for(lambda: rounds(folder) >= seen + 4)
    finally:
        process.kill()
        process.wait()
    wait_for(lambda: not cluster.workers())  # what the driver had there ends with it
    again = started(file, cluster.environment, *options)
    try:
        assert again.wait(PATIENCE_S) == 0, (folder / "told.log").read_text()
    finally:
        again.kill()
    wait_for(lambda: not cluster.workers())


def executed_on(folder: Path) -> Counter[str]:
    """How many rounds each verdict has, over all runs: that something was executed at all."""
    found = Counter[str]()
    for path in folder.glob("runs/four/*/run.toml"):
        with RunDirectory.read(path.parent) as store:
            found.update(str(r.verdict) for r in store.records() if isinstance(r, RoundRecord))
    return found


def assert_journals_survive(folder: Path, n: int, seeds: int) -> None:
    """A sweep of 4 `n` `seeds` attempts is killed in three ways and equals one that nobody disturbed."""
    with raylets(folder, 1, 1) as cluster, LoopbackServer(writer) as server:
        disturbed(folder / "killed", cluster, server.url, n, seeds)
        assert_paid_once(folder / "killed", server)
    found = canonical_journals(folder / "killed")
    calm = undisturbed(folder / "calm", n, seeds)
    assert len(found) == 4 * seeds
    assert list(found.values()) == list(calm.values())
    assert {"ok", "bad_output"} <= set(executed_on(folder / "killed"))
