"""Frames: any split gives the same messages; nothing that is no frame gets through or allocates."""

from __future__ import annotations

import struct
import tracemalloc
from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.frames import AFTER_READY, HEADER, FrameParser, Kind, Message, ProtocolError
from sandbox.spec import AnswerSpec, ArraySpec, JsonSpec

ANSWER = [ArraySpec("<f8", (2,)), ArraySpec("<i8", (None, 3), most_bytes=24 * 5)]


def frame(kind: int, seq: int, payload: bytes, claimed: int | None = None) -> bytes:
    return HEADER.pack(b"SOL1", kind, 0, 0, seq, len(payload) if claimed is None else claimed) + payload


def solution(seq: int, rows: int) -> bytes:
    first, second = bytes(range(16)), bytes(24 * rows)
    return frame(Kind.SOLUTION, seq, struct.pack("<2Q", 16, 24 * rows) + first + second)


def parser(answer: Sequence[AnswerSpec] | None = None) -> FrameParser:
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


MIXED = [JsonSpec(30), ArraySpec("<f8", (1,)), JsonSpec(20)]


def mixed(seq: int, first: bytes, second: bytes) -> bytes:
    table = struct.pack("<3Q", len(first), 8, len(second))
    return frame(Kind.SOLUTION, seq, table + first + bytes(range(8)) + second)


@given(
    st.lists(st.tuples(st.binary(max_size=30), st.binary(max_size=20)), max_size=5),
    st.lists(st.integers(0, 10_000)),
)
def test_texts_beside_arrays_split_at_any_byte(texts: list[tuple[bytes, bytes]], places: list[int]) -> None:
    stream = b"".join(mixed(seq, *pair) for seq, pair in enumerate(texts)) + frame(2, len(texts), b"")
    made = parser(MIXED)
    found = [message for piece in cut(stream, places) for message in made.feed(piece)]
    assert [message.arrays for message in found[:-1]] == [(one, bytes(range(8)), two) for one, two in texts]
    assert [message.nbytes for message in found[:-1]] == [32 + len(one) + len(two) for one, two in texts]
    assert (found[-1].kind, made.partial) == (Kind.FINAL, False)


@given(st.binary(max_size=200), st.integers(0, 250), st.lists(st.integers(0, 10_000)))
def test_any_change_gives_messages_or_a_protocol_error(put: bytes, place: int, places: list[int]) -> None:
    stream = mixed(0, b"[1, 2]", b"{}") + mixed(1, b"", b"3") + mixed(2, b"[]", b"null")
    changed = stream[:place] + put + stream[place + len(put) :]
    made = parser(MIXED)
    try:
        found = [message for piece in cut(changed, places) for message in made.feed(piece)]
    except ProtocolError:
        return
    assert all(len(message.arrays[0]) <= 30 and len(message.arrays[2]) <= 20 for message in found)


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


def test_what_is_held_grows_with_what_came_and_not_with_what_was_promised() -> None:
    made = parser([JsonSpec(1 << 40), ArraySpec("<f8", (None,), most_bytes=1 << 40)])
    table = struct.pack("<2Q", 1 << 39, 1 << 39)
    tracemalloc.start()
    try:
        assert list(made.feed(frame(Kind.SOLUTION, 0, table + b"[1, 2", claimed=(1 << 40) + 16))) == []
        assert tracemalloc.get_traced_memory()[1] < 1 << 20
    finally:
        tracemalloc.stop()
    assert made.partial


def test_a_text_beyond_the_declared_size_is_refused_at_its_header() -> None:
    with pytest.raises(ProtocolError, match="10485768 bytes, between 8 and 1048584"):
        list(parser([JsonSpec(1 << 20)]).feed(frame(Kind.SOLUTION, 0, b"", claimed=(10 << 20) + 8)))
    small = [JsonSpec(8), JsonSpec(8)]
    with pytest.raises(ProtocolError, match="a part of 9 bytes, at most 8"):
        list(parser(small).feed(frame(Kind.SOLUTION, 0, struct.pack("<2Q", 9, 0) + bytes(9))))


def test_nothing_is_allocated_for_a_claim_beyond_the_declared_size() -> None:
    large = [ArraySpec("<f8", (None,), most_bytes=1 << 40)]
    made = parser(large)
    with pytest.raises(ProtocolError):
        list(made.feed(frame(Kind.SOLUTION, 0, struct.pack("<Q", 1 << 41), claimed=(1 << 40) + 8)))
