"""Upwind finite volumes with limited linear reconstruction, Heun steps.

See LeVeque, Finite Volume Methods for Hyperbolic Problems (2002).
"""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

CFL = 0.8  # knob: log 0.2 5.0 safe=low fast=high
REFINE = 1  # knob: choice 1 2 fast=low
LIMITER = "minmod"  # knob: choice none minmod vanleer superbee
INTERPOLATION = "linear"  # knob: choice previous linear


def limited_slope(left: Array, right: Array) -> Array:
    if LIMITER == "none":
        return np.zeros_like(left)
    low, high = np.minimum(left, right), np.maximum(left, right)
    if LIMITER == "minmod":
        return np.maximum(low, 0.0) + np.minimum(high, 0.0)
    product = np.maximum(left * right, 0.0)
    if LIMITER == "vanleer":
        slope: Array = 2 * product / np.where(product > 0, left + right, 1.0)
    else:
        slope = np.maximum(np.minimum(high, 2 * low), 0.0) + np.minimum(np.maximum(low, 2 * high), 0.0)
    return slope


def transport(u: Array, beta: float, dx: float) -> Array:
    """-beta u_x, each face taking the state of the cell that the wind comes from."""
    difference = u - np.roll(u, 1, axis=1)
    slope = limited_slope(difference, np.roll(difference, -1, axis=1))
    face = u + slope / 2 if beta > 0 else np.roll(u - slope / 2, -1, axis=1)
    return -beta * (face - np.roll(face, 1, axis=1)) / dx


def solver(u0_batch: Array, t_coordinate: Array, beta: float) -> Array:
    batch, num_points = u0_batch.shape
    cells = REFINE * num_points
    dx = 1.0 / cells
    centres = (np.arange(cells) + 0.5) / cells
    points = (np.arange(num_points) + 0.5) / num_points
    u = np.array([np.interp(centres, points, row, period=1.0) for row in u0_batch])
    bound = 10 * abs(u).max()
    trajectory = np.empty((batch, len(t_coordinate), num_points))
    trajectory[:, 0] = u0_batch
    steps = int(np.ceil(t_coordinate[-1] * abs(beta) / (CFL * dx)))
    dt = t_coordinate[-1] / steps
    frame = 1
    for step in range(1, steps + 1):
        halfway = u + dt * transport(u, beta, dx)
        before, u = u, (u + halfway + dt * transport(halfway, beta, dx)) / 2
        if not abs(u).max() < bound:
            raise FloatingPointError(f"the solution grows without bound at step {step} of {steps}: unstable")
        while frame < len(t_coordinate) and t_coordinate[frame] <= step * dt * (1 + 1e-12):
            share = t_coordinate[frame] / dt - (step - 1) if INTERPOLATION == "linear" else 0.0
            between = (1 - share) * before + share * u
            trajectory[:, frame] = between.reshape(batch, num_points, REFINE).mean(axis=2)
            frame += 1
    return trajectory
