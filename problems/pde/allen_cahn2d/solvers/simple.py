"""Five-point differences, explicit steps."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

STEP = 0.02  # knob: log 0.002 4.0 safe=low fast=high
STAGES = 1  # knob: choice 1 2
POINTS = 64  # knob: choice 32 64 fast=low
STENCIL = "five"  # knob: choice five nine


def laplacian(u: Array, h: float) -> Array:
    rows = np.roll(u, 1, 1) + np.roll(u, -1, 1)
    straight = rows + np.roll(u, 1, 2) + np.roll(u, -1, 2)
    if STENCIL == "five":
        return np.asarray((straight - 4 * u) / h**2)
    corners = np.roll(rows, 1, 2) + np.roll(rows, -1, 2)
    return np.asarray((4 * straight + corners - 20 * u) / (6 * h**2))


def resampled(u: Array, points: int) -> Array:
    """Means over cells, or linear interpolation to the centres of smaller ones."""
    batch, n, _ = u.shape
    if points <= n:
        part = n // points
        means: Array = u.reshape(batch, points, part, points, part).mean(axis=(2, 4))
        return means
    position = (np.arange(points) + 0.5) / points * n - 0.5
    below = np.floor(position).astype(int)
    s = position - below
    for _ in range(2):
        u = (u[..., below % n] * (1 - s) + u[..., (below + 1) % n] * s).swapaxes(1, 2)
    return u


def solver(u0_batch: Array, t_coordinate: Array, eps: float) -> Array:
    n = u0_batch.shape[1]
    points = min(POINTS, n)
    u = resampled(u0_batch, points)
    found = [u0_batch]

    def rate(u: Array) -> Array:
        return eps**2 * laplacian(u, 1 / points) + u - u**3

    longest = STEP * min(1.0, (0.05 / eps) ** 2)  # stronger diffusion asks for shorter steps
    with np.errstate(all="ignore"):
        for span in np.diff(t_coordinate):
            steps = int(np.ceil(span / longest))
            dt = span / steps
            for _ in range(steps):
                first = rate(u)
                u = u + dt * first if STAGES == 1 else u + dt / 2 * (first + rate(u + dt * first))
            found.append(resampled(u, n))
    return np.stack(found, axis=1)
