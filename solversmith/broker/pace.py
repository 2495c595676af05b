"""How fast an end point is asked: calls under way, requests and tokens a minute, and what a 429 teaches."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, fields

from solversmith.errors import UsageError

_MINUTE_S = 60.0
_MANY = 1_000_000  # more than ever wait


@dataclass(frozen=True)
class Pace:
    """What is allowed at one end point. `None`: no limit but what the server says."""

    in_flight: int | None = None
    requests_per_minute: float | None = None
    tokens_per_minute: float | None = None

    def __post_init__(self) -> None:
        for limit in fields(self):
            value = getattr(self, limit.name)
            if value is not None and not value > 0:  # so that NaN fails
                raise UsageError(f"{limit.name} must be positive, not {value}")


class Throttle:
    """One end point's share of time. Thread-safe.

    Requests start at least 60 s / requests_per_minute after one another, and 60 s · tokens /
    tokens_per_minute after one that may use so many; what it did not use is given back. How many calls may be
    under way is halved when the server says that it is too much (429), and grows by one for every so many
    that succeed, up to what is allowed; until the time that the server names nobody asks at all.
    """

    def __init__(self, pace: Pace, clock: Callable[[], float] = time.monotonic) -> None:
        self._pace, self._clock = pace, clock
        self._most = math.inf if pace.in_flight is None else float(pace.in_flight)
        self._limit = self._most
        self._changed = threading.Condition()
        self._under_way = 0
        self._next_request_s = self._next_tokens_s = self._not_before_s = -math.inf

    def enter(self, tokens: int) -> float:
        """Wait for a place, take it, and return for how many seconds to wait still before asking."""
        with self._changed:
            self._changed.wait_for(lambda: self._under_way + 1 <= self._places())
            self._under_way += 1
            now = self._clock()
            start = max(now, self._next_request_s, self._next_tokens_s, self._not_before_s)
            if self._pace.requests_per_minute is not None:
                self._next_request_s = start + _MINUTE_S / self._pace.requests_per_minute
            if self._pace.tokens_per_minute is not None:
                self._next_tokens_s = start + self._seconds_of(tokens)
            return start - now

    def leave(self, unused_tokens: int = 0, *, limited: bool = False, wait_s: float | None = None) -> None:
        """Give the place back; `limited`: the server was asked too much, and may have said for how long."""
        with self._changed:
            if limited:
                self._limit = max(1.0, min(self._limit, self._under_way) / 2)
                self._not_before_s = max(self._not_before_s, self._clock() + (wait_s or 0.0))
            elif self._limit < self._most:
                self._limit = min(self._most, self._limit + 1 / self._limit)
            if self._pace.tokens_per_minute is not None:
                self._next_tokens_s -= self._seconds_of(max(0, unused_tokens))
            self._under_way -= 1
            free = min(self._places(), _MANY) - self._under_way
            self._changed.notify(max(0, int(free)))  # whoever finds no place would only be in the way

    @property
    def limit(self) -> float:
        """How many calls may be under way now."""
        return self._limit

    def _places(self) -> float:
        return max(1.0, self._limit)

    def _seconds_of(self, tokens: int) -> float:
        return _MINUTE_S * tokens / (self._pace.tokens_per_minute or math.inf)


class Pacer:
    """The throttles of all end points, by name. Runs of one process may share it. Thread-safe."""

    def __init__(self, pace: Pace | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._pace, self._clock = pace or Pace(), clock
        self._lock = threading.Lock()
        self._throttles: dict[str, Throttle] = {}

    def at(self, endpoint: str) -> Throttle:
        """The throttle of an end point."""
        with self._lock:
            return self._throttles.setdefault(endpoint, Throttle(self._pace, self._clock))
