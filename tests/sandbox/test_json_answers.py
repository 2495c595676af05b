"""JSON answers through a real box: honest ones arrive, and forged ones are no more than bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from sandbox.local import LocalSandbox
from sandbox.spec import ArraySpec, EndedBy, JsonSpec, Outcome
from sandbox.strict_json import BadJson, loads

HARNESS = """
import array
def arguments(payload):
    return (payload.decode(),), {}
def answer(value, payload):
    return {"plan": value, "u": array.array("d", [1.0])}
"""
SPEC = JsonSpec(1 << 20)
ANSWER = {"plan": SPEC, "u": ArraySpec("<f8", (1,))}
FORGE = """
import os, struct
def forge(text, claimed=None):
    sent = struct.pack('<2Q', len(text) if claimed is None else claimed, 8) + text + bytes(8)
    nbytes = len(sent) if claimed is None else 24 + claimed
    data = struct.pack('<4sBBHIQ', b'SOL1', 1, 0, 0, 3, nbytes) + sent
    if claimed is None:
        data += struct.pack('<4sBBHIQ', b'SOL1', 2, 0, 0, 4, 0)
    while data:
        data = data[os.write(4, data):]
"""


@pytest.fixture(scope="module")
def run(make_job: Callable[..., Any]) -> Iterator[Callable[..., Outcome]]:
    """`run(program, **changes)`."""
    with LocalSandbox(packages=()) as sandbox:
        yield lambda program, **changes: sandbox.run(
            make_job(program, **{"harness": HARNESS, "payload": b"abc", "answer": ANSWER, **changes})
        )


def plan(outcome: Outcome) -> Any:
    assert outcome.ended_by is EndedBy.RETURNED, outcome.message
    assert outcome.last is not None
    assert outcome.last.arrays is not None
    return loads(outcome.last.arrays["plan"], SPEC)


@pytest.mark.parametrize(
    ("value", "arrives"),
    [
        ("{'s': s, 'é': [1, 2.5, None, (True,)]}", {"s": "abc", "é": [1, 2.5, None, [True]]}),
        ("b' [1, 2] '", [1, 2]),
        ("'x' * ((1 << 20) - 2)", "x" * ((1 << 20) - 2)),
        ("Int(3)", 3),
        ("[Str('a'), {Str('b'): Int(4)}]", ["a", {"b": 4}]),
    ],
)
def test_what_a_program_answers_arrives(value: str, arrives: Any, run: Callable[..., Outcome]) -> None:
    lies = (
        "class Int(int):\n    __repr__ = __str__ = __int__ = __index__ = lambda self: 7\n"
        "class Str(str):\n    __repr__ = __str__ = lambda self: 'lie'\n    encode = lambda self, *a: b'NaN'\n"
    )
    assert plan(run(f"{lies}def solver(s):\n    return {value}")) == arrives


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("[float('nan')]", "plan can't be written as JSON: Out of range"),
        ("{1: 2}", "plan has a key of type int, expected a string"),
        ("{1, 2}", "type set is not JSON"),
        ("'\\ud800'", "surrogates not allowed"),
        ("'x' * (1 << 20)", "plan has 1048578 bytes as JSON, at most 1048576 expected"),
        ("b'1' * 10_000_000", "plan has 10000000 bytes as JSON"),
        ("deep()", "plan is nested more than 64 deep"),
        ("endless()", "plan is nested more than 64 deep"),
    ],
)
def test_what_can_not_be_written_is_bad_output(value: str, says: str, run: Callable[..., Outcome]) -> None:
    program = (
        "def deep():\n    v = []\n    for _ in range(200_000):\n        v = [v]\n    return v\n"
        f"def endless():\n    v = {{}}\n    v['v'] = v\n    return v\ndef solver(s):\n    return {value}"
    )
    outcome = run(program)
    assert outcome.ended_by is EndedBy.BAD_OUTPUT
    assert says in outcome.message
    assert outcome.frames == ()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("b'[1, NaN]'", "position 4: a value expected"),
        ('b\'{"a": 1, "a": 2}\'', "position 9: a key that is not there yet"),
        ("b'[' * 200_000", "nested more than 64 deep"),
        ("b'\"\\xff\"'", "byte 0xff is not UTF-8"),
        ("b'9' * 1_000_000", "whole number"),
        ("b'1e999'", "a double can hold"),
        ("b'1 2'", "the end expected"),
        ("b''", "position 0: a value expected, found the end"),
    ],
)
def test_a_forged_text_is_refused_by_its_reader(text: str, says: str, run: Callable[..., Outcome]) -> None:
    with pytest.raises(BadJson, match=says):
        plan(run(f"{FORGE}def solver(s):\n    forge({text})\n    import time; time.sleep(60)"))


@pytest.mark.parametrize("forged", ["forge(b'1' * 10_000_000)", "forge(b'1', claimed=1 << 62)"])
def test_a_forged_frame_beyond_the_cap_ends_the_program(forged: str, run: Callable[..., Outcome]) -> None:
    outcome = run(f"{FORGE}def solver(s):\n    {forged}")
    assert outcome.ended_by is EndedBy.PROTOCOL
    assert "bytes, between 16 and 1048600 expected" in outcome.message
    assert outcome.frames == ()


def test_a_whole_answer_before_a_broken_one_arrives(run: Callable[..., Outcome]) -> None:
    program = "def solver(s):\n    yield [1]\n    yield {'a': [2]}\n    yield [float('inf')]"
    outcome = run(program, anytime=True)
    assert outcome.ended_by is EndedBy.BAD_OUTPUT
    assert [frame.arrays and frame.arrays["plan"] for frame in outcome.frames] == [b"[1]", b'{"a":[2]}']


def test_an_endless_stream_is_kept_within_bounds_and_over_its_whole_time(run: Callable[..., Outcome]) -> None:
    program = "def solver(s):\n    i = 0\n    while True:\n        yield i\n        i += 1"
    outcome = run(program, anytime=True, limits={"wall_s": 2.0})
    assert outcome.ended_by is EndedBy.WALL_LIMIT
    assert outcome.last is not None
    assert outcome.last.arrays is not None
    assert int(outcome.last.arrays["plan"]) == outcome.last.seq
    assert outcome.last.seq > 10_000
    assert len(outcome.frames) <= 100_000
    kept = [frame.t_s for frame in outcome.frames if frame.arrays is not None]
    assert len(kept) < 500
    # Where a processor is shared, a program may have to wait; but not for a fifth of the time.
    assert max(later - earlier for earlier, later in zip(kept, [*kept[1:], 2.0], strict=True)) < 0.4
