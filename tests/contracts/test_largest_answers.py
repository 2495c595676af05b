"""An answer that is allowed must not be slow to score, however large it is and however many there are.

Problems whose answers have a fixed shape are left out: what is as large as the reference takes as long as it.
"""

from __future__ import annotations

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
    "some numbers": lambda count: np.arange(count // 4 - 1, dtype="<i8"),
}


def anytime_problems() -> list[str]:
    """Those of the catalogue."""
    return [name for name in sorted(registry.catalogue()) if registry.open_problem(name).anytime]


def largest_case(problem: Problem) -> tuple[Case, str, int]:
    """A case whose answer may be the largest; its only array, and how many numbers that has."""
    found = []
    for case in problem.cases(DEV):
        ((key, spec),) = problem.answer(case).items()
        assert isinstance(spec, ArraySpec)
        found.append((spec.largest() // 8, key, case))
    count, key, case = max(found, key=lambda one: one[0])
    return case, key, count


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", anytime_problems())
def test_many_large_answers_are_scored_quickly(name: str, kind: str) -> None:
    problem = registry.open_problem(name, ProblemOptions())
    case, key, count = largest_case(problem)
    last = Solution(9.0, {key: KINDS[kind](count)})
    stamps = [Solution(8.0 * number / MOST_STAMPS, None) for number in range(MOST_STAMPS)]
    answer = Answer((*stamps, *[last] * KEPT), wall_s=10.0, limit_s=10.0, ended_by="wall_limit")
    began = time.monotonic()
    problem.score(case, answer)
    assert time.monotonic() - began < MOST_S
