"""The program on a grid of half as many points, compared spectrally.

An error of order p shows as 2^p − 1 times its size. A program that computes on a grid of its own choosing,
whatever it is given, shows nothing here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from codepde.grid import Array, Grid
from codepde.signals.distance import Fields

FACTOR: Final = 2


def applies(grid: Grid) -> bool:
    """Whether half the points are an even number of cells, of at least 8, and states are periodic."""
    return not grid.steady and not grid.vertices and grid.num_points % 4 == 0 and grid.num_points >= 16


def coarsened(values: Array, dimension: int) -> Array:
    """The interpolant of values at cell centres, at the centres of half as many cells.

    Along each of the last ``dimension`` axes. Modes that the coarse grid does not resolve, its Nyquist mode
    among them, are left out.
    """
    for axis in range(values.ndim - dimension, values.ndim):
        values = _along(values, axis)
    return values


def coarse_inputs(inputs: Mapping[str, Array], grid: Grid) -> dict[str, Array]:
    """Fields on the grid coarsened, all other inputs as they are; shapes ``(batch, ...)``."""
    return {
        name: coarsened(values, grid.dimension) if _is_field(values, grid) else values
        for name, values in inputs.items()
    }


def comparable(coarse: Fields, fine: Fields, dimension: int) -> tuple[dict[str, Array], dict[str, Array]]:
    """Both answers in the modes that the coarse grid resolves, at its points."""
    return (
        {name: _resolved(values, dimension) for name, values in coarse.items()},
        {name: coarsened(values, dimension) for name, values in fine.items()},
    )


def _is_field(values: Array, grid: Grid) -> bool:
    return values.shape[1:] == grid.space


def _along(values: Array, axis: int) -> Array:
    points = values.shape[axis]
    fewer = points // FACTOR
    waves = np.fft.rfft(values, axis=axis)
    numbers = np.arange(fewer // 2 + 1)
    # Half a coarse cell and half a fine one are the distances of the first points from the boundary.
    turns = 0.5 / fewer - 0.5 / points
    factors = np.where(numbers < fewer / 2, np.exp(2j * np.pi * numbers * turns), 0.0) / FACTOR
    kept = np.take(waves, numbers, axis=axis) * _shaped(factors, axis, values.ndim)
    result: Array = np.fft.irfft(kept, fewer, axis=axis)
    return result


def _resolved(values: Array, dimension: int) -> Array:
    """Without Nyquist modes."""
    for axis in range(values.ndim - dimension, values.ndim):
        waves = np.fft.rfft(values, axis=axis)
        kept = np.arange(waves.shape[axis]) < values.shape[axis] / 2
        values = np.fft.irfft(waves * _shaped(kept, axis, values.ndim), values.shape[axis], axis=axis)
    return values


def _shaped(factors: Array, axis: int, dimensions: int) -> Array:
    shape = [1] * dimensions
    shape[axis] = -1
    return factors.reshape(shape)
