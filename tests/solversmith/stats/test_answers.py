"""Classes of answers, and how many attempts two ways to choose need."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from solversmith.errors import UsageError
from solversmith.stats import answers
from solversmith.stats.answers import Agreement


def test_answers_within_tau_are_one_class() -> None:
    found = answers.classes([[1.0, 0.0], [1.0, 1e-4], [0.0, 0.0], [0.0, 0.0], [2.0, 0.0]], 1e-3)
    assert found == (0, 0, 1, 1, 2)
    assert answers.classes([], 0.1) == ()
    assert answers.classes([[1.0]], 0.1) == (0,)


def test_a_chain_is_no_class() -> None:
    """Each is near the next, but the ends are far from each other."""
    chain = [[1.0 + 0.009 * i] for i in range(40)]
    found = answers.classes(chain, 0.01)
    for label in set(found):
        members = [one[0] for one, other in zip(chain, found, strict=True) if other == label]
        assert (max(members) - min(members)) / max(members) <= 0.01


def test_failures_count_and_are_in_no_class() -> None:
    found = answers.agreement(
        [[1.0], [1.0], [5.0], [5.0], [5.0], None], [0.0, 1e-9, 0.8, 0.8, 0.8, None], tau=0.01, good=1e-6
    )
    assert found == Agreement(6, 2, (3,))
    assert found.delta == pytest.approx(-1 / 6)
    interval = answers.delta_interval(found)
    assert interval.low is not None
    assert interval.high is not None
    assert interval.low < found.delta < interval.high


@given(st.integers(1, 99))
def test_best_of_n_needs_just_enough(correct: int) -> None:
    needed = answers.needed_best_of_n(Agreement(100, correct, ()), 0.9)
    assert needed is not None
    miss = 1 - correct / 100
    assert miss**needed <= 0.1 * (1 + 1e-6)
    assert needed == 1 or miss ** (needed - 1) > 0.1


def test_the_slopes_of_theory_are_found() -> None:
    """With one wrong class and p = (1 ± delta) / 2, a plurality needs 1/delta^2; a rare answer 1/p."""
    deltas = [0.04, 0.08, 0.16, 0.32]
    close = [Agreement(1000, 500 + round(500 * delta), (500 - round(500 * delta),)) for delta in deltas]
    needed = [answers.needed_self_consistency(found) for found in close]
    assert all(n is not None for n in needed)
    measured = answers.slope(deltas, [n for n in needed if n is not None])
    assert measured.value == pytest.approx(2, abs=0.25)
    rare = [Agreement(1000, round(1000 * delta), ()) for delta in deltas]
    needed = [answers.needed_best_of_n(found) for found in rare]
    measured = answers.slope(deltas, [n for n in needed if n is not None])
    assert measured.value == pytest.approx(1, abs=0.15)


def test_what_can_not_be_reached_is_none() -> None:
    assert answers.needed_best_of_n(Agreement(10, 0, (10,))) is None
    assert answers.needed_best_of_n(Agreement(10, 10, ())) == 1
    assert answers.needed_self_consistency(Agreement(10, 5, (5,))) is None
    assert answers.slope([0.1, 0.2], [3, 4]).value is None


@pytest.mark.parametrize("tau", [0.0, -1.0, float("nan")])
def test_nonsense_is_refused(tau: float) -> None:
    with pytest.raises(UsageError):
        answers.classes([[1.0], [2.0]], tau)
    with pytest.raises(UsageError):
        answers.classes([[1.0], [2.0, 3.0]], 0.1)
    with pytest.raises(UsageError):
        answers.slope([0.0], [1])
