"""The trigonometric interpolant on a periodic square: that of `codepde.interpolant` along either axis."""

from __future__ import annotations

import functools

import numpy as np

from codepde.grid import Array
from codepde.interpolant import evaluate


def resampled(values: Array, points: int) -> Array:
    """The interpolant of ``(..., N, N)`` at ``points`` points along each axis; the first one stays."""
    weights = resampling(values.shape[-1], points)
    result: Array = weights @ values @ weights.T
    return result


@functools.cache
def resampling(given: int, points: int) -> Array:
    """Values at ``given`` points to those at ``points`` points, shape ``(points, given)``."""
    if given == points:
        return _kept(np.eye(given))
    return _kept(evaluate(np.eye(given), np.arange(points) / points).T)


@functools.cache
def differentiation(points: int) -> Array:
    """Values to the interpolant's derivative at the same points, shape ``(points, points)``; period 1.

    The cosine of the highest mode has no slope at the points. Skew-symmetric.
    """
    modes = np.fft.rfftfreq(points, 1.0 / points)
    modes[-1] = 0.0
    columns = np.fft.irfft(2j * np.pi * modes[:, None] * np.fft.rfft(np.eye(points), axis=0), points, axis=0)
    return _kept(0.5 * (columns - columns.T))


def gradient(values: Array) -> tuple[Array, Array]:
    """Derivatives of the interpolant of ``(..., N, N)`` along either axis, at the points; period 1."""
    slope = differentiation(values.shape[-1])
    return slope @ values, values @ slope.T


def _kept(matrix: Array) -> Array:
    """Read-only, because it is handed out again."""
    matrix.setflags(write=False)
    return matrix
