"""Numerics of the published kind: as wrong as the published data, in the same way."""

import math

import numpy as np
import pytest

from codepde.grid import Grid
from codepde.published import schemes, streams
from codepde.published.cases import published_nrmse
from codepde.references.advection import moved as moved_exactly


def marched(family: str, initial, grid: Grid, coefficients) -> np.ndarray:
    return np.stack(list(schemes.frames(family, initial, grid, coefficients)), axis=1)


def test_published_solvers_score_against_it_what_is_on_record() -> None:
    """CodePDE's repository records 1.027e-3 and 1.052e-3 for two solvers of advection at beta = 0.1.

    One interpolates linearly between points, the other is as good as exact; each is written anew here.
    """
    grid, speed = Grid(1024, 2.0, 201), 0.1
    initial = streams.states(range(100))
    reference = {"u": marched("advection", initial, grid, {"beta": speed})}
    exact = np.stack([moved_exactly(state.astype(float), grid, speed) for state in initial])
    assert published_nrmse({"u": exact}, reference) == pytest.approx(1.052e-3, abs=5e-7)
    moved = [np.divmod(speed * time * grid.num_points, 1.0) for time in grid.times]
    linear = [(1 - f) * np.roll(initial, int(k), 1) + f * np.roll(initial, int(k) + 1, 1) for k, f in moved]
    assert published_nrmse({"u": np.stack(linear, axis=1)}, reference) == pytest.approx(1.027e-3, abs=6e-7)


def test_burgers_conserves_its_mean_and_smooths() -> None:
    grid = Grid(256, 0.05, 6)
    x = grid.points
    initial = np.stack([np.sin(2 * np.pi * x), 0.3 + np.cos(4 * np.pi * x)]).astype(np.float32)
    found = marched("burgers", initial, grid, {"nu": 0.01})
    assert found.dtype == np.float32
    assert np.abs(found.mean(axis=2) - initial.mean(axis=1)[:, None]).max() < 1e-5
    assert (np.diff(np.ptp(found, axis=2), axis=1) <= 1e-6).all()


def test_each_sample_has_steps_of_its_own() -> None:
    grid = Grid(64, 0.1, 3)
    initial = np.stack([np.sin(2 * np.pi * grid.points), 9 * np.sin(2 * np.pi * grid.points)]).astype(
        np.float32
    )
    alone = marched("burgers", initial[:1], grid, {"nu": 1e-4})
    assert np.allclose(marched("burgers", initial, grid, {"nu": 1e-4})[0], alone[0], atol=1e-6)


def test_float32_freezes_the_reaction_in_one_step() -> None:
    """dt = 2^-22 near u = 1/2: the increment is below an ulp, so a step does nothing, or too much."""
    grid = Grid(64, 2.0**-22, 2)
    initial = np.full((1, 64), 0.5 + 0.001, dtype=np.float32)
    increment = 0.501 * 0.499 * 2.0**-22
    ulp = float(np.spacing(initial[0, 0]))
    assert increment < 1.01 * ulp
    uniform = {"nu": 1e-3, "rho": 1.0}  # without gradients, diffusion does nothing
    moved = np.diff(marched("reacdiff1d", initial, grid, uniform)[0, :, 0].astype(float))
    assert round(float(moved[0]) / ulp) in (0, 1)
    quarter = Grid(64, 2.0**-24, 2)  # a quarter of an ulp is lost every time
    assert np.ptp(marched("reacdiff1d", initial, quarter, uniform)) == 0.0
    exact = 1.0 / (1.0 + np.exp(-(2.0**-24)) * (1.0 - 0.501) / 0.501)
    assert exact > 0.501


def test_steps_per_frame_follow_the_stability_limits() -> None:
    grid = Grid(1024, 2.0, 201)
    assert schemes.steps_per_frame("advection", grid, {"beta": 0.1}) == pytest.approx(2.56, rel=1e-3)
    assert schemes.steps_per_frame("burgers", grid, {"nu": 0.01 / math.pi}) == pytest.approx(166.9, rel=1e-3)
