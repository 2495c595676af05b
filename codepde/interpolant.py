"""The trigonometric interpolant of point values: what the initial state of a problem *is*.

N points, N even (`ValueError` else). Modes 1 ... N/2−1 are complex, mode N/2 (Nyquist) is a cosine that is ±1
at the points. All functions take states of shape ``(..., N)`` at equally spaced points; coordinates are
relative to the first point, so that the position of the points in their cells does not matter.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from codepde.grid import Array

Spectrum = NDArray[np.complexfloating[Any, Any]]


def spectrum(values: Array, modes: int) -> Spectrum:
    """Fourier coefficients c_0 ... c_modes, ``u(y) = Re(c_0 + 2 Σ c_k exp(2πiky/period))``.

    Shape ``(..., modes + 1)``. Where ``modes`` ≥ N/2 this is the interpolant, its cosine shared out between
    the modes ±N/2; where it is smaller, the interpolant is cut off.
    """
    num_points = values.shape[-1]
    half = _half(values.shape[-1])
    received = np.fft.rfft(values, axis=-1) / num_points
    received[..., half] *= 0.5
    kept = min(modes, half)
    result = np.zeros((*values.shape[:-1], modes + 1), dtype=np.complex128)
    result[..., : kept + 1] = received[..., : kept + 1]
    return result


def evaluate(values: Array, offsets: Array, period: float = 1.0) -> Array:
    """The interpolant at any ``offsets`` from the first point, shape ``(..., len(offsets))``."""
    half = _half(values.shape[-1])
    coefficients = spectrum(values, half)
    turns = np.remainder(np.outer(np.arange(half + 1), np.remainder(np.asarray(offsets) / period, 1.0)), 1.0)
    waves = np.exp(2j * np.pi * turns)
    waves[1:] *= 2.0
    result: Array = np.real(coefficients @ waves)
    return result


def shifted(values: Array, distance: float, period: float = 1.0) -> Array:
    """The interpolant moved to the right by ``distance``, at the points that it was given at."""
    num_points = values.shape[-1]
    moved = np.fft.rfft(values, axis=-1) * translation(num_points, np.asarray(distance), period)
    result: Array = np.fft.irfft(moved, num_points, axis=-1)
    return result


def translation(num_points: int, distances: Array, period: float = 1.0) -> Spectrum:
    """Factors of the modes of ``num_points`` values that move them by each distance to the right.

    Shape ``(*distances.shape, num_points // 2 + 1)``.
    """
    # Whole turns are taken off before the multiplication, or high modes would lose their phase to rounding.
    share = np.remainder(distances / period, 1.0)[..., None]
    turns = np.remainder(np.arange(_half(num_points) + 1) * share, 1.0)
    result: Spectrum = np.exp(-2j * np.pi * turns)
    return result


def refined(values: Array, factor: int) -> Array:
    """The interpolant at ``factor`` times as many points, the first point staying where it is."""
    num_points = values.shape[-1] * factor
    coefficients = spectrum(values, num_points // 2)
    if factor == 1:
        return values.copy()
    result: Array = np.fft.irfft(coefficients, num_points, axis=-1) * num_points
    return result


def _half(num_points: int) -> int:
    if num_points % 2:
        raise ValueError(f"the interpolant needs an even number of points, not {num_points}")
    return num_points // 2
