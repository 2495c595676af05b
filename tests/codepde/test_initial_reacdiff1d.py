"""States of reaction-diffusion."""

from __future__ import annotations

import numpy as np
import pytest

from codepde.grid import Grid
from codepde.initial_reacdiff1d import Rescaled, draw

GRID = Grid(1024, 1.0, 101)


@pytest.mark.parametrize("index", range(12))
def test_a_state_fills_the_unit_range_and_is_one_function_on_every_grid(index: int) -> None:
    sample = draw("dev", index, GRID, {})
    state = sample.inputs["u0_batch"]
    assert (state.min(), state.max()) == (0.0, 1.0)
    coarse = Grid(128, 1.0, 101)
    formula = sample.formula
    assert isinstance(formula, Rescaled)
    assert np.array_equal(draw("dev", index, coarse, {}).inputs["u0_batch"], formula(coarse.points))


def test_splits_and_indices_have_states_of_their_own() -> None:
    states = [draw(split, i, GRID, {}).inputs["u0_batch"] for split in ("dev", "test") for i in range(3)]
    assert len({state.tobytes() for state in states}) == 6
