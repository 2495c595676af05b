"""Cole-Hopf by quadrature, against what is known in closed form."""

from __future__ import annotations

import numpy as np
import pytest

from codepde.interpolant import evaluate
from codepde.references.cole_hopf import solve_at

N = 64
POINTS = np.arange(N) / N


@pytest.mark.parametrize(("viscosity", "time"), [(0.05, 0.3), (0.4, 0.05), (1.27, 2.0)])
@pytest.mark.parametrize("mean", [0.0, 0.7])
def test_one_wave_of_the_transformed_equation(viscosity: float, time: float, mean: float) -> None:
    """φ = 2 + e^{−νk²t} cos ky solves the heat equation; u = −2ν φ_x/φ."""
    k = 2 * np.pi

    def exact(y: np.ndarray, t: float) -> np.ndarray:
        decay = np.exp(-viscosity * k**2 * t)
        y = y - mean * t
        return mean + 2 * viscosity * k * decay * np.sin(k * y) / (2 + decay * np.cos(k * y))

    found = solve_at(exact(POINTS, 0.0), POINTS[::5], time, viscosity, num_points=1024)
    assert found == pytest.approx(exact(POINTS[::5], time), abs=1e-11)


def test_a_wave_without_amplitude_only_moves_its_mean() -> None:
    assert solve_at(np.full(N, 0.3), POINTS[:4], 1.0, 0.01) == pytest.approx(np.full(4, 0.3), abs=1e-13)


def test_tiny_viscosity_gives_the_inviscid_solution_before_the_shock() -> None:
    """Characteristics: u = u_0(y − ut), solved by iteration; exponents reach 10^4 here."""
    state = 0.5 * np.sin(2 * np.pi * POINTS)
    time, u = 0.1, np.zeros(9)
    y = np.linspace(0.05, 0.45, 9)
    for _ in range(200):
        u = evaluate(state, y - u * time)
    assert solve_at(state, y, time, 1e-6, num_points=65536) == pytest.approx(u, abs=1e-4)


def test_at_time_zero_it_is_the_interpolant() -> None:
    state = np.sin(2 * np.pi * POINTS)
    assert solve_at(state, np.array([0.1]), 0.0, 0.1) == pytest.approx([np.sin(0.2 * np.pi)])
