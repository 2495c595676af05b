"""Shifted and moving states."""

from __future__ import annotations

import numpy as np

from codepde.grid import Grid
from codepde.references import burgers
from codepde.signals import translation
from codepde.signals.distance import distance

GRID = Grid(num_points=64, final_time=1.0, frames=5)
BOOSTS = {"trajectory": 1.0}
STARTS = {"trajectory": "u0_batch"}
STATE = {"u0_batch": (0.3 + np.sin(2 * np.pi * GRID.points))[None]}


def solved(inputs: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    ((_, found),) = burgers.solve(inputs, GRID, {"nu": 0.02})
    return {"trajectory": found.fields["trajectory"][None]}


def test_a_moving_observer_sees_a_burgers_solution_move() -> None:
    moving = translation.boosted_inputs(STATE, STARTS, BOOSTS, GRID)
    expected = translation.boosted(solved(STATE), BOOSTS, GRID)
    assert distance(solved(moving), expected) < 1e-6


def test_a_frozen_state_does_not_move() -> None:
    moving = translation.boosted_inputs(STATE, STARTS, BOOSTS, GRID)
    frozen = {name: np.repeat(moving["u0_batch"][:, None], GRID.frames, axis=1) for name in BOOSTS}
    still = {name: np.repeat(STATE["u0_batch"][:, None], GRID.frames, axis=1) for name in BOOSTS}
    assert distance(frozen, translation.boosted(still, BOOSTS, GRID)) > 0.3


def test_only_what_gains_speed_is_raised() -> None:
    given = {"v0": np.zeros((1, 64)), "density0": np.ones((1, 64))}
    moving = translation.boosted_inputs(given, {"v": "v0", "density": "density0"}, {"v": 2.0}, GRID)
    np.testing.assert_array_equal(moving["v0"], np.full((1, 64), 2.0 * translation.speed(GRID)))
    np.testing.assert_array_equal(moving["density0"], given["density0"])


def test_a_shift_is_taken_back() -> None:
    plane = Grid(num_points=6, final_time=1.0, frames=2, dimension=2)
    given = {"u0": np.random.default_rng(0).random((3, 6, 6)), "rates": np.ones((3, 2))}
    shifted = translation.shifted_inputs(given, plane)
    assert not np.array_equal(shifted["u0"], given["u0"])
    assert shifted["rates"] is given["rates"]
    back = translation.shifted_back({"u": shifted["u0"][:, None]}, plane)
    np.testing.assert_array_equal(back["u"][:, 0], given["u0"])
