"""The order of convergence, from errors that are known."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codepde.order import Rung, estimate, metrics, saturated

POINTS = (128, 256, 512, 1024)


def rungs(*errors: float | None, floor: float = 0.0) -> list[Rung]:
    return [Rung(points, error, floor) for points, error in zip(POINTS, errors, strict=True)]


@given(order=st.floats(0.1, 8), constant=st.floats(1e-3, 1e3))
def test_a_power_of_the_grid_has_its_exponent(order: float, constant: float) -> None:
    found = estimate(rungs(*(constant * points**-order for points in POINTS)))
    assert found == pytest.approx(order, rel=1e-9)


def test_errors_at_the_floor_are_left_out() -> None:
    errors = (1e-2, 2.5e-3, 6.25e-4, 6e-4)
    assert estimate(rungs(*errors, floor=6.1e-5)) == pytest.approx(2.0)
    assert estimate(rungs(*errors)) == pytest.approx(1.4, abs=0.1)


def test_fewer_than_two_rungs_are_no_order_but_saturated() -> None:
    exact = rungs(1e-2, 1e-7, 1e-8, 1e-8, floor=1e-7)
    assert estimate(exact) is None
    assert saturated(exact)
    assert not saturated(rungs(1e-2, 5e-3, 2e-3, 1e-3, floor=1e-7))


def test_an_exact_answer_has_none_and_nothing_is_not_a_number() -> None:
    found = metrics(rungs(0.0, 0.0, 0.0, 0.0))
    assert (found["order"], found["order_saturated"]) == (None, True)
    json.dumps(found, allow_nan=False)


def test_failures_are_no_saturation() -> None:
    found = metrics(rungs(None, None, None, 1e-3))
    assert (found["order"], found["order_saturated"]) == (None, False)
    assert found["order_errors"] == [[128, None], [256, None], [512, None], [1024, 1e-3]]


def test_a_failure_between_is_passed_over() -> None:
    assert estimate(rungs(1e-1, None, 1e-1 / 16, 1e-1 / 64)) == pytest.approx(2.0)
