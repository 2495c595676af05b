"""Points and times."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from codepde.grid import Grid


def test_points_are_cell_centres_of_the_unit_interval() -> None:
    points = Grid(1024, 2.0, 201).points
    assert points[0] == 0.5 / 1024
    assert points[-1] == 1 - 0.5 / 1024
    assert np.allclose(np.diff(points), 1 / 1024)


def test_times_begin_at_zero_and_end_at_the_final_time() -> None:
    times = Grid(1024, 2.0, 201).times
    assert (times[0], times[-1], len(times)) == (0.0, 2.0, 201)


@pytest.mark.parametrize(
    "wrong",
    [
        (1, 1.0, 3),
        (8, 0.0, 3),
        (8, 1.0, 1),
        (8, float("nan"), 3),
        (8, -1.0, 1),
        (8, 0.0, 0),
        (8, 1.0, 3, 3),
        (8, 1.0, 3, 1, 0.0, 0.0),
        (8, 1.0, 3, 1, 0.0, float("nan")),
    ],
)
def test_impossible_grids_are_refused(wrong: tuple[Any, ...]) -> None:
    with pytest.raises(ValueError, match="grid"):
        Grid(*wrong)


def test_a_box_of_two_dimensions_without_time_and_with_its_ends() -> None:
    grid = Grid(5, dimension=2, lower=-1.0, extent=2.0, vertices=True)
    assert grid.points.tolist() == [-1.0, -0.5, 0.0, 0.5, 1.0]
    assert (grid.steady, grid.spacing, grid.space, grid.shape) == (True, 0.5, (5, 5), (5, 5))


def test_cells_of_any_box_and_the_shape_of_a_trajectory() -> None:
    grid = Grid(4, 1.0, 3, dimension=2, lower=-1.0, extent=2.0)
    assert grid.points.tolist() == [-0.75, -0.25, 0.25, 0.75]
    assert (grid.steady, grid.spacing, grid.shape) == (False, 0.5, (3, 4, 4))


def test_a_description_tells_grids_apart_and_of_the_usual_ones_says_no_more_than_ever() -> None:
    assert Grid(8, 1.0, 3).describe() == {"num_points": 8, "final_time": 1.0, "frames": 3}
    grids = [
        Grid(8, 1.0, 3),
        Grid(8, 1.0, 3, 2),
        Grid(8),
        Grid(8, vertices=True),
        Grid(8, lower=-1.0, extent=2.0),
    ]
    assert len({str(grid.describe()) for grid in grids}) == len(grids)
