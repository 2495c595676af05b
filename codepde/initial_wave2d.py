"""Random states and wave speeds on the periodic unit square.

``u0`` and ``v0`` are trigonometric polynomials of wavenumbers up to 5 (`smooth`), or ``u0`` is a Gaussian
pulse at rest (`pulse`, with probability ¼). The speed ``c`` is 1 plus a trigonometric polynomial of
wavenumbers up to 3 whose largest value is between ¼ and ½.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from codepde.grid import Array, Grid
from codepde.random_fields import needed, waves
from codepde.sample import Sample
from codepde.streams import uniforms

STREAM: Final = "wave2d/1"
_STATES: Final = 5.0
_SPEEDS: Final = 3.0
_PULSES: Final = 0.25  # probability


def draw(split: str, index: int, grid: Grid, coefficients: Mapping[str, float]) -> Sample:
    """``u0``, ``v0`` and ``c`` at the grid's points, each ``(N, N)``."""
    counts = (5, needed(_STATES), needed(_STATES), needed(_SPEEDS))
    numbers = uniforms(STREAM, split, index, sum(counts))
    few, displacement, velocity, bending = np.split(numbers, np.cumsum(counts)[:-1])
    x = grid.points
    speed = waves(bending, _SPEEDS, 2.0)
    fine = np.arange(64) / 64
    c = 1.0 + (0.25 + 0.25 * few[0]) * speed(x, x) / np.max(np.abs(speed(fine, fine)))
    if few[1] < _PULSES:
        width = 0.05 + 0.05 * few[2]
        u0 = np.outer(_pulse(x - few[3], width), _pulse(x - few[4], width))
        return Sample({"u0": u0, "v0": np.zeros_like(u0), "c": c}, "pulse")
    moving = waves(velocity, _STATES, 2.0).scaled(lambda k: k)
    u0 = waves(displacement, _STATES, 2.0)(x, x)
    return Sample({"u0": u0, "v0": moving(x, x), "c": c}, "smooth")


def _pulse(x: Array, width: float) -> Array:
    """A Gaussian and its images, one a period; height 1."""
    copies = x[:, None] - np.round(x)[:, None] - np.arange(-2, 3)
    result: Array = np.sum(np.exp(-0.5 * (copies / width) ** 2), axis=1)
    return result
