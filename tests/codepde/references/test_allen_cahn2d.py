"""Allen-Cahn against its uniform, linear and steady solutions, and as it must behave."""

from __future__ import annotations

import numpy as np
import pytest

from codepde.grid import Array, Grid
from codepde.initial_allen_cahn2d import draw
from codepde.references import allen_cahn2d
from codepde.references.levels import Level
from codepde.references.reference import Reference

GRID = Grid(32, 1.0, 5, dimension=2)
X = GRID.points
STATE = draw("dev", 0, GRID, {}).inputs["u0_batch"]


def solved(state: Array, eps: float, grid: Grid = GRID) -> Reference:
    ((_, found),) = allen_cahn2d.solve({"u0_batch": state[None]}, grid, {"eps": eps})
    return found


def trajectory(state: Array, eps: float, grid: Grid = GRID) -> Array:
    return solved(state, eps, grid).fields["trajectory"]


@pytest.mark.parametrize("value", [0.1, -0.6, 1.0, 1.3])
def test_uniform_states_follow_the_ordinary_equation(value: float) -> None:
    exact = value / np.sqrt(value**2 + (1 - value**2) * np.exp(-2 * GRID.times))
    found = solved(np.full((32, 32), value), 0.1)
    apart = np.max(np.abs(found.fields["trajectory"] - exact[:, None, None]))
    assert apart < max(1e-6, 2 * found.estimate)


def test_small_waves_grow_at_the_rate_of_the_linear_equation() -> None:
    eps, m, n = 0.05, 1, 2
    wave = np.cos(2 * np.pi * (m * X[:, None] + n * X))
    rate = 1.0 - (2 * np.pi * eps) ** 2 * (m * m + n * n)
    found = trajectory(1e-5 * wave, eps)
    for frame, time in enumerate(GRID.times):
        assert found[frame] == pytest.approx(1e-5 * np.exp(rate * time) * wave, abs=1e-13)


def test_two_flat_fronts_far_apart_stand_still() -> None:
    """tanh(x/(ε√2)) is steady; the fronts attract each other by about exp(−√2/(2ε))."""
    grid, eps = Grid(128, 1.0, 3, dimension=2), 0.03
    width = np.sqrt(2.0) * eps
    x = grid.points[:, None] - np.arange(-1, 2)  # and their images
    fronts = np.sum(np.tanh((x - 0.25) / width) - np.tanh((x - 0.75) / width), axis=1) - 1.0
    found = trajectory(fronts[:, None] * np.ones(128), eps, grid)
    assert np.max(np.abs(found - found[0])) < 1e-6


def test_the_order_in_time_is_four() -> None:
    inputs = {"u0_batch": STATE[None]}
    fields = [
        allen_cahn2d.integrate(inputs, GRID, {"eps": 0.1}, Level(64, steps))[0]["trajectory"]
        for steps in (4, 8, 16, 64)
    ]
    errors = [np.linalg.norm(field - fields[-1]) for field in fields[:-1]]
    assert np.diff(np.log2(errors)) == pytest.approx([-4.0, -4.0], abs=0.4)


def test_signs_shifts_and_transposition_pass_through() -> None:
    u = trajectory(STATE, 0.1)
    assert trajectory(-STATE, 0.1) == pytest.approx(-u, abs=1e-12)
    assert trajectory(np.roll(STATE, (3, 7), (0, 1)), 0.1) == pytest.approx(
        np.roll(u, (3, 7), (1, 2)), abs=1e-12
    )
    assert trajectory(STATE.T, 0.1) == pytest.approx(u.transpose(0, 2, 1), abs=1e-12)


def test_the_energy_decays_and_its_growth_is_seen() -> None:
    u = trajectory(STATE, 0.1)[None]
    inputs, coefficients = {"u0_batch": STATE[None]}, {"eps": 0.1}
    assert allen_cahn2d.budgets({"trajectory": u}, inputs, GRID, coefficients)["energy_growth"] == 0.0
    backwards = allen_cahn2d.budgets({"trajectory": u[:, ::-1]}, inputs, GRID, coefficients)
    assert backwards["energy_growth"] > 0.1


@pytest.mark.parametrize("eps", [0.1, 0.05, pytest.param(0.02, marks=pytest.mark.slow)])
def test_every_published_parameter_meets_the_target(eps: float) -> None:
    grid = Grid(64, 1.0, 5, dimension=2)
    states = np.stack([draw("dev", index, grid, {}).inputs["u0_batch"] for index in range(2)])
    found = dict(allen_cahn2d.solve({"u0_batch": states}, grid, {"eps": eps}))
    assert set(found) == {0, 1}
    for index, reference in found.items():
        assert reference.estimate <= 5e-7
        assert np.array_equal(reference.fields["trajectory"][0], states[index])
