"""Finite differences: MacCormack's predictor and corrector with explicit central diffusion."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

CFL = 0.5  # knob: log 0.2 6.0 safe=low fast=high
POINTS = 256  # knob: choice 128 256 512 fast=low
SMOOTHING = 0.01  # knob: linear 0.0 0.1
ALTERNATE = "yes"  # knob: choice no yes


def ahead(u: Array) -> Array:
    return np.roll(u, -1, axis=1)


def behind(u: Array) -> Array:
    return np.roll(u, 1, axis=1)


def advance(u: Array, nu: float, dt: float, dx: float, forward: bool) -> Array:
    """One step; predictor and corrector look to opposite sides."""
    first, second = (ahead, behind) if forward else (behind, ahead)
    sign = 1.0 if forward else -1.0

    def rate(v: Array, other: Callable[[Array], Array]) -> tuple[Array, Array]:
        difference = (other(v) ** 2 - v**2) / (2 * dx)
        return nu * (ahead(v) - 2 * v + behind(v)) / dx**2, difference

    diffusion, slope = rate(u, first)
    predicted = u + dt * (diffusion - sign * slope)
    diffusion, slope = rate(predicted, second)
    corrected = u + dt * (diffusion + sign * slope)
    return (predicted + corrected) / 2 + SMOOTHING * (ahead(u) - 2 * u + behind(u))


def solver(u0_batch: Array, t_coordinate: Array, nu: float) -> Array:
    batch, num_points = u0_batch.shape
    count, fastest = min(POINTS, num_points), abs(u0_batch).max()
    while count > 64 and nu * count > 4 * fastest:  # diffusion rules, and smooths: fewer points will do
        count //= 2
    dx = 1.0 / count
    # Fewer points by leaving out high modes, and back at the end; the first points lie apart.
    modes = np.arange(count // 2)
    phase = np.exp(1j * np.pi * modes * (1 / count - 1 / num_points))
    u = np.fft.irfft(np.fft.rfft(u0_batch, axis=1)[:, modes] * phase, count, axis=1) * count / num_points
    trajectory = np.empty((batch, len(t_coordinate), num_points))
    trajectory[:, 0] = u0_batch
    longest = CFL * min(dx / fastest, dx**2 / (2 * nu))
    with np.errstate(all="ignore"):
        for frame, span in enumerate(np.diff(t_coordinate), start=1):
            steps = int(np.ceil(span / longest))
            for step in range(steps):
                u = advance(u, nu, span / steps, dx, ALTERNATE == "no" or step % 2 == 0)
            spectrum = np.fft.rfft(u, axis=1)[:, modes] / phase
            trajectory[:, frame] = np.fft.irfft(spectrum, num_points, axis=1) * num_points / count
    return trajectory
