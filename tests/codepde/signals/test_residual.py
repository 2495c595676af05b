"""Residuals at the points: zero for what second differences hold exactly, of second order for the rest."""

from __future__ import annotations

import math

import numpy as np
import pytest

from codepde import corner
from codepde.grid import Array, Grid
from codepde.signals import residual


def plane(grid: Grid) -> tuple[Array, Array]:
    x, y = np.meshgrid(grid.points, grid.points, indexing="ij")
    return x, y


def of_darcy(u: Array, a: Array, grid: Grid) -> float:
    return residual.darcy({"u": u[None, None]}, {"a": a[None]}, grid, {})["residual"]


def test_a_quadratic_solution_has_none_and_kinks_of_a_are_left_out() -> None:
    grid = Grid(num_points=20, dimension=2)
    x, _ = plane(grid)
    a = np.where(x < 0.5, 3.0, 12.0)
    # -a u_xx = 1 on both sides; across the face the flux agrees, but the derivative jumps.
    u = np.where(x < 0.5, x * (1 - x) / 6, x * (1 - x) / 24 + 1 / 32)
    assert of_darcy(u, a, grid) < 1e-10
    assert of_darcy(0.5 * u, a, grid) == pytest.approx(0.5)
    assert of_darcy(0.0 * u, a, grid) == pytest.approx(1.0)


def test_the_worst_sample_counts() -> None:
    grid = Grid(num_points=20, dimension=2)
    x, _ = plane(grid)
    u = np.stack([x * (1 - x) / 6, x * (1 - x) / 12])[:, None]
    found = residual.darcy({"u": u}, {"a": np.full((2, 20, 20), 3.0)}, grid, {})
    assert found["residual"] == pytest.approx(0.5)


def of_poisson(num_points: int) -> float:
    grid = Grid(num_points=num_points, dimension=2, lower=-1.0, extent=2.0, vertices=True)
    x, y = plane(grid)
    u = np.sin(2 * x) * np.cos(3 * y)
    mask = np.where((x > 0) & (y < 0), 0.0, 1.0)
    inside = np.where(mask != 0, u, 1e6)  # what stands outside is nobody's business
    found = residual.poisson({"u": inside[None, None]}, {"f": 13.0 * u[None], "mask": mask[None]}, grid, {})
    return found["residual"]


def test_a_smooth_solution_has_one_of_second_order() -> None:
    coarse, fine = of_poisson(33), of_poisson(65)
    assert math.log2(coarse / fine) == pytest.approx(2.0, abs=0.1)


def test_where_every_point_has_another_coefficient_nothing_can_be_said() -> None:
    grid = Grid(num_points=4, dimension=2)
    assert of_darcy(np.ones((4, 4)), np.arange(16.0).reshape(4, 4), grid) == 0.0


def test_at_the_vertex_of_the_inward_corner_nothing_is_asked() -> None:
    """A wrong value there is seen by its two neighbours inside; elsewhere by four and by itself."""
    grid = Grid(num_points=33, dimension=2, lower=-1.0, extent=2.0, vertices=True)
    domain = corner.mask(grid)
    values, sources = corner.basis(*corner.coordinates(grid))
    tip, away = (16, 16), (15, 17)
    assert (domain[tip], domain[away]) == (corner.BOUNDARY, corner.INSIDE)

    def gained(place: tuple[int, int]) -> float:
        inputs = {"f": sources[1][None], "mask": domain[None]}
        wrong = values[1].copy()
        wrong[place] += 1e3
        found = [residual.poisson({"u": u[None, None]}, inputs, grid, {}) for u in (values[1], wrong)]
        return found[1]["residual"] - found[0]["residual"]

    assert gained(tip) == pytest.approx(gained(away) * 2 / 8, rel=1e-2)
