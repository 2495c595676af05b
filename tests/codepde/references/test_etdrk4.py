"""The time stepper by itself."""

from __future__ import annotations

import numpy as np
import pytest

from codepde.references.etdrk4 import advance, coefficients

LINEAR = np.array([-0.3, -5.0, -40.0, 0.0])
MIX = np.array([[0.2, -1.0, 0.3, 0.5], [0.7, 0.1, -0.6, 0.2], [0.3, 0.4, 0.2, -0.9], [-0.5, 0.1, 0.8, 0.0]])
START = np.array([1.0, -0.5, 0.3, 0.8])


def nonlinear(v: np.ndarray) -> np.ndarray:
    return np.sin(MIX @ v) - 0.2 * v**2


def march(steps: int) -> np.ndarray:
    scheme, v = coefficients(LINEAR, 1.0 / steps), START
    for _ in range(steps):
        v = advance(v, nonlinear, scheme)
    return v


def test_the_order_is_four() -> None:
    from scipy.integrate import solve_ivp

    exact = solve_ivp(
        lambda _, v: LINEAR * v + nonlinear(v), (0, 1), START, method="DOP853", rtol=1e-13, atol=1e-14
    ).y[:, -1]
    steps = np.array([20, 40, 80, 160])
    errors = [np.linalg.norm(march(n) - exact) for n in steps]
    order = -np.polyfit(np.log(steps), np.log(errors), 1)[0]
    assert order == pytest.approx(4.0, abs=0.35)


def test_without_a_nonlinear_part_it_is_exact_for_any_step() -> None:
    scheme = coefficients(LINEAR, 3.0)
    assert advance(START, np.zeros_like, scheme) == pytest.approx(np.exp(3.0 * LINEAR) * START, abs=1e-15)


def test_coefficients_do_not_cancel() -> None:
    # The limits for hL -> 0 are those of the classical Runge-Kutta method, and near 0 they are near these.
    scheme = coefficients(np.array([0.0, -1e-9, -1e-4]), 1.0)
    for value, limit in (
        (scheme.stage, 1 / 2),
        (scheme.first, 1 / 6),
        (scheme.middle, 1 / 3),
        (scheme.last, 1 / 6),
    ):
        assert value[:2] == pytest.approx([limit, limit], abs=1e-9)
        assert value[2] == pytest.approx(limit, abs=1e-4)


def test_very_stiff_modes_are_finite() -> None:
    for value in coefficients(np.array([-1e3, -1e6, -1e9]), 1.0):
        assert np.all(np.isfinite(value))
