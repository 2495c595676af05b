"""Half the points, spectrally."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from codepde.grid import Array, Grid
from codepde.signals import resolution

GRID = Grid(num_points=32, final_time=1.0, frames=3, lower=-1.0, extent=2.0)


def wave(grid: Grid) -> Array:
    x = np.pi * grid.points
    return np.stack([np.sin(x + 0.3) + 0.5 * np.cos(7 * x), 2.0 + np.cos(3 * x)])


def plane(grid: Grid) -> Array:
    x, y = np.meshgrid(np.pi * grid.points, np.pi * grid.points, indexing="ij")
    return (np.sin(x + 0.3) * np.cos(2 * y) + 0.2 * np.sin(5 * y - 3 * x))[None]


def test_what_the_coarse_grid_resolves_stays_what_it_is() -> None:
    coarse = replace(GRID, num_points=16)
    np.testing.assert_allclose(resolution.coarsened(wave(GRID), 1), wave(coarse), atol=1e-14)


def test_in_two_dimensions_too() -> None:
    fine = replace(GRID, dimension=2)
    coarse = replace(fine, num_points=16)
    np.testing.assert_allclose(resolution.coarsened(plane(fine), 2), plane(coarse), atol=1e-14)


def test_modes_that_it_does_not_resolve_are_left_out() -> None:
    high = np.cos(9 * np.pi * GRID.points)[None] + 1.0
    np.testing.assert_allclose(resolution.coarsened(high, 1), np.ones((1, 16)), atol=1e-14)


def test_both_answers_are_compared_in_the_same_modes() -> None:
    coarse = replace(GRID, num_points=16)
    alternating = 0.1 * (-1.0) ** np.arange(16)
    found, expected = resolution.comparable(
        {"u": (wave(coarse) + alternating)[:, None]}, {"u": wave(GRID)[:, None]}, 1
    )
    np.testing.assert_allclose(found["u"], expected["u"], atol=1e-14)


def test_only_fields_are_coarsened() -> None:
    given = {"u0": wave(GRID), "rates": np.ones((2, 3))}
    coarse = resolution.coarse_inputs(given, GRID)
    assert coarse["u0"].shape == (2, 16)
    assert coarse["rates"] is given["rates"]


@pytest.mark.parametrize(
    ("grid", "applies"),
    [
        (GRID, True),
        (Grid(num_points=64, final_time=1.0, frames=2, dimension=2), True),
        (Grid(num_points=64, dimension=2), False),
        (Grid(num_points=65, final_time=1.0, frames=2, vertices=True), False),
        (Grid(num_points=30, final_time=1.0, frames=2), False),
        (Grid(num_points=8, final_time=1.0, frames=2), False),
    ],
)
def test_where_it_applies(grid: Grid, applies: bool) -> None:
    assert resolution.applies(grid) is applies
