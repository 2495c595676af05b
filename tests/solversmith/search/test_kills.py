"""Processes that are killed, at every record and in the middle of a round: nothing is lost or paid twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import dying_attempt
import dying_runs
import pytest
from loopback_server import Asked, LoopbackServer, Reply, good, slow
from toy import reply

from solversmith.records import (
    CallRecord,
    CandidateRecord,
    ProposalRecord,
    Record,
    RoundRecord,
    TestRecord,
    Verdict,
)
from solversmith.records.canonical import canonical
from solversmith.search import check
from solversmith.store import RunDirectory


def journal(folder: Path) -> list[Record]:
    """Of a run that is over, or, if its last line may be torn, what was whole of it."""
    with RunDirectory.read(folder) as store:
        return list(store.records())


def asked(log: Path) -> Counter[str]:
    return Counter(log.read_text().split())


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """In memory where that can be had: a killed process, unlike a machine that fails, needs no disk."""
    memory = Path("/dev/shm")
    parent = memory if os.access(memory, os.W_OK) else tmp_path
    with tempfile.TemporaryDirectory(dir=parent, prefix="solversmith-kills-") as made:
        yield Path(made)


@pytest.mark.parametrize("mode", dying_runs.MODES)
@pytest.mark.parametrize("schedule", ["generational", "steady"])
def test_killed_at_every_record(folder: Path, schedule: str, mode: str) -> None:
    command = [sys.executable, dying_runs.__file__, str(folder), schedule, "2", mode]
    subprocess.run(command, check=True, timeout=240)
    expected = canonical(journal(folder / "calm"))
    killed = sorted(folder.glob("*.died"))
    assert len(killed) > 30
    for died in killed:
        whole, log = died.with_suffix(""), died.with_suffix(".log")
        records = journal(whole)
        with RunDirectory.read(whole) as store:
            method, text = dying_runs.METHOD, store.text
            assert check(records, method, seed=dying_runs.SEED, text=text, schedule=schedule) == []
        if schedule == "generational":
            assert canonical(records) == expected
        assert {r.number for r in records if isinstance(r, ProposalRecord)} == set(range(method.n))
        assert sum(isinstance(r, TestRecord) for r in records) == sum(
            isinstance(r, CandidateRecord) for r in records
        )
        assert_nothing_was_asked_for_again(
            journal(died), records, asked(died.with_suffix(".died.log")), asked(log)
        )


def assert_nothing_was_asked_for_again(
    before: list[Record], after: list[Record], asked_before: Counter[str], asked_after: Counter[str]
) -> None:
    """A completion that was durable is never asked for again; every request stands in the ledger."""
    tries = Counter(r.id for r in after if isinstance(r, CallRecord) and r.event == "started")
    ended = Counter(r.id for r in after if isinstance(r, CallRecord) and r.event != "started")
    completed = Counter(r.id for r in after if isinstance(r, CallRecord) and r.event == "completed")
    assert tries == ended
    assert set(completed.values()) == {1}
    durable = {r.id for r in before if isinstance(r, CallRecord) and r.event == "completed"}
    for key, count in asked_after.items():
        call = key.split("-")[-1]
        assert count <= tries[call]
        if call in durable:
            assert count == asked_before[key] == 1
    assert {key.split("-")[-1] for key in asked_after} == set(completed)


SCRIPT = ["I can't.", reply("RAISE"), reply("None"), reply(4)]


def carried_out(folder: Path, server: LoopbackServer, *die_at: str) -> int:
    command = [sys.executable, dying_attempt.__file__, str(folder), server.url, *die_at]
    environment = {**os.environ, "OPENAI_API_KEY": "none"}
    return subprocess.run(command, check=False, timeout=120, env=environment).returncode


def by_round(asked: Asked) -> Reply:
    return good(SCRIPT[int(asked.key.split(".r")[1].split(".")[0])])


def requests_by_round(server: LoopbackServer) -> list[int]:
    counts = Counter(request.key.split(".")[1] for request in server.requests)
    return [counts[f"r{number}"] for number in range(4)]


def test_killed_while_the_second_repair_is_evaluated(tmp_path: Path) -> None:
    with LoopbackServer(by_round) as server:
        assert carried_out(tmp_path / "run", server, "return None") == -signal.SIGKILL
        assert requests_by_round(server) == [1, 1, 1, 0]
        assert carried_out(tmp_path / "run", server) == 0
        assert requests_by_round(server) == [1, 1, 1, 1]
    assert_repaired(journal(tmp_path / "run"))


def test_killed_while_the_second_repair_is_written(tmp_path: Path) -> None:
    """The server kills the process that asks: the first two completions are not asked for again."""
    writers: list[subprocess.Popen[bytes]] = []

    def script(request: Asked) -> Reply:
        if ".r2." in request.key and request.tries == 1:
            writers[0].kill()
            writers[0].wait()
        return by_round(request)

    with LoopbackServer(script) as server:
        command = [sys.executable, dying_attempt.__file__, str(tmp_path / "run"), server.url]
        environment = {**os.environ, "OPENAI_API_KEY": "none"}
        writers.append(subprocess.Popen(command, env=environment))
        assert writers[0].wait(timeout=120) == -signal.SIGKILL
        assert requests_by_round(server) == [1, 1, 1, 0]
        assert carried_out(tmp_path / "run", server) == 0
        assert requests_by_round(server) == [1, 1, 2, 1]
        assert len({request.key for request in server.requests}) == 4
    records = journal(tmp_path / "run")
    assert_repaired(records)
    assert Counter(r.event for r in records if isinstance(r, CallRecord)) == {
        "started": 5,
        "completed": 4,
        "in_doubt": 1,
    }


def assert_repaired(records: list[Record]) -> None:
    rounds = [r.verdict for r in records if isinstance(r, RoundRecord)]
    assert rounds == [Verdict.NO_CODE, Verdict.RUNTIME_ERROR, Verdict.BAD_OUTPUT, Verdict.OK]
    assert [r.round for r in records if isinstance(r, CandidateRecord)] == [3]


def test_an_interrupted_search_leaves_at_once_though_threads_wait_for_a_model(tmp_path: Path) -> None:
    """The reply would take ten minutes; the process is gone long before."""
    held = [True]

    def script(request: Asked) -> Reply:
        return slow(600.0) if held[0] and ".r1." in request.key else by_round(request)

    with LoopbackServer(script) as server:
        command = [sys.executable, dying_attempt.__file__, str(tmp_path / "run"), server.url]
        environment = {**os.environ, "OPENAI_API_KEY": "none"}
        writer = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
        while requests_by_round(server)[1] == 0 and writer.poll() is None:
            time.sleep(0.05)
        writer.send_signal(signal.SIGINT)
        assert writer.wait(timeout=120) != 0
        held[0] = False
        assert carried_out(tmp_path / "run", server) == 0
        assert requests_by_round(server) == [1, 2, 1, 1]
    assert_repaired(journal(tmp_path / "run"))
