"""Which of many solutions keep their payload, and which their stamp: bounded memory for an endless stream."""

from __future__ import annotations

import math
import struct
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sandbox.wire import Buffer

MOST_STAMPS = 100_000
LAST = 8
PER_DECADE = 40
FIRST_DECADE_S = 0.01
_ROW = struct.Struct("<dQQ")


@dataclass(slots=True)
class Stamped:
    """One solution: when, which, how large, and its parts while they are kept."""

    t_s: float
    seq: int
    nbytes: int
    arrays: tuple[bytearray, ...] | None


class Keeper:
    """Stamps of many solutions, payloads of a few; solutions come in order of time.

    Payloads are kept of the first, the last eight, the first in each of 40 spans per decade of time from
    10 ms, and the first in each hundredth of the limit. All but the very first and last of them stay within
    `kept_bytes`: the last eight get half of that, and where the others are too many, every second one of them
    goes and the spans become twice as long, so that what is left is spread over the whole time.

    Stamps are kept of all, until there are 100,000; then of every second one, every fourth, and so on, and of
    those with a payload.
    """

    def __init__(self, limit_s: float, kept_bytes: int) -> None:
        self._kept_bytes = kept_bytes
        self._spans = _Spans(limit_s)
        self._first: Stamped | None = None
        self._marked: list[Stamped] = []  # the first in their spans
        self._recent: deque[Stamped] = deque()  # the last ones: their stamps are not among the rows yet
        self._marked_bytes = self._recent_bytes = 0
        self._rows = bytearray()  # stamps of all but the recent ones, 24 bytes each
        self._stride = 1

    @property
    def frames(self) -> list[Stamped]:
        """All that is known, in order of arrival."""
        kept = {frame.seq: frame.arrays for frame in self._kept()}
        rows = _ROW.iter_unpack(self._all_rows())
        return [Stamped(t_s, seq, nbytes, kept.get(seq)) for t_s, seq, nbytes in rows]

    def packed(self) -> tuple[list[int], list[Buffer]]:
        """The same for the owner, of which `unpacked` makes it again: numbers of kept ones, and blobs."""
        kept = self._kept()
        parts = [part for frame in kept for part in frame.arrays or ()]
        return [frame.seq for frame in kept], [self._all_rows(), *parts]

    def add(self, frame: Stamped) -> None:
        """Take in the next solution."""
        if self._first is None:
            self._first = frame
            self._spans.is_new(frame.t_s)
            self._record(frame)
            return
        self._recent.append(frame)
        self._recent_bytes += frame.nbytes
        while len(self._recent) > LAST or self._too_much_is_recent():
            self._let_go(self._recent.popleft())

    def _too_much_is_recent(self) -> bool:
        older = self._recent_bytes - self._recent[-1].nbytes
        return len(self._recent) > 1 and 2 * older > self._kept_bytes

    def _let_go(self, frame: Stamped) -> None:
        self._recent_bytes -= frame.nbytes
        if self._spans.is_new(frame.t_s):
            self._marked.append(frame)
            self._marked_bytes += frame.nbytes
            self._record(frame)
            while self._marked and 2 * self._marked_bytes > self._kept_bytes:
                self._marked = self._marked[::2] if len(self._marked) > 1 else []
                self._marked_bytes = sum(one.nbytes for one in self._marked)
                self._spans.widen()
        elif frame.seq % self._stride == 0:
            self._record(frame)

    def _record(self, frame: Stamped) -> None:
        self._rows += _ROW.pack(frame.t_s, frame.seq, frame.nbytes)
        if len(self._rows) >= (MOST_STAMPS - LAST) * _ROW.size:
            self._thin()

    def _thin(self) -> None:
        self._stride *= 2
        kept = {frame.seq for frame in self._kept()}
        rows = bytearray()
        for row in _ROW.iter_unpack(self._rows):
            if row[1] % self._stride == 0 or row[1] in kept:
                rows += _ROW.pack(*row)
        self._rows = rows

    def _kept(self) -> list[Stamped]:
        first = [] if self._first is None else [self._first]
        return [*first, *self._marked, *self._recent]

    def _all_rows(self) -> bytes:
        recent = (_ROW.pack(frame.t_s, frame.seq, frame.nbytes) for frame in self._recent)
        return bytes(self._rows) + b"".join(recent)


class _Spans:
    """Whether a moment is the first in one of its spans of time; moments come in order."""

    def __init__(self, limit_s: float) -> None:
        self._limit_s = limit_s
        self._per_decade, self._per_limit = float(PER_DECADE), 100.0
        self._latest_s = -math.inf
        self._next_s = -math.inf  # until then no span begins

    def is_new(self, t_s: float) -> bool:
        """Whether a span began since the last moment for which this was so."""
        if t_s < self._next_s:
            return False
        self._latest_s = t_s
        self._look_ahead()
        return True

    def widen(self) -> None:
        """Make spans twice as long."""
        self._per_decade /= 2
        self._per_limit /= 2
        self._look_ahead()

    def _look_ahead(self) -> None:
        decades = math.log10(max(self._latest_s, FIRST_DECADE_S) / FIRST_DECADE_S)
        decades = (math.floor(self._per_decade * decades) + 1) / self._per_decade
        span_s = self._limit_s / self._per_limit
        end_s = min(
            FIRST_DECADE_S * 10.0 ** min(decades, 100.0), span_s * (math.floor(self._latest_s / span_s) + 1)
        )
        # However it was rounded, the thousands of solutions of one moment lie in one span.
        self._next_s = max(end_s, math.nextafter(self._latest_s, math.inf))


def unpacked(
    kept: list[int], blobs: list[bytearray], keys: list[str]
) -> Iterator[tuple[float, int, int, Mapping[str, bytes] | None]]:
    """Time, number, size and parts of every solution that `Keeper.packed` told of. Empties `blobs`."""
    blobs.reverse()  # to let go of each when it was copied: together they can be large
    rows, wanted = blobs.pop(), set(kept)
    for t_s, seq, nbytes in _ROW.iter_unpack(rows):
        parts = {key: bytes(blobs.pop()) for key in keys} if seq in wanted else None
        yield t_s, seq, nbytes, parts
