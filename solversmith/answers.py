"""From the raw bytes of an outcome to the answer that a problem scores."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, overload

import numpy as np

from sandbox.spec import AnswerSpec, ArraySpec, Frame, Outcome
from sandbox.strict_json import BadJson, loads
from solversmith.contract.problem import Answer, JsonAnswer, Solution
from solversmith.json_schema import BadValue, check, place, validator


class BadAnswer(ValueError):
    """The last solution is not what was declared; the message is short and says where."""


def demand_schemas(declared: Mapping[str, AnswerSpec]) -> None:
    """Raises `UsageError` if a declared schema is none."""
    for key, spec in declared.items():
        if isinstance(spec, JsonAnswer) and spec.schema is not None:
            validator(key, spec.schema)


def decode(declared: Mapping[str, AnswerSpec], outcome: Outcome, limit_s: float) -> Answer:
    """The bytes of every kept frame as arrays of the declared dtype and shape, and as JSON values.

    Each solution is decoded when it is asked for and then forgotten, for a JSON value takes many times the
    memory of its text. Only the last one is decoded at once, and held. An earlier one that is not what was
    declared counts as one that was not kept.

    Raises
    ------
    BadAnswer
        The last solution is not what was declared.
    """
    frames = outcome.frames
    last = Solution(frames[-1].t_s, _values(declared, frames[-1])) if frames else None

    def decoded(frame: Frame) -> Solution:
        if last is not None and frame is frames[-1]:
            return last
        try:
            return Solution(frame.t_s, _values(declared, frame))
        except BadAnswer:
            return Solution(frame.t_s, None)

    left_out = frames[-1].seq + 1 - len(frames) if frames else 0
    solutions = _Solutions(frames, decoded)
    return Answer(solutions, outcome.usage.wall_s, limit_s, outcome.ended_by.value, left_out)


class _Solutions(Sequence[Solution]):
    """Frames, decoded when they are asked for."""

    def __init__(self, frames: tuple[Frame, ...], decoded: Callable[[Frame], Solution]) -> None:
        self._frames, self._decoded = frames, decoded

    def __len__(self) -> int:
        return len(self._frames)

    @overload
    def __getitem__(self, index: int) -> Solution: ...

    @overload
    def __getitem__(self, index: slice) -> _Solutions: ...

    def __getitem__(self, index: int | slice) -> Solution | _Solutions:
        if isinstance(index, slice):
            return _Solutions(self._frames[index], self._decoded)
        return self._decoded(self._frames[index])


def _values(declared: Mapping[str, AnswerSpec], frame: Frame) -> Mapping[str, Any] | None:
    if frame.arrays is None:
        return None
    return {key: _value(key, spec, frame.arrays[key]) for key, spec in declared.items()}


def _value(key: str, spec: AnswerSpec, raw: bytes) -> Any:
    if isinstance(spec, ArraySpec):
        return np.frombuffer(raw, dtype=spec.dtype).reshape(spec.resolve(len(raw))).copy()
    try:
        value = loads(raw, spec)
        if isinstance(spec, JsonAnswer) and spec.schema is not None:
            check(key, value, spec.schema)
    except BadJson as error:
        raise BadAnswer(f"{place(key, ())} is no strict JSON: {error}") from None
    except BadValue as error:
        raise BadAnswer(str(error)) from None
    return value
