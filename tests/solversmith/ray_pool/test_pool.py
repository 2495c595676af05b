"""The pool over workers: its rules without a cluster, and the contract of every pool on a real one."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from solversmith import pools
from solversmith.contract import Failed, Lost, Pool
from solversmith.ray_pool import fleet
from solversmith.ray_pool import pool as ray_pool
from solversmith.ray_pool.pool import RayPool

ROOT = Path(__file__).resolve().parents[3]


class Hands:
    """A fleet whose work is ended by hand."""

    def __init__(self, room: int = 2) -> None:
        self.room = room
        self.calls: list[tuple[Any, Callable[[Any], None]]] = []
        self.listeners: list[Callable[[], None]] = []

    def call(self, work: Any, task: Any, done: Callable[[Any], None], *, attempt: bool = False) -> None:
        assert attempt
        self.room -= 1
        self.calls.append((task, done))

    def end(self, number: int, result: Any) -> None:
        self.room += 1
        self.calls[number][1](result)
        self.wake()

    def wake(self) -> None:
        for listener in list(self.listeners):
            listener()

    def listen(self, wake: Callable[[], None]) -> None:
        self.listeners.append(wake)

    def forget(self, wake: Callable[[], None]) -> None:
        self.listeners.remove(wake)


class Tickets:
    """Numbers what leaves, and notes what came back."""

    def __init__(self) -> None:
        self.log: list[str] = []

    def packed(self, task: Any) -> str:
        self.log.append(f"sent {task}")
        return f"<{task}>"

    def result(self, packed: str, came: Any) -> Any:
        self.log.append(f"came {packed}")
        return came

    def over(self, packed: str) -> None:
        self.log.append(f"over {packed}")


Made = Callable[..., RayPool[Any, Any]]


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> Made:
    monkeypatch.setattr(ray_pool, "_shared", lambda work: work)

    def make(hands: Any, size: int = 4, tickets: Any = None) -> RayPool[Any, Any]:
        return RayPool(str, size, hands, tickets)

    return make


def test_no_more_is_sent_than_keeps_the_slots_busy(made: Made) -> None:
    hands = Hands(room=2)
    pool = made(hands)
    assert isinstance(pool, Pool)
    assert pool.capacity() == 2
    for task in "abc":
        pool.submit(task)
    assert [task for task, _ in hands.calls] == ["a", "b"]
    assert pool.capacity() == 0
    hands.end(0, "A")
    assert pool.completed(0) == [(0, "A")]
    assert [task for task, _ in hands.calls] == ["a", "b", "c"]


def test_a_run_has_no_more_under_way_than_its_size(made: Made) -> None:
    hands = Hands(room=9)
    pool = made(hands, size=1)
    pool.submit("a")
    pool.submit("b")
    assert len(hands.calls) == 1
    assert pool.capacity() == 0


def test_room_that_opens_is_news_once_for_who_was_refused(made: Made) -> None:
    """An attempt that begins to wait for a model makes room, to be filled before anything is done."""
    hands = Hands(room=1)
    pool = made(hands)
    pool.submit("a")
    assert pool.capacity() == 0
    threading.Timer(0.05, lambda: (setattr(hands, "room", 1), hands.wake())).start()
    assert pool.completed(30) == []
    assert pool.capacity() == 1
    assert pool.completed(0.01) == []  # waits: it was not refused


def test_a_ticket_is_over_before_its_result_is_told_and_when_it_is_cancelled(made: Made) -> None:
    hands, tickets = Hands(room=3), Tickets()
    pool = made(hands, tickets=tickets)
    ids = [pool.submit(task) for task in "abc"]
    hands.end(0, Lost("gone"))
    assert tickets.log[3:] == ["over <a>"]
    assert pool.completed(0) == [(ids[0], Lost("gone"))]
    pool.cancel(ids[1])
    assert tickets.log[4:] == ["over <b>"]
    hands.end(1, "B")
    pool.close()
    assert "over <c>" in tickets.log
    assert hands.listeners == []
    hands.end(2, "C")
    assert pool.completed(0) == []


def test_a_result_that_can_not_be_taken_is_a_failure_of_its_task_alone(made: Made) -> None:
    class Refusing(Tickets):
        def result(self, packed: str, came: Any) -> Any:
            if packed == "<a>":
                raise OSError("no room")
            return super().result(packed, came)

    hands, tickets = Hands(room=2), Refusing()
    pool = made(hands, tickets=tickets)
    ids = [pool.submit(task) for task in "ab"]
    hands.end(0, "A")
    hands.end(1, "B")
    (first, failed), second = pool.completed(0)
    assert (first, str(failed.error), second) == (ids[0], "no room", (ids[1], "B"))
    assert tickets.log[2:] == ["over <a>", "came <b>", "over <b>"]


def test_what_is_raised_where_a_result_is_told_is_shown_and_stops_nobody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shown: list[BaseException | None] = []
    monkeypatch.setattr(threading, "excepthook", lambda told: shown.append(told.exc_value))

    def done(result: Any) -> None:
        raise ValueError(result)

    fleet._tell(done, "A")
    assert [str(error) for error in shown] == ["A"]


def test_a_task_that_can_not_be_packed_is_its_own_failure(made: Made) -> None:
    class Broken(Tickets):
        def packed(self, task: Any) -> str:
            if task == "b":
                raise KeyError(task)
            return super().packed(task)

    hands = Hands(room=3)
    pool = made(hands, tickets=Broken())
    ids = [pool.submit(task) for task in "abc"]
    ((failed, result),) = pool.completed(0)
    assert failed == ids[1]
    assert isinstance(result, Failed)
    assert isinstance(result.error, KeyError)
    assert [task for task, _ in hands.calls] == ["<a>", "<c>"]


def test_work_that_cannot_leave_is_refused() -> None:
    """Without a cluster Ray would start one: what is asked here is only that the pool is found by name."""
    assert "--address" in pools.available()["ray"]


@pytest.mark.slow
def test_the_contract_of_every_pool_holds_on_a_cluster(tmp_path: Path) -> None:
    """In a process of its own, with a home of its own; no process of Ray's is left behind."""
    command = [
        sys.executable,
        "-m",
        "pytest",
        "tests/contracts/test_pools.py",
        "-q",
        "-p",
        "no:cacheprovider",
    ]
    command += ["-W", "ignore::pytest.PytestUnraisableExceptionWarning", "-W", "ignore::ResourceWarning"]
    # Its sockets lie there, and a socket's path has 107 bytes at most: a test's folder is too deep.
    with tempfile.TemporaryDirectory(prefix="ray-") as shallow:
        environment = {
            **os.environ,
            "HOME": str(tmp_path),
            "RAY_TMPDIR": shallow,
            "SOLVERSMITH_TEST_RAY": "1",
        }
        environment.pop("PYTEST_XDIST_WORKER", None)
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    assert not (tmp_path / ".ray").exists()  # no token is left in a home
