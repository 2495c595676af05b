"""The interpolant in two dimensions."""

from __future__ import annotations

import numpy as np
import pytest

from codepde.interpolant2d import differentiation, gradient, resampled

RNG = np.random.default_rng(0)


def polynomial(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    x, y = 2 * np.pi * x[:, None], 2 * np.pi * y[None, :]
    return 1.0 + np.sin(2 * x - 3 * y) + 0.5 * np.cos(x + 2 * y)


@pytest.mark.parametrize("points", [16, 24, 40])
def test_a_trigonometric_polynomial_is_met_at_any_number_of_points(points: int) -> None:
    coarse, fine = np.arange(8) / 8 + 0.05, np.arange(points) / points + 0.05
    assert resampled(polynomial(coarse, coarse), points) == pytest.approx(polynomial(fine, fine), abs=1e-13)


def test_points_that_are_shared_keep_their_values_whatever_they_are() -> None:
    values = RNG.standard_normal((3, 8, 8))
    assert resampled(values, 24)[:, ::3, ::3] == pytest.approx(values, abs=1e-13)
    assert resampled(resampled(values, 12), 8) == pytest.approx(values, abs=1e-12)


def test_the_gradient_is_exact() -> None:
    x = np.arange(12) / 12
    along, across = gradient(polynomial(x, x)[None])
    phase, other = 2 * np.pi * (2 * x[:, None] - 3 * x), 2 * np.pi * (x[:, None] + 2 * x)
    assert along[0] == pytest.approx(2 * np.pi * (2 * np.cos(phase) - 0.5 * np.sin(other)), abs=1e-11)
    assert across[0] == pytest.approx(2 * np.pi * (-3 * np.cos(phase) - np.sin(other)), abs=1e-11)


def test_differentiation_is_skew_and_has_no_slope_for_the_highest_cosine() -> None:
    slope = differentiation(8)
    assert np.array_equal(slope, -slope.T)
    assert slope @ np.cos(np.pi * np.arange(8)) == pytest.approx(np.zeros(8), abs=1e-12)
