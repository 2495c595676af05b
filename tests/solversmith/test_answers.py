"""From bytes to answers: arrays and JSON, decoded one by one, and what is wrong with the last one."""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from sandbox.spec import AnswerSpec, EndedBy, Frame, Outcome
from solversmith import answers
from solversmith.answers import BadAnswer, decode, demand_schemas
from solversmith.contract import ArraySpec, JsonAnswer, JsonSpec
from solversmith.errors import UsageError

DECLARED: Mapping[str, AnswerSpec] = {
    "u": ArraySpec("<f8", (None, 2), 64),
    "plan": JsonAnswer(100, 3, {"type": "array", "items": {"type": "integer"}}),
    "notes": JsonSpec(20),
}


def frame(seq: int, plan: bytes = b"[1, 2]", notes: bytes = b"{}", kept: bool = True) -> Frame:
    parts = {"u": struct.pack("<4d", 1, 2, 3, seq), "plan": plan, "notes": notes}
    return Frame(0.1 * seq, seq, 48, parts if kept else None)


def outcome(*frames: Frame) -> Outcome:
    return Outcome(EndedBy.RETURNED, frames)


def test_arrays_and_values_side_by_side() -> None:
    answer = decode(DECLARED, outcome(frame(7)), 10.0)
    assert answer.last["u"].tolist() == [[1.0, 2.0], [3.0, 7.0]]
    assert answer.last["u"].flags.writeable
    assert answer.last["plan"] == [1, 2]
    assert answer.last["notes"] == {}
    assert answer.last is answer.last


def test_what_the_sandbox_did_not_keep_is_counted() -> None:
    """Frames are numbered; of very many only some are there, always with the last."""
    answer = decode(DECLARED, outcome(frame(0), frame(2, kept=False), frame(199_999)), 10.0)
    assert (len(answer.solutions), answer.left_out, answer.count) == (3, 199_997, 200_000)
    assert decode(DECLARED, outcome(frame(0), frame(1)), 10.0).left_out == 0


def test_earlier_solutions_are_decoded_when_they_are_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[bytes] = []

    def loads(raw: bytes, spec: JsonSpec) -> Any:
        read.append(raw)
        return json.loads(raw)

    monkeypatch.setattr(answers, "loads", loads)
    frames = [frame(seq, plan=f"[{seq}]".encode(), kept=seq != 1) for seq in range(4)]
    answer = decode(DECLARED, outcome(*frames), 10.0)
    assert read == [b"[3]", b"{}"]
    assert len(answer.solutions) == 4
    assert [s.t_s for s in answer.solutions] == pytest.approx([0.0, 0.1, 0.2, 0.3])
    assert [None if s.arrays is None else s.arrays["plan"] for s in answer.solutions[:-1]] == [[0], None, [2]]
    assert answer.solutions[-1].arrays is answer.last
    assert answer.solutions[1:][-1].arrays is answer.last
    with pytest.raises(IndexError):
        answer.solutions[4]


@pytest.mark.parametrize(
    ("broken", "says"),
    [
        ({"plan": b"[1, NaN]"}, "answer.plan is no strict JSON: position 4: a value expected"),
        ({"plan": b""}, "answer.plan is no strict JSON: position 0"),
        ({"plan": b"\xff"}, "not UTF-8"),
        ({"plan": b"[[[[1]]]]"}, "nested more than 3 deep"),
        ({"plan": b"[1, 2.0]"}, "answer.plan[1]: 2.0 is not of type 'integer'"),
        ({"plan": b'{"a": 1}'}, "answer.plan: {'a': 1} is not of type 'array'"),
        ({"notes": b'{"a": 1, "a": 2}'}, "answer.notes is no strict JSON: position 9"),
        ({"notes": b"9" * 20}, "whole number"),
    ],
)
def test_of_what_is_wrong_only_the_last_matters(broken: dict[str, bytes], says: str) -> None:
    with pytest.raises(BadAnswer) as caught:
        decode(DECLARED, outcome(frame(0), frame(1, **broken)), 10.0)
    assert says in str(caught.value)
    earlier = decode(DECLARED, outcome(frame(0, **broken), frame(1)), 10.0)
    assert earlier.solutions[0].arrays is None
    assert earlier.last["plan"] == [1, 2]


def test_schemas_are_looked_at_before_a_program_runs() -> None:
    demand_schemas(DECLARED)
    with pytest.raises(UsageError, match=r"answer\.plan can't be used: type: 'arrow'"):
        demand_schemas({"plan": JsonAnswer(10, schema={"type": "arrow"})})


def test_nothing_but_bytes_is_needed() -> None:
    assert isinstance(decode({"u": ArraySpec("<i8", (4,))}, outcome(frame(3)), 1.0).last["u"], np.ndarray)
