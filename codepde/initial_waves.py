"""Random initial states of `kdv` and `ks`: few long waves with a constant, or solitary waves.

A sum of waves has a mean, uniform in ``±offset``, and four sines whose wave numbers are drawn with
replacement from 1 ... ``most``, whose amplitudes are uniform in (0, ``amplitude``) and whose phases are
uniform.

Solitary waves are one to three pulses ``2κ² sech²(κ(x − x₀))``, each by itself a soliton of u_t + 6 u u_x +
u_xxx = 0 with the speed 4κ²; κ is uniform in (0.5, 1.1), places are uniform. The sum is over all periodic
images that matter in float64.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from codepde.grid import Array, Grid
from codepde.sample import Sample
from codepde.streams import uniforms

KDV_STREAM: Final = "kdv/1"
KS_STREAM: Final = "ks/1"
_WAVES: Final = 4
_PULSES: Final = 3
_SOLITARY: Final = 0.375  # probability, in kdv
_IMAGES: Final = 2  # on each side: what the next one adds is below the rounding of float64

Formula = Callable[[Array], Array]  # periodic; coordinates of any shape to values


@dataclass(frozen=True)
class Waves:
    """``offset + Σ A sin(2πnx/period + φ)``."""

    period: float
    offset: float
    numbers: tuple[int, ...]
    amplitudes: tuple[float, ...]
    phases: tuple[float, ...]

    def __call__(self, points: Array) -> Array:
        """Values at the given coordinates."""
        total = np.full(np.shape(points), self.offset)
        for number, amplitude, phase in zip(self.numbers, self.amplitudes, self.phases, strict=True):
            total += amplitude * np.sin(2.0 * np.pi * number / self.period * points + phase)
        return total


@dataclass(frozen=True)
class Pulses:
    """``Σ 2κ² sech²(κ(x − x₀))`` over the pulses and their periodic images."""

    period: float
    widths: tuple[float, ...]  # κ
    places: tuple[float, ...]  # x₀

    def __call__(self, points: Array) -> Array:
        """Values at the given coordinates."""
        total = np.zeros(np.shape(points))
        for width, place in zip(self.widths, self.places, strict=True):
            nearest = np.remainder(points - place + self.period / 2, self.period) - self.period / 2
            for image in range(-_IMAGES, _IMAGES + 1):
                total += 2.0 * width**2 / np.cosh(width * (nearest + image * self.period)) ** 2
        return total


def draw_kdv(split: str, index: int, grid: Grid, coefficients: Mapping[str, float]) -> Sample:
    """Waves of at most 3 with numbers 1 to 4 on a mean of at most 0.25, or up to three solitary waves."""
    uniform = uniforms(KDV_STREAM, split, index, 2 + 3 * _WAVES + 2 * _PULSES)
    solitary = uniform[0] < _SOLITARY
    pulses = _pulses(uniform[1 + 1 + 3 * _WAVES :], grid.extent, 1 + int(_PULSES * uniform[1]))
    waves = _waves(uniform[1 : 2 + 3 * _WAVES], grid.extent, 4, 0.75, 0.25)
    return _sample(pulses if solitary else waves, grid, "solitary" if solitary else "smooth")


def draw_ks(split: str, index: int, grid: Grid, coefficients: Mapping[str, float]) -> Sample:
    """Waves of at most 4 with numbers 1 to 8 on a mean of at most 0.5."""
    uniform = uniforms(KS_STREAM, split, index, 1 + 3 * _WAVES)
    return _sample(_waves(uniform, grid.extent, 8, 1.0, 0.5), grid, "smooth")


def _waves(uniform: Array, period: float, most: int, amplitude: float, offset: float) -> Waves:
    numbers, amplitudes, phases = uniform[1:].reshape(3, _WAVES)
    return Waves(
        period=period,
        offset=float(offset * (2.0 * uniform[0] - 1.0)),
        numbers=tuple(1 + int(most * u) for u in numbers),
        amplitudes=tuple(float(amplitude * u) for u in amplitudes),
        phases=tuple(float(2.0 * np.pi * u) for u in phases),
    )


def _pulses(uniform: Array, period: float, count: int) -> Pulses:
    widths, places = uniform.reshape(2, _PULSES)
    return Pulses(
        period=period,
        widths=tuple(float(0.5 + 0.6 * u) for u in widths[:count]),
        places=tuple(float(period * u) for u in places[:count]),
    )


def _sample(formula: Formula, grid: Grid, kind: str) -> Sample:
    return Sample({"u0_batch": formula(grid.points - grid.lower)}, kind, formula)
