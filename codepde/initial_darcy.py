"""Random coefficients of Darcy's equation: 12 where a Gaussian field is not negative, 3 elsewhere.

The field has the covariance ``(−Δ + τ²)^−α`` with α = 2, τ = 3 and Neumann conditions on the unit square: a
sum of cosines with independent normal amplitudes, ``(π²|k|² + τ²)^−1`` their standard deviation, without the
constant. Li et al., "Fourier neural operator for parametric partial differential equations", ICLR 2021,
section 5.2 (unverified in the paper itself); drawn by our own generator.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from codepde.grid import Array, Grid
from codepde.sample import Sample
from codepde.streams import normals, uniforms

STREAM: Final = "darcy/1"
HIGH: Final = 12.0
LOW: Final = 3.0
_ALPHA: Final = 2.0
_TAU: Final = 3.0
_MODES: Final = 421  # along each axis, as many as the published grid has points


def draw(split: str, index: int, grid: Grid, coefficients: Mapping[str, float]) -> Sample:
    """``a`` by its value at each cell's centre, ``(N, N)``."""
    a = np.where(field(split, index, grid.points) >= 0.0, HIGH, LOW)
    return Sample({"a": a}, "two-valued")


def field(split: str, index: int, points: Array) -> Array:
    """The Gaussian field at the tensor grid of ``points`` in (0, 1), up to a factor; any number of points."""
    count = _MODES**2
    amplitudes = normals(uniforms(STREAM, split, index, count + count % 2))[:count].reshape(_MODES, _MODES)
    k = np.pi * np.arange(_MODES)
    amplitudes *= (k[:, None] ** 2 + k**2 + _TAU**2) ** (-_ALPHA / 2.0)
    amplitudes[0, 0] = 0.0
    cosines = np.cos(np.outer(points, k)) * np.where(k > 0.0, np.sqrt(2.0), 1.0)
    result: Array = cosines @ amplitudes @ cosines.T
    return result
