"""Lax-Wendroff, or its upwind-biased relatives, on a grid that may be refined."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

CFL = 0.5  # knob: log 0.2 5.0 safe=low fast=high
REFINE = 1  # knob: choice 1 2 fast=low
SCHEME = "laxwendroff"  # knob: choice upwind laxwendroff fromm
INTERPOLATION = "linear"  # knob: choice previous linear


def advance(u: Array, courant: float) -> Array:
    """One step to the right by `courant` cells, 0 < courant <= 1."""
    behind, ahead = np.roll(u, 1, axis=1), np.roll(u, -1, axis=1)
    if SCHEME == "upwind":
        slope = np.zeros_like(u)
    elif SCHEME == "fromm":
        slope = (ahead - behind) / 2
    else:
        slope = ahead - u
    face = u + (1 - courant) / 2 * slope
    return u - courant * (face - np.roll(face, 1, axis=1))


def solver(u0_batch: Array, t_coordinate: Array, beta: float) -> Array:
    batch, num_points = u0_batch.shape
    count = REFINE * num_points
    # Refined by padding the spectrum; the first point stays where it is.
    fine = np.fft.irfft(np.fft.rfft(u0_batch, axis=1), count, axis=1) * REFINE
    u = fine if beta >= 0 else fine[:, ::-1]
    bound = 10 * abs(u).max()
    steps = int(np.ceil(t_coordinate[-1] * abs(beta) * count / CFL))
    dt = t_coordinate[-1] / steps
    trajectory = np.empty((batch, len(t_coordinate), num_points))
    trajectory[:, 0] = u0_batch
    frame = 1
    for step in range(1, steps + 1):
        before, u = u, advance(u, abs(beta) * dt * count)
        if not abs(u).max() < bound:
            raise FloatingPointError(f"the solution grows without bound at step {step} of {steps}: unstable")
        while frame < len(t_coordinate) and t_coordinate[frame] <= step * dt * (1 + 1e-12):
            share = t_coordinate[frame] / dt - (step - 1) if INTERPOLATION == "linear" else 0.0
            between = (1 - share) * before + share * u
            trajectory[:, frame] = (between if beta >= 0 else between[:, ::-1])[:, ::REFINE]
            frame += 1
    return trajectory
