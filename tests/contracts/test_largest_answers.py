"""An answer that is allowed must not be slow to score, however large it is and however many there are.

Problems whose answers have a fixed shape are left out: what is as large as the reference takes as long as it.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable

import numpy as np
import pytest

from sandbox.keeping import MOST_STAMPS
from solversmith import registry
from solversmith.contract import DEV, Answer, ArraySpec, Case, Problem, ProblemOptions, Solution

MOST_S = 5.0
KEPT = 400  # more than the sandbox keeps of an execution
KINDS: dict[str, Callable[[int], np.ndarray]] = {
    "the same number": lambda count: np.zeros(count, "<i8"),
    "the largest number": lambda count: np.full(count, 2**63 - 1, "<i8"),
    "all numbers": lambda count: np.arange(count, dtype="<i8"),
    "some numbers": lambda count: np.arange(max(0, count // 4 - 1), dtype="<i8"),
}


def anytime_problems() -> list[str]:
    """Those of the catalogue."""
    return [name for name in sorted(registry.catalogue()) if registry.open_problem(name).anytime]


def largest_case(problem: Problem) -> Case:
    """The case whose answer may be the largest."""
    return max(
        problem.cases(DEV), key=lambda case: sum(spec.largest() for spec in arrays(problem, case).values())
    )


def arrays(problem: Problem, case: Case) -> dict[str, ArraySpec]:
    """The arrays of an answer."""
    specs = {key: spec for key, spec in problem.answer(case).items() if isinstance(spec, ArraySpec)}
    assert specs
    return specs


def filled(spec: ArraySpec, kind: str) -> np.ndarray:
    """As many numbers as an array may have, of a kind; fewer only where the number is free."""
    count = spec.largest() // 8
    numbers = KINDS[kind](count) if None in spec.shape else np.resize(KINDS[kind](count), count)
    row = math.prod(extent for extent in spec.shape if extent is not None)
    numbers = numbers[: len(numbers) // row * row]
    return numbers.astype(spec.dtype).reshape(spec.resolve(numbers.nbytes))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", anytime_problems())
def test_many_large_answers_are_scored_quickly(name: str, kind: str) -> None:
    problem = registry.open_problem(name, ProblemOptions())
    case = largest_case(problem)
    last = Solution(9.0, {key: filled(spec, kind) for key, spec in arrays(problem, case).items()})
    stamps = [Solution(8.0 * number / MOST_STAMPS, None) for number in range(MOST_STAMPS)]
    answer = Answer((*stamps, *[last] * KEPT), wall_s=10.0, limit_s=10.0, ended_by="wall_limit")
    began = time.monotonic()
    problem.score(case, answer)
    assert time.monotonic() - began < MOST_S
