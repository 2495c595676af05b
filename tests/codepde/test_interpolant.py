"""The trigonometric interpolant: period 1, Nyquist as a cosine."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from codepde.interpolant import evaluate, refined, shifted, spectrum

STATES = arrays(float, st.sampled_from([4, 6, 16]), elements=st.floats(-10, 10, width=32))


@given(STATES)
def test_it_goes_through_its_points(values: np.ndarray) -> None:
    offsets = np.arange(len(values)) / len(values)
    assert evaluate(values, offsets) == pytest.approx(values, abs=1e-12)


@given(STATES, st.integers(1, 4))
def test_refining_evaluates_and_keeps_the_points(values: np.ndarray, factor: int) -> None:
    fine = refined(values, factor)
    assert fine[::factor] == pytest.approx(values, abs=1e-12)
    assert fine == pytest.approx(evaluate(values, np.arange(len(fine)) / len(fine)), abs=1e-12)


@given(STATES, st.floats(-20, 20))
def test_shifting_moves_it_to_the_right(values: np.ndarray, distance: float) -> None:
    offsets = np.arange(len(values)) / len(values)
    assert shifted(values, distance) == pytest.approx(evaluate(values, offsets - distance), abs=1e-10)


def test_nyquist_is_a_cosine_at_the_points() -> None:
    values = np.array([1.0, -1.0, 1.0, -1.0])
    x = np.linspace(0, 1, 23)
    assert evaluate(values, x) == pytest.approx(np.cos(4 * np.pi * x), abs=1e-14)
    assert shifted(values, 0.125) == pytest.approx(np.zeros(4), abs=1e-14)


def test_band_limited_waves_are_exact_for_high_modes_and_long_ways() -> None:
    n, k = 1024, 500
    x = np.arange(n) / n
    assert shifted(np.sin(2 * np.pi * k * x), 14.3) == pytest.approx(
        np.sin(2 * np.pi * np.remainder(k * (x - 0.3), 1.0)), abs=2e-11
    )


def test_a_short_spectrum_cuts_off_and_a_long_one_is_zero_above() -> None:
    values = np.cos(2 * np.pi * np.arange(8) / 8) + np.cos(2 * np.pi * 3 * np.arange(8) / 8)
    assert spectrum(values, 2) == pytest.approx(np.array([0, 0.5, 0]), abs=1e-15)
    assert spectrum(values, 9) == pytest.approx(np.array([0, 0.5, 0, 0.5, 0, 0, 0, 0, 0, 0]), abs=1e-15)


@given(STATES, st.floats(-20, 20), st.floats(0.1, 10))
def test_any_period_is_a_change_of_unit(values: np.ndarray, distance: float, period: float) -> None:
    offsets = np.linspace(0.0, 3.0, 7)
    assert evaluate(values, period * offsets, period) == pytest.approx(evaluate(values, offsets), abs=1e-9)
    assert shifted(values, period * distance, period) == pytest.approx(shifted(values, distance), abs=1e-9)


def test_an_odd_number_of_points_is_refused() -> None:
    for use in (
        lambda v: spectrum(v, 3),
        lambda v: shifted(v, 0.1),
        lambda v: evaluate(v, v),
        lambda v: refined(v, 2),
    ):
        with pytest.raises(ValueError, match="even"):
            use(np.zeros(7))
