"""Which of many solutions keep their payload: bounded memory for an endless stream of answers."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass

MOST_STAMPS = 100_000
LAST = 8
PER_DECADE = 40
FIRST_DECADE_S = 0.01


@dataclass
class Stamped:
    """One solution: when, which, how large, and its arrays while they are kept."""

    t_s: float
    seq: int
    nbytes: int
    arrays: tuple[bytearray, ...] | None


class Keeper:
    """Stamps for all solutions, payloads for a few.

    Payloads are kept of the first, the last eight, the first in each of 40 spans per decade of time from
    10 ms, and the first in each hundredth of the limit; all but the very first and last within
    `kept_bytes`. Past 100,000 stamps only the last one is renewed.
    """

    def __init__(self, limit_s: float, kept_bytes: int) -> None:
        self._limit_s, self._kept_bytes = limit_s, kept_bytes
        self._stamps: list[Stamped] = []
        self._recent: deque[Stamped] = deque()
        self._spans: set[tuple[str, int]] = set()
        self._used = 0

    @property
    def frames(self) -> list[Stamped]:
        """All that is known, in order of arrival."""
        return self._stamps

    def add(self, frame: Stamped) -> None:
        """Take in the next solution."""
        if len(self._stamps) >= MOST_STAMPS:
            self._replace_last(frame)
            return
        self._stamps.append(frame)
        if len(self._stamps) == 1:
            self._mark(frame.t_s)
            return
        self._recent.append(frame)
        self._used += frame.nbytes
        self._shrink()

    def _replace_last(self, frame: Stamped) -> None:
        last = self._recent.pop()
        self._used += frame.nbytes - last.nbytes
        self._stamps[-1] = frame
        self._recent.append(frame)
        self._shrink()

    def _shrink(self) -> None:
        while len(self._recent) > LAST or (self._over() and len(self._recent) > 1):
            frame = self._recent.popleft()
            if self._over() or not self._mark(frame.t_s):
                frame.arrays = None
                self._used -= frame.nbytes

    def _over(self) -> bool:
        return self._used - self._recent[-1].nbytes > self._kept_bytes if self._recent else False

    def _mark(self, t_s: float) -> bool:
        """Whether this is the first in one of its spans."""
        decade = math.floor(PER_DECADE * math.log10(max(t_s, FIRST_DECADE_S) / FIRST_DECADE_S))
        spans = {("decade", decade), ("percent", math.floor(100 * t_s / self._limit_s))}
        new = not spans <= self._spans
        self._spans |= spans
        return new
