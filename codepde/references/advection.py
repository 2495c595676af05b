"""``u_t + β u_x = 0`` on a periodic interval: the interpolant moves, exactly.

Valid for any β and any state; what is left is rounding.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from typing import Final

import numpy as np

from codepde.grid import Array, Grid
from codepde.interpolant import Spectrum, refined, translation
from codepde.metrics import sample_errors
from codepde.references.reference import Reference
from codepde.sample import Sample

VERSION: Final = "advection/2"
METHOD: Final = "spectral shift of the trigonometric interpolant"

_TOGETHER: Final = 16  # frames


def solve(
    inputs: Mapping[str, Array], grid: Grid, coefficients: Mapping[str, float]
) -> Iterator[tuple[int, Reference]]:
    """The exact trajectories. The estimate compares with the same shift on twice as many points."""
    states = inputs["u0_batch"]
    turns = _turns(states.shape[1], grid, coefficients["beta"])
    finer_turns = _turns(2 * states.shape[1], grid, coefficients["beta"])
    for index, state in enumerate(states):
        trajectory = _shifts(state, turns)
        finer = _shifts(refined(state, 2), finer_turns, every=2)
        estimate = float(sample_errors(trajectory[None], finer[None])[0])
        estimates = {"trajectory": max(estimate, float(np.finfo(float).eps))}
        yield index, Reference({"trajectory": trajectory}, estimates)


def floor(sample: Sample, reference: Reference, grid: Grid, coefficients: Mapping[str, float]) -> float:
    """The nRMSE between the moving interpolant and the moving formula."""
    moved = grid.points[None, :] - grid.lower - coefficients["beta"] * grid.times[:, None]
    exact = sample.formula(moved / grid.extent)
    return float(sample_errors(reference.fields["trajectory"][None], exact[None])[0])


def moved(state: Array, grid: Grid, speed: float) -> Array:
    """The trajectory of one state ``(N,)``: shape ``(frames, N)``, the state itself first."""
    return _shifts(state, _turns(len(state), grid, speed))


@functools.lru_cache(maxsize=4)
def _turns(num_points: int, grid: Grid, speed: float) -> Spectrum:
    """What every mode is multiplied by in every frame after the first: the same for all states."""
    turns = translation(num_points, speed * grid.times[1:], grid.extent)
    turns.setflags(write=False)  # shared by all that ask
    return turns


def _shifts(state: Array, turns: Spectrum, every: int = 1) -> Array:
    """Every so many points of the moved states ``(frames, N / every)``, a few frames at a time.

    Few stay in the cache: for all at once most of the time would go into fetching memory.
    """
    from scipy.fft import irfft  # of many at once faster than numpy's

    modes = np.fft.rfft(state)
    result = np.empty((1 + len(turns), len(state) // every))
    result[0] = state[::every]
    for start in range(0, len(turns), _TOGETHER):
        few = turns[start : start + _TOGETHER]
        result[1 + start : 1 + start + len(few)] = irfft(modes * few, len(state), axis=-1)[:, ::every]
    return result
