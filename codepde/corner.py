"""The L-shaped square, and answers of Poisson's equation on it that are known in closed form.

The square is (−1, 1)² without the quadrant x > 0, y < 0. Around the corner at the origin harmonic functions
that vanish on both edges are ``r^(2k/3) sin(2kθ/3)``, θ from the edge y = 0 counter-clockwise to 3π/2.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from codepde.grid import Array, Grid
from codepde.random_fields import wavenumbers

OUTSIDE: Final = 0.0
INSIDE: Final = 1.0
BOUNDARY: Final = 2.0
SINGULAR: Final = (1, 2)  # k of the terms that have no derivatives at the corner
_MOST: Final = 2.5  # of the smooth part's wavenumbers, in waves per 2


def mask(grid: Grid) -> Array:
    """`OUTSIDE`, `INSIDE` or `BOUNDARY` at every vertex, ``(N, N)``; N is odd, so that the corner is one."""
    i = np.arange(grid.num_points)
    middle = grid.num_points // 2
    x, y = np.meshgrid(i, i, indexing="ij")
    outside = (x > middle) & (y < middle)
    edge = (x == 0) | (y == 0) | (x == 2 * middle) | (y == 2 * middle)
    cut = ((x == middle) & (y <= middle)) | ((y == middle) & (x >= middle))
    return np.where(outside, OUTSIDE, np.where(edge | cut, BOUNDARY, INSIDE))


def basis(x: Array, y: Array) -> tuple[Array, Array]:
    """Functions whose sums the answers are, and minus their Laplacians; ``(functions, *x.shape)`` each.

    1, then sines and cosines of whole numbers of waves per length 2, then the singular terms.
    """
    values, sources = [np.ones_like(x)], [np.zeros_like(x)]
    for m, n in wavenumbers(_MOST):
        phase = np.pi * (m * x + n * y)
        for wave in (np.cos(phase), np.sin(phase)):
            values.append(wave)
            sources.append(np.pi**2 * (m * m + n * n) * wave)
    r, angle = np.hypot(x, y), np.remainder(np.arctan2(y, x), 2.0 * np.pi)
    for k in SINGULAR:
        values.append(r ** (2.0 * k / 3.0) * np.sin(2.0 * k * angle / 3.0))
        sources.append(np.zeros_like(x))
    return np.stack(values), np.stack(sources)


def size() -> int:
    """How many functions `basis` has."""
    return 1 + 2 * len(wavenumbers(_MOST)) + len(SINGULAR)


def coordinates(grid: Grid) -> tuple[Array, Array]:
    """x and y of every vertex, ``(N, N)`` each, x along the first axis."""
    x, y = np.meshgrid(grid.points, grid.points, indexing="ij")
    # The corner is at 0 exactly, and its edges at the angles 0 and 3π/2.
    middle = grid.num_points // 2
    x[middle, :], y[:, middle] = 0.0, 0.0
    return x, y
