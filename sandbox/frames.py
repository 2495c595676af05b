"""Frames that come out of the box, parsed without input or output. The sender is not trusted.

``frame = <4s magic 'SOL1'> <u8 kind> <u8 0> <u16 0> <u32 seq> <u64 len> payload``, little endian, 20 bytes
before the payload. A solution's payload is one u64 length per declared array, then the arrays.
"""

from __future__ import annotations

import enum
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sandbox.spec import ArraySpec

MAGIC = b"SOL1"
HEADER = struct.Struct("<4sBBHIQ")


class Kind(enum.IntEnum):
    """What a frame is."""

    SOLUTION = 1
    FINAL = 2
    ERROR = 3
    HELLO = 4
    READY = 5
    ENTERED = 6  # the entry point is about to be called


BEFORE_READY = frozenset({Kind.HELLO, Kind.READY, Kind.ERROR})
AFTER_READY = frozenset({Kind.ENTERED, Kind.SOLUTION, Kind.FINAL, Kind.ERROR})
_MOST_BYTES = {Kind.HELLO: 1 << 20, Kind.READY: 0, Kind.ENTERED: 0, Kind.FINAL: 0, Kind.ERROR: 1 << 16}


class ProtocolError(Exception):
    """A frame that is none; the message says why."""


@dataclass(frozen=True)
class Message:
    """One whole frame: `payload` for all kinds but solutions, `arrays` for those."""

    kind: Kind
    seq: int
    nbytes: int
    payload: bytes = b""
    arrays: tuple[bytearray, ...] = ()


class FrameParser:
    """Takes bytes in pieces of any size and gives whole frames.

    Nothing is allocated for an array before its length was found to be one that was declared.

    Parameters
    ----------
    answer
        The declared arrays of a solution, in order.
    """

    def __init__(self, answer: Sequence[ArraySpec]) -> None:
        self.allowed = BEFORE_READY
        self._answer = tuple(answer)
        self._seq = 0
        self._kind: Kind | None = None  # None: a header comes next
        self._small = bytearray()  # header, length table, or payload of a small frame
        self._need = HEADER.size
        self._nbytes = 0
        self._lengths: tuple[int, ...] | None = None
        self._arrays: list[bytearray] = []
        self._filled = 0

    @property
    def partial(self) -> bool:
        """Whether a frame has begun and not ended."""
        return self._kind is not None or bool(self._small)

    def feed(self, data: bytes) -> Iterator[Message]:
        """Whole frames, as far as `data` completes them. Raises `ProtocolError`; then the parser is done."""
        view = memoryview(data)
        while True:
            view = self._take(view)
            message = self._advance()
            if message is not None:
                yield message
            elif not view.nbytes and not self._is_whole():
                return

    def _take(self, view: memoryview) -> memoryview:
        if self._lengths is None:
            count = min(self._need - len(self._small), view.nbytes)
            self._small += view[:count]
            return view[count:]
        if not self._arrays:
            return view
        array = self._arrays[-1]
        count = min(len(array) - self._filled, view.nbytes)
        array[self._filled : self._filled + count] = view[:count]
        self._filled += count
        return view[count:]

    def _is_whole(self) -> bool:
        if self._lengths is None:
            return len(self._small) >= self._need
        return self._filled >= len(self._arrays[-1]) if self._arrays else True

    def _advance(self) -> Message | None:
        if not self._is_whole():
            return None
        if self._kind is None:
            self._read_header()
        elif self._kind is not Kind.SOLUTION:
            return self._finish()
        elif self._lengths is None:
            self._read_lengths()
        elif len(self._arrays) < len(self._lengths):
            self._next_array()
        else:
            return self._finish()
        return None

    def _read_header(self) -> None:
        magic, code, zero8, zero16, seq, nbytes = HEADER.unpack(self._small)
        if magic != MAGIC or zero8 or zero16:
            raise ProtocolError("bytes that are no frame")
        if code not in Kind.__members__.values() or Kind(code) not in self.allowed:
            raise ProtocolError(f"a frame of kind {code} is not expected here")
        if seq != self._seq:
            raise ProtocolError(f"frame number {seq}, {self._seq} expected")
        kind = Kind(code)
        table = 8 * len(self._answer)
        most = table + sum(spec.largest() for spec in self._answer)
        most = most if kind is Kind.SOLUTION else _MOST_BYTES[kind]
        least = table if kind is Kind.SOLUTION else 0
        if not least <= nbytes <= most:
            raise ProtocolError(f"a frame of {nbytes} bytes, between {least} and {most} expected")
        self._kind, self._nbytes = kind, nbytes
        self._small.clear()
        self._need = table if kind is Kind.SOLUTION else nbytes

    def _read_lengths(self) -> None:
        lengths = struct.unpack(f"<{len(self._answer)}Q", self._small)
        try:
            for spec, length in zip(self._answer, lengths, strict=True):
                spec.resolve(length)
        except ValueError as error:
            raise ProtocolError(f"an array of {error}") from None
        if sum(lengths) + 8 * len(lengths) != self._nbytes:
            raise ProtocolError("array lengths that do not add up to the frame's")
        self._lengths = lengths
        self._small.clear()
        if lengths:
            self._next_array()

    def _next_array(self) -> None:
        assert self._lengths is not None
        self._arrays.append(bytearray(self._lengths[len(self._arrays)]))
        self._filled = 0

    def _finish(self) -> Message:
        assert self._kind is not None
        message = Message(self._kind, self._seq, self._nbytes, bytes(self._small), tuple(self._arrays))
        self._kind, self._lengths, self._arrays = None, None, []
        self._small = bytearray()
        self._need = HEADER.size
        self._seq += 1
        return message
