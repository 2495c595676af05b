"""Frames: any split gives the same messages; nothing that is no frame gets through or allocates."""

from __future__ import annotations

import struct
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.frames import AFTER_READY, HEADER, FrameParser, Kind, Message, ProtocolError
from sandbox.spec import ArraySpec

ANSWER = [ArraySpec("<f8", (2,)), ArraySpec("<i8", (None, 3), most_bytes=24 * 5)]


def frame(kind: int, seq: int, payload: bytes, claimed: int | None = None) -> bytes:
    return HEADER.pack(b"SOL1", kind, 0, 0, seq, len(payload) if claimed is None else claimed) + payload


def solution(seq: int, rows: int) -> bytes:
    first, second = bytes(range(16)), bytes(24 * rows)
    return frame(Kind.SOLUTION, seq, struct.pack("<2Q", 16, 24 * rows) + first + second)


def parser(answer: list[ArraySpec] | None = None) -> FrameParser:
    made = FrameParser(ANSWER if answer is None else answer)
    made.allowed = AFTER_READY
    return made


def cut(data: bytes, places: list[int]) -> list[bytes]:
    marks = sorted({0, len(data), *(place % (len(data) + 1) for place in places)})
    return [data[a:b] for a, b in pairwise(marks)]


@given(rows=st.lists(st.integers(0, 5), max_size=4), places=st.lists(st.integers(0, 10_000)))
def test_split_at_any_byte(rows: list[int], places: list[int]) -> None:
    stream = b"".join(solution(seq, count) for seq, count in enumerate(rows))
    stream += frame(Kind.ERROR, len(rows), b"{}") + frame(Kind.FINAL, len(rows) + 1, b"")
    split = parser()
    found = [message for piece in cut(stream, places) for message in split.feed(piece)]
    assert found == list(parser().feed(stream))
    assert [message.kind for message in found] == [Kind.SOLUTION] * len(rows) + [Kind.ERROR, Kind.FINAL]
    assert [len(message.arrays[1]) for message in found[: len(rows)]] == [24 * count for count in rows]
    assert not split.partial


@given(st.binary(min_size=20, max_size=200).filter(lambda data: data[:4] != b"SOL1"))
def test_garbage_is_refused(data: bytes) -> None:
    with pytest.raises(ProtocolError):
        list(parser().feed(data))


@given(st.binary(max_size=64), st.integers(0, 255), st.integers(0, 2**32 - 1), st.integers(0, 2**64 - 1))
def test_any_header_gives_messages_or_a_protocol_error(
    payload: bytes, kind: int, seq: int, claimed: int
) -> None:
    try:
        found = list(parser().feed(frame(kind, seq, payload, claimed)))
    except ProtocolError:
        return
    assert seq == 0
    assert all(isinstance(message, Message) for message in found)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (frame(Kind.FINAL, 1, b""), "number 1, 0 expected"),
        (frame(Kind.FINAL, 0, b"x"), "between 0 and 0"),
        (frame(Kind.SOLUTION, 0, b"", claimed=1 << 62), "expected"),
        (frame(Kind.SOLUTION, 0, struct.pack("<2Q", 8, 24) + bytes(32)), "16 expected"),
        (frame(Kind.SOLUTION, 0, struct.pack("<2Q", 16, 23) + bytes(39)), "do not fill"),
        (frame(Kind.SOLUTION, 0, struct.pack("<2Q", 16, 240) + bytes(40)), "at most 120"),
        (frame(Kind.SOLUTION, 0, struct.pack("<2Q", 16, 24) + bytes(48)), "do not add up"),
        (frame(Kind.HELLO, 0, b"{}"), "not expected here"),
        (frame(99, 0, b""), "not expected here"),
        (HEADER.pack(b"SOL1", Kind.FINAL, 1, 0, 0, 0), "no frame"),
    ],
)
def test_frames_that_are_none(data: bytes, why: str) -> None:
    with pytest.raises(ProtocolError, match=why):
        list(parser().feed(data))


def test_whole_frames_before_a_bad_one_count() -> None:
    messages = parser().feed(solution(0, 1) + solution(5, 1))
    assert next(messages).seq == 0
    with pytest.raises(ProtocolError):
        next(messages)


def test_a_partial_frame_is_known_as_one() -> None:
    made = parser()
    assert list(made.feed(solution(0, 2)[:-1])) == []
    assert made.partial


def test_before_ready_no_solution_is_expected() -> None:
    with pytest.raises(ProtocolError):
        list(FrameParser(ANSWER).feed(solution(0, 1)))


def test_an_answer_without_arrays() -> None:
    found = list(parser([]).feed(frame(Kind.SOLUTION, 0, b"") * 1 + frame(Kind.FINAL, 1, b"")))
    assert [message.kind for message in found] == [Kind.SOLUTION, Kind.FINAL]


def test_nothing_is_allocated_for_a_claim_beyond_the_declared_size() -> None:
    large = [ArraySpec("<f8", (None,), most_bytes=1 << 40)]
    made = parser(large)
    with pytest.raises(ProtocolError):
        list(made.feed(frame(Kind.SOLUTION, 0, struct.pack("<Q", 1 << 41), claimed=(1 << 40) + 8)))
