"""Who is tried when, and with whom."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from codepde.references.ladder import climb
from codepde.references.reference import Reference

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
