"""``u_t + β u_x = 0`` on a periodic interval: the interpolant moves, exactly.

Valid for any β and any state; what is left is rounding.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import numpy as np

from codepde.grid import Array, Grid
from codepde.interpolant import refined, shifted
from codepde.metrics import sample_errors
from codepde.references.reference import Reference
from codepde.sample import Sample

VERSION: Final = "advection/1"
METHOD: Final = "spectral shift of the trigonometric interpolant"


def solve(
    inputs: Mapping[str, Array], grid: Grid, coefficients: Mapping[str, float]
) -> Iterator[tuple[int, Reference]]:
    """The exact trajectories. The estimate compares with the same shift on twice as many points."""
    for index, state in enumerate(inputs["u0_batch"]):
        trajectory = _shifts(state, grid, coefficients["beta"])
        finer = _shifts(refined(state, 2), grid, coefficients["beta"])[:, ::2]
        estimate = float(sample_errors(trajectory[None], finer[None])[0])
        estimates = {"trajectory": max(estimate, float(np.finfo(float).eps))}
        yield index, Reference({"trajectory": trajectory}, estimates)


def floor(sample: Sample, reference: Reference, grid: Grid, coefficients: Mapping[str, float]) -> float:
    """The nRMSE between the moving interpolant and the moving formula."""
    moved = grid.points[None, :] - grid.lower - coefficients["beta"] * grid.times[:, None]
    exact = sample.formula(moved / grid.extent)
    return float(sample_errors(reference.fields["trajectory"][None], exact[None])[0])


def _shifts(state: Array, grid: Grid, speed: float) -> Array:
    return np.stack([state, *(shifted(state, speed * time, grid.extent) for time in grid.times[1:])])
