"""What every pool must be: run for each one that is found, without writing a test for it."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from solversmith import pools
from solversmith.contract import Failed, Pool
from solversmith.errors import UnknownName, UsageError

# A driver of a cluster is a process of its own: tests/solversmith/ray_pool/test_pool.py runs this there.
ON_RAY = bool(os.environ.get("SOLVERSMITH_TEST_RAY"))
NAMES = ["ray"] if ON_RAY else sorted(set(pools.available()) - {"ray"})
Made = Callable[[pools.Work, int], Pool[Any, Any]]


def double(task: int) -> int:
    """Work that fails for negative numbers."""
    if task < 0:
        raise ValueError(f"{task} is negative")
    return 2 * task


@pytest.fixture(params=NAMES)
def made(request: pytest.FixtureRequest) -> Iterator[Made]:
    opened: list[Pool[Any, Any]] = []
    if request.param == "ray":
        from solversmith.ray_pool.process import fleet

        fleet()  # imports Ray when it has a token
        import ray.cloudpickle

        ray.cloudpickle.register_pickle_by_value(sys.modules[__name__])  # workers can't import this file

    def make(work: pools.Work, size: int) -> Pool[Any, Any]:
        opened.append(pools.chosen(request.param)(work, size))
        return opened[-1]

    yield make
    for pool in opened:
        pool.close()


def drained(pool: Pool[Any, Any], count: int) -> dict[int, Any]:
    found: dict[int, Any] = {}
    deadline = time.monotonic() + 60
    while len(found) < count and time.monotonic() < deadline:
        found.update(pool.completed(10.0))
    return found


@pytest.mark.parametrize("size", [1, 3])
def test_every_task_comes_back_once_under_its_id(made: Made, size: int) -> None:
    pool = made(double, size)
    assert isinstance(pool, Pool)
    ids = {pool.submit(task): task for task in range(7)}
    assert len(ids) == 7
    assert drained(pool, 7) == {task_id: 2 * task for task_id, task in ids.items()}
    assert list(pool.completed(0.0)) == []


def test_what_a_task_raises_comes_back_as_its_result(made: Made) -> None:
    pool = made(double, 2)
    bad, good = pool.submit(-1), pool.submit(4)
    found = drained(pool, 2)
    assert found[good] == 8
    assert isinstance(found[bad], Failed)
    assert isinstance(found[bad].error, ValueError)


def test_capacity_falls_with_work_and_comes_back(made: Made) -> None:
    pool = made(double, 2)
    free = pool.capacity()
    assert free >= 1
    for task in range(free):
        pool.submit(task)
    drained(pool, free)
    assert pool.capacity() == free


def test_a_cancelled_task_is_never_reported(made: Made) -> None:
    pool = made(double, 1)
    ids = [pool.submit(task) for task in range(5)]
    pool.cancel(ids[-1])
    assert set(drained(pool, 4)) == set(ids[:-1])
    assert list(pool.completed(0.2)) == []


def test_nothing_under_way_is_answered_at_once(made: Made) -> None:
    assert list(made(double, 2).completed(None)) == []


def test_close_drops_what_is_queued_and_may_be_called_twice(made: Made) -> None:
    pool = made(double, 1)
    for task in range(3):
        pool.submit(task)
    pool.close()
    pool.close()
    assert list(pool.completed(0.0)) == []


@pytest.mark.parametrize("name", NAMES)
def test_a_size_that_makes_no_sense_is_refused(name: str) -> None:
    assert pools.available()[name].strip()
    with pytest.raises(UsageError, match="at least 1"):
        pools.chosen(name)(double, 0)


def test_an_unknown_pool_is_named_with_close_matches() -> None:
    with pytest.raises(UnknownName, match="did you mean 'threads'"):
        pools.chosen("thread")


def test_threads_work_at_once() -> None:
    """Each task waits for the other: one thread could never finish them."""
    both = threading.Barrier(2, timeout=30)
    pool = pools.chosen("threads")(lambda task: both.wait() >= 0, 2)
    ids = [pool.submit(0), pool.submit(1)]
    assert drained(pool, 2) == dict.fromkeys(ids, True)
    pool.close()
