"""``u_t + (u²/2)_x = ν u_xx`` on the periodic unit interval: Fourier modes and ETDRK4, in float64.

The mean is taken out and moves with the state (``u = ū + v(x − ūt, t)``, exact), products are formed on so
many points that no alias reaches a kept mode (``P > 3K``), the modes of v advance by
`codepde.references.etdrk4`. Modes K and steps per frame are chosen for each sample: a first guess from the
steepest shock that the viscosity allows, then more modes while the spectrum has a tail, more steps while
doubling them matters.

Valid while shocks can be resolved, about ν ≥ 1e-4 for states of order 1; beyond that it refuses.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from codepde.grid import Array, Grid
from codepde.interpolant import refined
from codepde.metrics import sample_errors
from codepde.references.burgers_modes import LEAST_STEPS, MODES, Level, integrate
from codepde.references.ladder import climb, modes_from, steps_from
from codepde.references.reference import MOST_ESTIMATE, Reference
from codepde.sample import Sample

VERSION: Final = "burgers/1"
METHOD: Final = "Fourier modes without aliasing, ETDRK4, float64; modes by spectrum tail, steps by doubling"
_TARGET: Final = MOST_ESTIMATE / 2
_MOST_STEPS: Final = 1024
_TAIL: Final = 1e-5  # the error is some hundredth of the tail
_BATCH: Final = 8  # samples solved together
_FINE: Final = 8  # times as many points show a formula
_SAME: Final = 1e-9  # an interpolant this close to its formula needs no solution of its own


def solve(
    inputs: Mapping[str, Array], grid: Grid, coefficients: Mapping[str, float]
) -> Iterator[tuple[int, Reference]]:
    """References with an estimate of at most 5e-7, each at the level that its sample needs.

    The estimate compares with one and a half times the modes and twice the steps.
    Raises `InternalFault` where the highest level does not suffice.
    """
    states, viscosity = inputs["u0_batch"], coefficients["nu"]

    def attempt(chosen: Sequence[int], level: Level) -> Sequence[Reference | Level]:
        return _attempt(states[np.asarray(chosen)], grid, viscosity, level)

    return climb([first_level(state, grid, viscosity) for state in states], attempt, _BATCH)


def floor(sample: Sample, reference: Reference, grid: Grid, coefficients: Mapping[str, float]) -> float:
    """The nRMSE to the solution from the generating formula, seen at eight times as many points.

    Where interpolant and formula agree to 1e-9 between the points, that difference is the floor.
    """
    received = reference.fields["trajectory"][0]
    fine = sample.formula(grid.points[0] + np.arange(_FINE * grid.num_points) / (_FINE * grid.num_points))
    apart = float(sample_errors(refined(received, _FINE)[None], fine[None])[0])
    if apart <= _SAME:
        return apart
    used = reference.detail
    level = Level(max(2048, used["modes"]), used["steps"], used["hold"])
    trajectory, _ = integrate(fine[None], grid, coefficients["nu"], level)
    return float(sample_errors(reference.fields["trajectory"][None], trajectory)[0])


def first_level(state: Array, grid: Grid, viscosity: float) -> Level:
    """A guess: a shock across the whole range of u is 4ν/range wide, and is passed in 4ν/range²."""
    size = max(float(np.ptp(state)), 1e-3)
    frame_time = grid.times[1]
    modes = _modes(max(grid.num_points / 2, 0.28 * size / viscosity))
    steps = _steps(frame_time * size**2 / (2.8 * viscosity))
    if modes == MODES[0] and steps == LEAST_STEPS:
        return Level(modes, steps, grid.frames)
    return Level(modes, steps, 10 * math.ceil(1.0 / (10 * size * frame_time)))


def _attempt(states: Array, grid: Grid, viscosity: float, level: Level) -> list[Reference | Level]:
    """A reference for every state that this level suffices for, the next level for the others."""
    trajectories, tails = integrate(states, grid, viscosity, level)
    results: list[Reference | Level] = [replace(level, modes=_modes(level.modes + 1))] * len(states)
    rows = np.flatnonzero(tails <= _TAIL)  # written as <= so that NaN fails
    if len(rows):
        finer, _ = integrate(states[rows], grid, viscosity, level, finer=True)
        for row, trajectory, better in zip(rows, trajectories[rows], finer, strict=True):
            results[row] = _judged(trajectory, better, level, float(tails[row]))
    return results


def _judged(trajectory: Array, finer: Array, level: Level, tail: float) -> Reference | Level:
    estimate = float(sample_errors(trajectory[None], finer[None])[0])
    if estimate <= _TARGET:
        detail = {"modes": level.modes, "steps": level.steps, "hold": level.hold, "tail": tail}
        estimates = {"trajectory": max(estimate, float(np.finfo(float).eps))}
        return Reference({"trajectory": trajectory}, estimates, detail)
    factor = max(1.3, min(4.0, 1.2 * (estimate / _TARGET) ** 0.25)) if np.isfinite(estimate) else 2.0
    modes = level.modes if tail <= _TARGET else _modes(level.modes + 1)
    return replace(level, modes=modes, steps=_steps(level.steps * factor))


def _modes(least: float) -> int:
    return modes_from(least, MODES, "burgers")


def _steps(least: float) -> int:
    return steps_from(least, _MOST_STEPS, "burgers")
