"""Who is tried when, and with whom."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from codepde.references.ladder import climb, modes_from, steps_from
from codepde.references.reference import Reference
from solversmith.errors import InternalFault

DONE = Reference({"u": np.zeros(1)}, {"u": 0.0})


def test_every_sample_comes_once_and_batches_share_a_level() -> None:
    needs, calls = [3, 1, 2, 1, 3, 1], list[tuple[int, list[int]]]()

    def attempt(chosen: Sequence[int], level: int) -> list[Reference | int]:
        calls.append((level, list(chosen)))
        return [DONE if needs[index] <= level else level + 1 for index in chosen]

    order = [index for index, _ in climb([1] * 6, attempt, 4)]
    assert sorted(order) == list(range(6))
    assert [needs[index] for index in order] == sorted(needs)
    assert calls == [(1, [0, 1, 2, 3]), (1, [4, 5]), (2, [0, 2, 4]), (3, [0, 4])]


def test_samples_may_begin_at_different_levels() -> None:
    seen = []

    def attempt(chosen: Sequence[int], level: int) -> list[Reference | int]:
        seen.append((level, list(chosen)))
        return [DONE] * len(chosen)

    list(climb([5, 2, 5], attempt, 8))
    assert seen == [(2, [1]), (5, [0, 2])]


def test_an_attempt_that_forgets_a_sample_is_an_error() -> None:
    with pytest.raises(ValueError, match="shorter"):
        list(climb([1, 1], lambda chosen, level: [DONE], 8))


def test_there_are_few_numbers_of_modes_and_steps_and_an_end_to_both() -> None:
    assert [modes_from(least, (64, 96), "toy") for least in (1, 64, 64.5, 96)] == [64, 64, 96, 96]
    assert [steps_from(least, 20, "toy") for least in (0, 8, 8.5, 11, 17)] == [8, 8, 10, 13, 17]
    with pytest.raises(InternalFault, match="no toy reference: 97 modes are needed, at most 96 are tried"):
        modes_from(97, (64, 96), "toy")
    with pytest.raises(InternalFault, match="no toy reference: 18 steps per frame are needed, too many"):
        steps_from(18, 20, "toy")
