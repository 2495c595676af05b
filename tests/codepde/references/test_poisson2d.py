"""Closed forms on the L-shaped square, found from right-hand side and boundary values."""

from __future__ import annotations

import numpy as np
import pytest

from codepde import corner
from codepde.grid import Array, Grid
from codepde.initial_poisson2d import draw
from codepde.references import poisson2d
from solversmith.errors import InternalFault

GRID = Grid(65, dimension=2, lower=-1.0, extent=2.0, vertices=True)
SAMPLES = [draw("dev", index, GRID, {}) for index in range(6)]
INPUTS = {name: np.stack([sample.inputs[name] for sample in SAMPLES]) for name in ("f", "g", "mask")}


def exact(factors: Array) -> Array:
    values, _ = corner.basis(*corner.coordinates(GRID))
    return np.where(corner.mask(GRID) == corner.OUTSIDE, 0.0, np.tensordot(factors, values, axes=1))


def solved() -> Array:
    return np.stack([found.fields["u"] for _, found in poisson2d.solve(INPUTS, GRID, {})])


def test_answers_are_those_that_the_samples_were_made_of() -> None:
    for index, found in poisson2d.solve(INPUTS, GRID, {}):
        error = np.max(np.abs(found.fields["u"] - exact(SAMPLES[index].formula)))
        assert error < 1e-12
        assert error < found.estimate < 1e-12


def test_boundary_values_are_met_and_the_source_by_differences() -> None:
    u, edge = solved(), INPUTS["mask"] == corner.BOUNDARY
    assert u[edge] == pytest.approx(INPUTS["g"][edge], abs=1e-12)
    sides = u[:, 2:, 1:-1] + u[:, :-2, 1:-1] + u[:, 1:-1, 2:] + u[:, 1:-1, :-2]
    laplacian = (sides - 4 * u[:, 1:-1, 1:-1]) / GRID.spacing**2
    x, y = corner.coordinates(GRID)
    away = (INPUTS["mask"][0] == corner.INSIDE) & (np.hypot(x, y) > 0.3)
    apart = (laplacian + INPUTS["f"][:, 1:-1, 1:-1])[:, away[1:-1, 1:-1]]
    assert np.max(np.abs(apart)) < 0.02 * np.max(np.abs(INPUTS["f"]))


def test_the_balance_of_flow_is_that_of_its_differences() -> None:
    balance = [
        poisson2d.budgets({"u": fields[:, None]}, INPUTS, GRID, {})["flow"]
        for fields in (solved(), 1.1 * solved(), 0 * solved())
    ]
    assert balance[0] < 2e-3
    assert balance[1] > 10 * balance[0]
    assert balance[2] > 0.1


def test_other_right_hand_sides_and_domains_are_refused() -> None:
    x, _ = corner.coordinates(GRID)
    one = {name: array[:1] for name, array in INPUTS.items()}
    with pytest.raises(InternalFault, match="misses f or g"):
        next(poisson2d.solve({**one, "f": one["f"] + 1e-6 * x**2 * (one["mask"] > 0)}, GRID, {}))
    with pytest.raises(InternalFault, match="not the L-shaped"):
        next(poisson2d.solve({**one, "mask": np.ones_like(one["mask"])}, GRID, {}))
