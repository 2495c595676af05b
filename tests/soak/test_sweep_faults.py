"""Sweeps on Ray that are interrupted, cancelled, given a further node, or have their clock set."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import killed_sweeps
import pytest
import soak_parts
from killed_sweeps import assert_paid_once, rounds, started, written
from loopback_server import Asked, LoopbackServer, Reply
from raylets import children, command, raylets, wait_for

from solversmith import errors
from solversmith.records.run import CallRecord, CandidateRecord, ProposalRecord
from solversmith.store import RunDirectory

LOCAL = ("--yes", "--pool", "ray", "--address", "local")
MARK = "SOLVERSMITH_TEST_MARK"
pytestmark = pytest.mark.timeout(900)


def slowly(asked: Asked) -> Reply:
    """A writer that takes its time, so that calls are under way whenever something happens."""
    return replace(killed_sweeps.writer(asked), delay_s=0.4)


class Alone:
    """A sweep on a cluster of its own: the processes below it carry a mark in their environment."""

    def __init__(self, folder: Path, url: str, shallow: str, n: int = 10) -> None:
        self.folder, self.file = folder, written(folder, url, n, 1)
        self._mark = uuid.uuid4().hex
        self._environment = {**os.environ, "HOME": str(folder), "RAY_TMPDIR": shallow, MARK: self._mark}
        for name in ("RAY_ADDRESS", "RAY_AUTH_TOKEN", "RAY_AUTH_MODE"):
            self._environment.pop(name, None)

    @contextmanager
    def begun(self) -> Iterator[subprocess.Popen[bytes]]:
        """The command, until the block ends."""
        process = started(self.file, self._environment, *LOCAL, group=True)
        try:
            yield process
        finally:
            process.kill()
            process.wait()

    def interrupted(self, *, twice: bool = False) -> float:
        """Ctrl-C as a terminal sends it, to the whole group; seconds from the last to the command's end."""
        with self.begun() as process:
            wait_for(lambda: rounds(self.folder) >= 4)
            os.killpg(process.pid, signal.SIGINT)
            if twice:
                wait_for(lambda: "finishing what runs" in self.told)
                os.killpg(process.pid, signal.SIGINT)
            since_s = time.monotonic()
            assert process.wait(60 if twice else killed_sweeps.PATIENCE_S) == errors.INTERRUPTED, self.told
        return time.monotonic() - since_s

    def call(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Another command beside it."""
        return subprocess.run(
            [*killed_sweeps.COMMAND, *words],
            cwd=self.folder,
            env=self._environment | {"OPENAI_API_KEY": "none"},
            capture_output=True,
            text=True,
            check=False,
        )

    def carried_on(self) -> None:
        """The same command once more, to the end."""
        with self.begun() as process:
            assert process.wait(killed_sweeps.PATIENCE_S) == errors.DONE, self.told

    def left(self) -> list[str]:
        """Commands of processes that the sweep had started and that live."""
        mark = f"{MARK}={self._mark}".encode()
        found = []
        for entry in Path("/proc").iterdir():
            if entry.name.isdecimal() and mark in _environment_of(entry):
                found.append(command(int(entry.name)))
        return found

    @property
    def told(self) -> str:
        """On stderr, over all calls."""
        return (self.folder / "told.log").read_text()

    def counted(self) -> Counter[str]:
        """Proposals that are open, and calls in doubt, over all runs."""
        found = Counter[str]()
        for path in self.folder.glob("runs/four/*/run.toml"):
            with RunDirectory.read(path.parent) as store:
                records = list(store.records())
            proposed = {each.id for each in records if isinstance(each, ProposalRecord)}
            done = {each.proposal for each in records if isinstance(each, CandidateRecord)}
            found["open"] += len(proposed - done)
            found["proposals"] += len(proposed)
            found["doubted"] += sum(
                isinstance(each, CallRecord) and each.event == "in_doubt" for each in records
            )
        return found


def _environment_of(entry: Path) -> bytes:
    try:
        return (entry / "environ").read_bytes()
    except OSError:
        return b""


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[Callable[..., Alone]]:
    # Sockets of Ray's lie there, and a socket's path has 107 bytes at most.
    with tempfile.TemporaryDirectory(prefix="ray-") as shallow:
        yield lambda url, n=10: Alone(tmp_path / "sweep", url, shallow, n)


def _took(request: pytest.FixtureRequest, since_s: float, what: str) -> None:
    soak_parts.need(request, "", request.node.name)
    soak_parts.note(request, f"{time.monotonic() - since_s:.0f} s; {what}", request.node.name)


def test_one_interrupt_finishes_what_runs(
    request: pytest.FixtureRequest, alone: Callable[..., Alone]
) -> None:
    """It must not end what Ray had started in the same group."""
    begun_s = time.monotonic()
    with LoopbackServer(slowly) as server:
        sweep = alone(server.url)
        ended_s = sweep.interrupted()
        assert "finishing what runs" in sweep.told
        assert "the same command goes on from there" in sweep.told
        counted = sweep.counted()
        assert (counted["open"], counted["doubted"]) == (0, 0)
        assert 0 < counted["proposals"] < 40  # something was left to do
        wait_for(lambda: not sweep.left(), 30)
        asked = len(server.requests)
        sweep.carried_on()
        assert len(server.requests) > asked
        assert_paid_once(sweep.folder, server)
        assert sweep.counted()["doubted"] == 0
    wait_for(lambda: not sweep.left(), 30)
    _took(
        request,
        begun_s,
        f"ended {ended_s:.1f} s after the interrupt, {counted['proposals']} of 40 were begun",
    )


def test_a_second_interrupt_stops_at_once_and_leaves_nothing_behind(
    request: pytest.FixtureRequest, alone: Callable[..., Alone]
) -> None:
    begun_s = time.monotonic()
    with LoopbackServer(slowly) as server:
        sweep = alone(server.url)
        ended_s = sweep.interrupted(twice=True)
        assert "Traceback" not in sweep.told
        wait_for(lambda: not sweep.left(), 30)
        sweep.carried_on()
        assert_paid_once(sweep.folder, server)
    wait_for(lambda: not sweep.left(), 30)
    _took(
        request, begun_s, f"ended {ended_s:.1f} s after it, {sweep.counted()['doubted']} calls were in doubt"
    )


def test_a_sweep_is_cancelled_while_another_process_carries_it_out(
    request: pytest.FixtureRequest, alone: Callable[..., Alone]
) -> None:
    """The other command takes seconds to begin on a busy machine: there is more to do than in those."""
    begun_s = time.monotonic()
    with LoopbackServer(slowly) as server:
        sweep = alone(server.url, n=30)
        with sweep.begun() as process:
            wait_for(lambda: rounds(sweep.folder) >= 4)
            cancelled = sweep.call("sweep", "cancel", sweep.file.name)
            assert cancelled.returncode == errors.DONE
            assert "begins nothing more, finishes what runs, and ends" in cancelled.stderr
            assert process.wait(killed_sweeps.PATIENCE_S) == errors.DONE, sweep.told
        assert "stopped: cancelled; the same command goes on from there" in sweep.told
        counted = sweep.counted()
        assert (counted["open"], counted["doubted"]) == (0, 0)
        assert 0 < counted["proposals"] < 120
        sweep.carried_on()  # an old wish is forgotten
        assert_paid_once(sweep.folder, server)
    wait_for(lambda: not sweep.left(), 30)
    _took(request, begun_s, f"{counted['proposals']} of 120 were begun")


def test_a_node_that_comes_while_a_sweep_runs_gets_work(
    request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """What a worker there has below it is its sandbox, which is opened with the first attempt."""
    begun_s = time.monotonic()
    with raylets(tmp_path, 1) as cluster, LoopbackServer(slowly) as server:
        folder = tmp_path / "sweep"
        file = written(folder, server.url, 20, 1)
        process = started(file, cluster.environment, "--yes", "--pool", "ray", "--address", cluster.address)
        try:
            wait_for(lambda: rounds(folder) >= 2)
            cluster.add(1)
            added_s, seen = time.monotonic(), rounds(folder)
            newcomer = cluster.raylets[1]
            wait_for(lambda: any(children(pid) for pid in cluster.workers() if pid in children(newcomer)))
            working_s = time.monotonic() - added_s
            assert process.wait(killed_sweeps.PATIENCE_S) == errors.DONE, (folder / "told.log").read_text()
        finally:
            process.kill()
            process.wait()
        assert_paid_once(folder, server)
    what = f"a program's sandbox stood on it {working_s:.1f} s after it was up, {seen} rounds were done"
    _took(request, begun_s, what)
