"""Smooth random fields on a square, made of the uniform numbers of `codepde.streams`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from codepde.grid import Array
from codepde.streams import normals


@dataclass(frozen=True, eq=False)
class Waves:
    """A real trigonometric polynomial in two variables with period 1, without a mean.

    Attributes
    ----------
    wavenumbers
        Whole numbers, shape ``(count, 2)``, one of each pair ±k.
    cosines, sines
        Amplitudes, shape ``(count,)``.
    """

    wavenumbers: Array
    cosines: Array
    sines: Array

    def __call__(self, x: Array, y: Array) -> Array:
        """Values on the tensor grid of two axes, shape ``(len(x), len(y))``."""
        total = np.zeros((len(x), len(y)))
        for (m, n), cosine, sine in zip(self.wavenumbers, self.cosines, self.sines, strict=True):
            wave = np.outer(np.exp(2j * np.pi * m * x), np.exp(2j * np.pi * n * y))
            total += cosine * wave.real + sine * wave.imag
        return total

    def scaled(self, factor: float | Callable[[Array], Array]) -> Waves:
        """Each amplitude times a number, or times a function of the wavenumber's length 2π|k|."""
        by = factor(2.0 * np.pi * np.hypot(*self.wavenumbers.T)) if callable(factor) else factor
        return Waves(self.wavenumbers, self.cosines * by, self.sines * by)

    @property
    def rms(self) -> float:
        """Root-mean-square over the square."""
        return float(np.sqrt(0.5 * np.sum(self.cosines**2 + self.sines**2)))


def wavenumbers(most: float) -> Array:
    """All whole k ≠ 0 with ``|k| ≤ most``, one of each pair ±k, in a fixed order; shape ``(count, 2)``."""
    reach = range(-int(most), int(most) + 1)
    half = [
        (m, n) for m in reach for n in reach if (m > 0 or (m == 0 and n > 0)) and m * m + n * n <= most**2
    ]
    return np.array(half, dtype=float)


def waves(uniform: Array, most: float, decay: float) -> Waves:
    """Normal amplitudes with standard deviation ``|k|^−decay``, scaled to the root-mean-square 1.

    ``uniform`` are `needed` uniform numbers.
    """
    modes = wavenumbers(most)
    cosines, sines = np.split(normals(uniform), 2)
    shape = Waves(modes, cosines, sines).scaled(lambda k: (k / (2.0 * np.pi)) ** -decay)
    return shape.scaled(1.0 / shape.rms)


def needed(most: float) -> int:
    """How many uniform numbers `waves` takes."""
    return 2 * len(wavenumbers(most))
