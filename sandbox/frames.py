"""Frames that come out of the box, parsed without input or output. The sender is not trusted.

``frame = <4s magic 'SOL1'> <u8 kind> <u8 0> <u16 0> <u32 seq> <u64 len> payload``, little endian, 20 bytes
before the payload. A solution's payload is one u64 length per declared part, then the parts: the bytes of an
array, or of a JSON text.
"""

from __future__ import annotations

import enum
import struct
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from sandbox.spec import AnswerSpec

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
_KINDS = {int(kind): kind for kind in Kind}
_MOST_BYTES = {Kind.HELLO: 1 << 20, Kind.READY: 0, Kind.ENTERED: 0, Kind.FINAL: 0, Kind.ERROR: 1 << 16}


class ProtocolError(Exception):
    """A frame that is none; the message says why."""


class Message(NamedTuple):
    """One whole frame: `payload` for all kinds but solutions, `arrays`, its parts as raw bytes, for those.

    A named tuple, because a hundred thousand are made in a second.
    """

    kind: Kind
    seq: int
    nbytes: int
    payload: bytes = b""
    arrays: tuple[bytearray, ...] = ()


class FrameParser:
    """Takes bytes in pieces of any size and gives whole frames.

    What it holds of a part grows with the bytes that came, never with the length that was promised, and no
    length passes that was not declared.

    Parameters
    ----------
    answer
        The declared parts of a solution, in order.
    """

    def __init__(self, answer: Sequence[AnswerSpec]) -> None:
        self.allowed = BEFORE_READY
        self._answer = tuple(answer)
        self._table = struct.Struct(f"<{len(self._answer)}Q")
        self._most = self._table.size + sum(spec.largest() for spec in self._answer)
        self._good: tuple[int, ...] = ()  # lengths that were checked last
        self._seq = 0
        self._rest = b""  # of a header or a length table that is not whole
        self._kind: Kind | None = None  # None: a header comes next
        self._nbytes = 0
        self._lengths: tuple[int, ...] | None = None  # None: a solution's length table comes next
        self._parts: list[bytearray] = []

    @property
    def partial(self) -> bool:
        """Whether a frame has begun and not ended."""
        return self._kind is not None or bool(self._rest)

    def feed(self, data: bytes) -> Iterator[Message]:
        """Whole frames, as far as `data` completes them. Raises `ProtocolError`; then the parser is done."""
        view = memoryview(self._rest + data if self._rest else data)
        self._rest, at = b"", 0
        while True:
            need = self._need()
            if len(view) - at < need:
                self._rest = bytes(view[at:])
                return
            if need:
                self._read(view[at : at + need])
                at += need
            if self._lengths is not None:
                at = self._fill(view, at)
                if len(self._parts) < len(self._lengths) or self._missing():
                    return
                yield self._finish()

    def _need(self) -> int:
        """How many bytes must be there at once: a header, a length table, or none in particular."""
        if self._kind is None:
            return HEADER.size
        return self._table.size if self._lengths is None else 0

    def _read(self, head: memoryview) -> None:
        if self._kind is None:
            self._read_header(head)
        else:
            self._read_lengths(head)

    def _read_header(self, head: memoryview) -> None:
        magic, code, zero8, zero16, seq, nbytes = HEADER.unpack(head)
        if magic != MAGIC or zero8 or zero16:
            raise ProtocolError("bytes that are no frame")
        kind = _KINDS.get(code)
        if kind is None or kind not in self.allowed:
            raise ProtocolError(f"a frame of kind {code} is not expected here")
        if seq != self._seq:
            raise ProtocolError(f"frame number {seq}, {self._seq} expected")
        solution = kind is Kind.SOLUTION
        least, most = (self._table.size, self._most) if solution else (0, _MOST_BYTES[kind])
        if not least <= nbytes <= most:
            raise ProtocolError(f"a frame of {nbytes} bytes, between {least} and {most} expected")
        self._kind, self._nbytes = kind, nbytes
        if not solution:
            self._lengths = (nbytes,)
        elif not self._answer:
            self._lengths = ()

    def _read_lengths(self, head: memoryview) -> None:
        lengths = self._table.unpack(head)
        if lengths != self._good:
            try:
                for spec, length in zip(self._answer, lengths, strict=True):
                    spec.check(length)
            except ValueError as error:
                raise ProtocolError(f"a part of {error}") from None
            self._good = lengths
        if sum(lengths) + self._table.size != self._nbytes:
            raise ProtocolError("lengths of parts that do not add up to the frame's")
        self._lengths = lengths

    def _fill(self, view: memoryview, at: int) -> int:
        """Take what there is for the parts; the new place in `view`."""
        assert self._lengths is not None
        for number, length in enumerate(self._lengths):
            if number < len(self._parts) - 1:
                continue
            if number == len(self._parts):
                self._parts.append(bytearray())
            part = self._parts[number]
            piece = view[at : at + length - len(part)]
            part += piece
            at += len(piece)
            if len(part) < length:
                break
        return at

    def _missing(self) -> bool:
        assert self._lengths is not None
        return bool(self._lengths) and len(self._parts[-1]) < self._lengths[-1]

    def _finish(self) -> Message:
        assert self._kind is not None
        parts = tuple(self._parts)
        if self._kind is Kind.SOLUTION:
            message = Message(self._kind, self._seq, self._nbytes, b"", parts)
        else:
            message = Message(self._kind, self._seq, self._nbytes, bytes(parts[0]))
        self._kind, self._lengths, self._parts = None, None, []
        self._seq += 1
        return message
