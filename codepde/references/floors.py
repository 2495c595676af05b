"""Floors of states that their points hold: what the interpolant differs from the formula by at the beginning.

For states whose every mode fits on the grid, as trigonometric polynomials do, and solitary waves wide enough,
the payload *is* the formula, and all that is left is the rounding of evaluating it, some 1e-16: there is
nothing to be solved a second time for. Where the equation is known to make perturbations grow, the difference
is multiplied by the growth that was measured for the sample (`gain` in the reference's detail).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from codepde.grid import Array, Grid
from codepde.interpolant import refined
from codepde.interpolant2d import resampled
from codepde.metrics import sample_errors
from codepde.references.reference import Reference
from codepde.sample import Sample

_FINE: Final = 4  # times the points that are given


def on_line(sample: Sample, reference: Reference, grid: Grid, coefficients: Mapping[str, float]) -> float:
    """Of a state in one dimension whose formula takes coordinates from the lower end on."""
    (state,) = sample.inputs.values()
    fine = sample.formula(_between(grid))
    return _grown(refined(state, _FINE), fine, reference)


def on_square(sample: Sample, reference: Reference, grid: Grid, coefficients: Mapping[str, float]) -> float:
    """Of a state on a square whose formula takes the coordinates along either axis from the lower end on."""
    (state,) = sample.inputs.values()
    fine = sample.formula(_between(grid))
    return _grown(resampled(state, _FINE * grid.num_points), fine, reference)


def _between(grid: Grid) -> Array:
    """Coordinates of the points, and of those between them."""
    count = _FINE * grid.num_points
    between: Array = grid.points[0] - grid.lower + grid.extent * np.arange(count) / count
    return between


def _grown(interpolant: Array, formula: Array, reference: Reference) -> float:
    apart = float(sample_errors(interpolant[None, None], formula[None, None])[0])
    return apart * float(reference.detail.get("gain", 1.0))
