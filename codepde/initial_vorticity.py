"""Random vorticity of `ns2d`: a Gaussian field on the unit square with the spectrum of Li et al.

"Fourier neural operator for parametric partial differential equations", ICLR 2021 (arXiv 2010.08895), section
5.3: ``w₀ ~ N(0, 7^{3/2} (−Δ + 49 I)^{−5/2})``, periodic, so that the orthonormal waves √2 cos and √2 sin with
the wave vector 2πk have independent normal amplitudes of the variance ``7^{3/2} (4π²|k|² + 49)^{−5/2}``. The
mean is zero, and so are modes beyond 31 in either direction: the field is the trigonometric interpolant of
its values on 64² points and more. (The law is unverified in the paper itself, read in quotations of it. The
generator that goes with the paper, as others have copied it, has 7^{3/2} as a factor of the field, not of its
variance.)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from codepde.grid import Array, Grid
from codepde.sample import Sample
from codepde.streams import normals, uniforms

STREAM: Final = "ns2d/1"
MOST_MODE: Final = 31
_STIFFNESS: Final = 49.0
_DECAY: Final = 2.5
_SCALE: Final = 7.0**1.5


@dataclass(frozen=True, eq=False)
class Vorticity:
    """``Re Σ c_{mn} exp(2πi(mx + ny))`` over m = −31 ... 31, n = 0 ... 31."""

    modes: NDArray[np.complex128]  # shape (63, 32), the mode m = 0 in row 31

    def __call__(self, points: Array) -> Array:
        """Values on the square grid that has these coordinates along each axis."""
        across = np.exp(2j * np.pi * np.outer(points, np.arange(-MOST_MODE, MOST_MODE + 1)))
        along = np.exp(2j * np.pi * np.outer(np.arange(MOST_MODE + 1), points))
        result: Array = np.real(across @ self.modes @ along)
        return result


def draw(split: str, index: int, grid: Grid, coefficients: Mapping[str, float]) -> Sample:
    """One field; the same whatever the grid and the viscosity."""
    m, n = np.arange(-MOST_MODE, MOST_MODE + 1)[:, None], np.arange(MOST_MODE + 1)[None, :]
    once = (n > 0) | (m > 0)  # (m, n) and (−m, −n) are the same wave
    variance = np.where(once, _SCALE * (4.0 * np.pi**2 * (m**2 + n**2) + _STIFFNESS) ** -_DECAY, 0.0)
    normal = normals(uniforms(STREAM, split, index, 2 * variance.size)).reshape(2, *variance.shape)
    formula = Vorticity(np.sqrt(2.0 * variance) * (normal[0] + 1j * normal[1]))
    return Sample({"w0": formula(grid.points - grid.lower)}, "smooth", formula)
