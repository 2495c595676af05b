"""``u_t − ν u_xx = ρ u (1 − u)`` on a periodic interval: exact parts, split and extrapolated, in float64.

The levels of `codepde.references.splitting` are refined for each sample until one agrees with a level of
twice the points and twice the steps throughout. ETDRK4 (`codepde.references.etdrk4`) is the second method
that the tests compare with.

Valid for states in [0, 1], at any growth, and wherever diffusion smooths a state within the first frame
(about ν ≥ 1e-3 for frames of .01); beyond that it refuses.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import numpy as np

from codepde.grid import Array, Grid
from codepde.metrics import sample_errors
from codepde.references.ladder import climb
from codepde.references.reference import MOST_ESTIMATE, Reference
from codepde.references.splitting import Level, extrapolated, resampled
from codepde.sample import Sample
from solversmith.errors import InternalFault

VERSION: Final = "reacdiff1d/1"
METHOD: Final = "Strang splitting into exact parts, graded steps, extrapolated to fourth order, float64"
VALIDITY: Final = "states in [0, 1]; diffusion that smooths a state within the first frame"
INPUT: Final = "u0_batch"
OUTPUT: Final = "trajectory"
_TARGET: Final = MOST_ESTIMATE / 10
_TAIL: Final = 1e-10
_FIRST_POINTS: Final = 64  # after the first frame
_FIRST_STEPS: Final = 24
_MOST_LATER: Final = 1024
_MOST_STEPS: Final = 1536
_BATCH: Final = 8  # samples solved together
_REST: Final = 1.1  # the finer solution still has a sixteenth of the error, and a little more
_FINE: Final = 8  # times as many points show a formula
_SAME: Final = 1e-9  # an interpolant this close to its formula needs no solution of its own


def solve(
    inputs: Mapping[str, Array], grid: Grid, coefficients: Mapping[str, float]
) -> Iterator[tuple[int, Reference]]:
    """References with an estimate of at most 1e-7, each at the level that its sample needs.

    The estimate compares with twice the points and twice the steps.
    Raises `InternalFault` where the highest level does not suffice.
    """
    states = inputs[INPUT]

    def attempt(chosen: Sequence[int], level: Level) -> Sequence[Reference | Level]:
        return _attempt(states[np.asarray(chosen)], grid, coefficients, level)

    first = Level(grid.num_points, _FIRST_POINTS, _FIRST_STEPS)
    return climb([first] * len(states), attempt, _BATCH)


def floor(sample: Sample, reference: Reference, grid: Grid, coefficients: Mapping[str, float]) -> float:
    """The nRMSE to the solution from the generating formula, seen at eight times as many points.

    Where interpolant and formula agree to 1e-9 between the points, that difference is the floor.
    """
    received = reference.fields[OUTPUT]
    first, count = (grid.points[0] - grid.lower) / grid.extent, _FINE * grid.num_points
    fine: Array = sample.formula(first + np.arange(count) / count)
    apart = float(sample_errors(resampled(received[:1], count), fine[None])[0])
    if apart <= _SAME:
        return apart
    used = reference.detail
    level = Level(count, used["later_points"], used["steps"])
    trajectory, _ = extrapolated(fine[None], grid, coefficients["nu"], coefficients["rho"], level)
    return float(sample_errors(received[None], trajectory)[0])


def _attempt(
    states: Array, grid: Grid, coefficients: Mapping[str, float], level: Level
) -> list[Reference | Level]:
    """A reference for every state that this level suffices for, the next level for the others."""
    nu, rho = coefficients["nu"], coefficients["rho"]
    trajectories, tails = extrapolated(states, grid, nu, rho, level)
    finer, _ = extrapolated(states, grid, nu, rho, level.times(2))
    errors = [
        float(sample_errors(u[None], v[None])[0]) if np.isfinite([u, v]).all() else np.inf
        for u, v in zip(trajectories, finer, strict=True)
    ]
    return [
        _judged(trajectory, error, float(tail), level)
        for trajectory, error, tail in zip(trajectories, errors, tails, strict=True)
    ]


def _judged(trajectory: Array, error: float, tail: float, level: Level) -> Reference | Level:
    if error <= _TARGET and tail <= _TAIL:  # written as <= so that NaN fails
        detail = {
            "points": level.points,
            "later_points": level.later_points,
            "steps": level.steps,
            "later_steps": level.later_steps,
            "tail": tail,
        }
        estimate = max(_REST * error, float(np.finfo(float).eps))
        return Reference({OUTPUT: trajectory}, {OUTPUT: estimate}, detail)
    later = level.later_points if tail <= _TAIL else 2 * level.later_points
    steps = level.steps if error <= _TARGET else 2 * level.steps
    if later > _MOST_LATER or steps > _MOST_STEPS:
        raise InternalFault(
            f"no reacdiff1d reference: {level.steps} steps and {level.later_points} points after the first "
            f"frame leave an error of {error:.1e} and a tail of {tail:.1e}"
        )
    return Level(level.points, later, steps)
