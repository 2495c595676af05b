"""Points and times."""

from __future__ import annotations

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


@pytest.mark.parametrize("wrong", [(7, 1.0, 3), (0, 1.0, 3), (8, 0.0, 3), (8, 1.0, 1), (8, float("nan"), 3)])
def test_impossible_grids_are_refused(wrong: tuple[int, float, int]) -> None:
    with pytest.raises(ValueError, match="grid"):
        Grid(*wrong)
