"""Sizes and balances of the gas."""

from __future__ import annotations

import numpy as np
import pytest

from codepde import gas
from codepde.grid import Array, Grid

GRID = Grid(64, 1.0, 3, lower=-1.0, extent=2.0)
SHAPE = (2, 3, 64)


def resting(density: float = 2.0, pressure: float = 30.0, velocity: float = 0.0) -> dict[str, Array]:
    return {
        gas.VELOCITY: np.full(SHAPE, velocity),
        gas.DENSITY: np.full(SHAPE, density),
        gas.PRESSURE: np.full(SHAPE, pressure),
    }


def starts(fields: dict[str, Array]) -> dict[str, Array]:
    return {gas.STARTS[name]: field[:, 0] for name, field in fields.items()}


def test_the_stress_of_one_dimension() -> None:
    assert gas.viscosity({"eta": 0.3, "zeta": 0.5}) == pytest.approx(0.9)


def test_velocities_count_at_least_a_thousandth_of_the_speed_of_sound() -> None:
    assert gas.scales(resting()) == {gas.VELOCITY: pytest.approx(5e-3)}
    still = np.stack([resting()[name][0] for name in gas.COMPUTED])
    moving = still.copy()
    moving[1] = 5e-4
    assert gas.distances(moving, still)[1] == pytest.approx(0.1)
    assert gas.distances(moving, still, power=1)[1] == pytest.approx(0.1)


def test_distances_are_relative_to_each_field_and_infinite_for_no_number() -> None:
    one = np.stack([resting()[name][0] for name in gas.COMPUTED])
    other = one * np.array([1.1, 1.0, 0.8])[:, None, None]
    assert gas.distances(other, one) == pytest.approx([0.1, 0.0, 0.2], abs=1e-12)
    other[0, 1, 2] = np.nan
    assert gas.distances(other, one) == [np.inf] * 3


def test_what_is_conserved_does_not_drift_and_what_is_not_does() -> None:
    fields = resting(velocity=0.1)
    assert gas.budgets(fields, starts(fields), GRID, {}) == {"mass": 0.0, "momentum": 0.0, "energy": 0.0}
    changed = {name: field.copy() for name, field in fields.items()}
    changed[gas.DENSITY][1, 2] *= 1.01
    found = gas.budgets(changed, starts(fields), GRID, {})
    assert found["mass"] == pytest.approx(0.01)
    assert found["momentum"] == pytest.approx(0.01 * 0.1 / 5.0)
    assert 0 < found["energy"] < 1e-4


def test_a_simple_wave_keeps_its_sums() -> None:
    """Density that is carried along at one velocity and pressure: an exact solution."""
    x, t = GRID.points, GRID.times
    density = 2.0 + np.sin(np.pi * (x[None, None] - 0.3 * t[None, :, None]))
    fields = {**resting(velocity=0.3), gas.DENSITY: np.repeat(density, 2, axis=0)}
    assert max(gas.budgets(fields, starts(fields), GRID, {}).values()) < 1e-14
