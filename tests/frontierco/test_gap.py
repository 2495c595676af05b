"""The gap: signed, symmetric, clipped."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontierco.gap import MAX, MIN, better, gap

value = st.one_of(st.integers(-(10**9), 10**9), st.floats(-1e9, 1e9))
sense = st.sampled_from([MIN, MAX])


@pytest.mark.parametrize(
    ("objective", "best", "which", "expected"),
    [
        (110, 100, MIN, 10 / 110),
        (100, 100, MIN, 0.0),
        (90, 100, MIN, -0.1),
        (98, 100, MAX, 0.02),
        (100, 98, MAX, -0.02),
        (0, 10, MAX, 1.0),
        (0, 0, MAX, 0.0),
        (5, -5, MIN, 1.0),
        (-5, 5, MIN, -1.0),
    ],
)
def test_by_hand(objective, best, which, expected) -> None:
    assert gap(objective, best, which) == pytest.approx(expected)


def test_beating_the_best_known_value_never_costs() -> None:
    """The published score of frb100-40 falls from 1.0 at 98 vertices to 0.98 at the optimum of 100."""
    assert gap(100, 98, MAX) < gap(98, 98, MAX) == 0.0


@given(value, value, sense)
def test_bounds_sign_and_the_other_sense(objective, best, which) -> None:
    found = gap(objective, best, which)
    assert -1.0 <= found <= 1.0
    assert (found < 0) <= better(objective, best, which)
    assert gap(objective, best, MAX if which == MIN else MIN) == -found


@given(value, value, value, sense)
def test_a_better_objective_never_has_a_larger_gap(one, two, best, which) -> None:
    if better(one, two, which):
        assert gap(one, best, which) <= gap(two, best, which) + 1e-12


def test_another_sense_is_refused() -> None:
    with pytest.raises(ValueError, match="'minimum'"):
        gap(1, 2, "minimum")


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("which", [MIN, MAX])
def test_what_is_not_finite_has_no_gap(bad: float, which: str) -> None:
    """Clipped, NaN would be −1: no solution could be better."""
    for objective, best in ((bad, 1.0), (1.0, bad), (bad, bad)):
        with pytest.raises(ValueError, match="expected finite numbers"):
            gap(objective, best, which)
