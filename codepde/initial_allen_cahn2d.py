"""Random states on the periodic unit square: trigonometric polynomials of wavenumbers up to 5.

Their root-mean-square is between ½ and 1 without the mean, which is 0 (`balanced`) or, with probability ½,
between ±0.1 and ±0.4 (`biased`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from codepde.grid import Grid
from codepde.random_fields import needed, waves
from codepde.sample import Sample
from codepde.streams import uniforms

STREAM: Final = "allen_cahn2d/1"
_MOST: Final = 5.0


def draw(split: str, index: int, grid: Grid, coefficients: Mapping[str, float]) -> Sample:
    """``u0_batch`` at the grid's points, ``(N, N)``."""
    few, shape = np.split(uniforms(STREAM, split, index, 4 + needed(_MOST)), [4])
    state = waves(shape, _MOST, 1.0).scaled(0.5 + 0.5 * float(few[0]))(grid.points, grid.points)
    if few[1] < 0.5:
        return Sample({"u0_batch": state}, "balanced")
    mean = (0.1 + 0.3 * float(few[2])) * (1.0 if few[3] < 0.5 else -1.0)
    return Sample({"u0_batch": state + mean}, "biased")
