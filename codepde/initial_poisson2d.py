"""Random problems on the L-shaped square whose answers are known in closed form (`codepde.corner`).

Smooth waves with a root-mean-square of about ½ and, in three of four samples (`corner`), a multiple of
``r^(2/3) sin(2θ/3)`` and one of ``r^(4/3) sin(4θ/3)``; the others are `smooth`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from codepde import corner
from codepde.grid import Array, Grid
from codepde.sample import Sample
from codepde.streams import normals, uniforms

STREAM: Final = "poisson2d/1"
_SMOOTH: Final = 0.25  # probability


def draw(split: str, index: int, grid: Grid, coefficients: Mapping[str, float]) -> Sample:
    """``f``, ``g`` and ``mask`` at the vertices, ``(N, N)`` each; f and g are 0 where they mean nothing."""
    factors, kind = _factors(split, index)
    values, sources = corner.basis(*corner.coordinates(grid))
    domain = corner.mask(grid)
    f = np.where(domain != corner.OUTSIDE, np.tensordot(factors, sources, axes=1), 0.0)
    g = np.where(domain == corner.BOUNDARY, np.tensordot(factors, values, axes=1), 0.0)
    return Sample({"f": f, "g": g, "mask": domain}, kind, factors)


def _factors(split: str, index: int) -> tuple[Array, str]:
    """Of the functions of `codepde.corner.basis`."""
    count = corner.size()
    few, drawn = np.split(uniforms(STREAM, split, index, 5 + count + count % 2), [5])
    factors = normals(drawn)[:count] / np.sqrt(2.0 * count)
    smooth = bool(few[0] < _SMOOTH)
    signs = np.where(few[1:3] < 0.5, -1.0, 1.0)
    factors[-2:] = 0.0 if smooth else signs * (0.5 + few[3:5])
    return factors, "smooth" if smooth else "corner"
