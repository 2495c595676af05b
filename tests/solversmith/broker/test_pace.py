"""How fast an end point is asked, on a clock of the test's own."""

from __future__ import annotations

import math
import threading

import pytest

from solversmith.broker import Pace, Pacer
from solversmith.broker.pace import Throttle
from solversmith.errors import UsageError


class Clock:
    """Stands until it is set."""

    now = 0.0

    def __call__(self) -> float:
        """What it was set to."""
        return self.now


def test_requests_keep_their_distance() -> None:
    clock = Clock()
    throttle = Throttle(Pace(requests_per_minute=30), clock)
    assert [throttle.enter(1) for _ in range(3)] == [0.0, 2.0, 4.0]
    clock.now = 100.0
    assert throttle.enter(1) == 0.0  # time that nobody used is not made up for


def test_tokens_keep_their_distance_and_unused_ones_come_back() -> None:
    throttle = Throttle(Pace(tokens_per_minute=6000), Clock())
    assert throttle.enter(1000) == 0.0
    throttle.leave(900)
    assert throttle.enter(500) == pytest.approx(1.0)
    throttle.leave(0)
    assert throttle.enter(500) == pytest.approx(6.0)


def test_a_429_halves_what_may_be_under_way_and_stops_everybody() -> None:
    clock = Clock()
    throttle = Throttle(Pace(in_flight=8), clock)
    for _ in range(8):
        throttle.enter(1)
    throttle.leave(limited=True, wait_s=5.0)
    assert throttle.limit == 4.0
    for _ in range(7):
        throttle.leave()
    assert throttle.limit == pytest.approx(5.5, abs=0.1)  # one more for each full round
    assert throttle.enter(1) == 5.0
    clock.now = 5.0
    assert throttle.enter(1) == 0.0
    for _ in range(60):
        throttle.enter(1)
        throttle.leave()
    assert throttle.limit == 8.0


def test_it_goes_down_to_one_at_a_time_and_never_to_none() -> None:
    throttle = Throttle(Pace(), Clock())
    assert throttle.limit == math.inf
    for _ in range(5):
        throttle.enter(1)
        throttle.leave(limited=True)
    assert throttle.limit == 1.0


def test_no_more_are_under_way_than_allowed() -> None:
    throttle, lock = Throttle(Pace(in_flight=3)), threading.Lock()
    now, most = 0, 0
    together = threading.Barrier(3)

    def call() -> None:
        nonlocal now, most
        throttle.enter(1)
        with lock:
            now += 1
            most = max(most, now)
        together.wait(10)
        with lock:
            now -= 1
        throttle.leave()

    threads = [threading.Thread(target=call) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert most == 3


def test_end_points_have_throttles_of_their_own() -> None:
    pacer = Pacer(Pace(requests_per_minute=1), Clock())
    assert [pacer.at(name).enter(1) for name in "aab"] == [0.0, 60.0, 0.0]


@pytest.mark.parametrize("value", [0, -1, math.nan])
def test_paces_that_are_none(value: float) -> None:
    with pytest.raises(UsageError, match="must be positive"):
        Pace(requests_per_minute=value)
