"""Finite volumes on fewer cells: limited slopes, Rusanov's flux, central viscous fluxes, explicit steps.

See Toro, Riemann Solvers and Numerical Methods for Fluid Dynamics (2009).
"""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

GAMMA = 5.0 / 3.0
CFL = 0.4  # knob: log 0.1 4.0 safe=low fast=high
CELLS = 256  # knob: choice 128 256 512 fast=low
LIMITER = "minmod"  # knob: choice none minmod vanleer
STAGES = 2  # knob: choice 1 2 safe=high


def primitive(q: Array) -> Array:
    density, momentum, energy = q
    velocity = momentum / density
    return np.stack([density, velocity, (GAMMA - 1) * (energy - momentum * velocity / 2)])


def conserved(w: Array) -> Array:
    density, velocity, pressure = w
    return np.stack([density, density * velocity, pressure / (GAMMA - 1) + density * velocity**2 / 2])


def physical(w: Array) -> Array:
    density, velocity, pressure = w
    energy = pressure / (GAMMA - 1) + density * velocity**2 / 2
    return np.stack([density * velocity, density * velocity**2 + pressure, (energy + pressure) * velocity])


def limited(before: Array, behind: Array) -> Array:
    if LIMITER == "minmod":
        return np.where(before * behind > 0, np.sign(before) * np.minimum(abs(before), abs(behind)), 0.0)
    if LIMITER == "vanleer":
        product = before * behind
        return np.where(product > 0, 2 * product / np.where(product > 0, before + behind, 1.0), 0.0)
    return np.zeros_like(before)


def fastest(w: Array) -> Array:
    result: Array = abs(w[1]) + np.sqrt(GAMMA * w[2] / w[0])
    return result


def change(q: Array, mu: float, dx: float) -> Array:
    w = primitive(q)
    jump = np.roll(w, -1, axis=2) - w
    slope = limited(np.roll(jump, 1, axis=2), jump)
    left, right = w + slope / 2, np.roll(w - slope / 2, -1, axis=2)
    speed = np.maximum(fastest(left), fastest(right))
    flux = (physical(left) + physical(right) - speed * (conserved(right) - conserved(left))) / 2
    stress = mu * jump[1] / dx
    flux[1] -= stress
    flux[2] -= stress * (w[1] + np.roll(w[1], -1, axis=1)) / 2
    return (np.roll(flux, 1, axis=2) - flux) / dx


def fill(w: Array, count: int) -> Array:
    """Values at `count` points between the cells' centres, linearly."""
    cells = w.shape[2]
    position = (np.arange(count) + 0.5) / count * cells - 0.5
    below = np.floor(position).astype(int)
    share = position - below
    result: Array = (1 - share) * w[:, :, below] + share * w[:, :, (below + 1) % cells]
    return result


def solver(
    Vx0: Array, density0: Array, pressure0: Array, t_coordinate: Array, eta: float, zeta: float
) -> tuple[Array, Array, Array]:
    batch, points = Vx0.shape
    cells = min(CELLS, points)
    dx, mu = 2.0 / cells, zeta + 4 / 3 * eta
    start = np.stack([density0, Vx0, pressure0])
    q = conserved(start).reshape(3, batch, cells, points // cells).mean(axis=3)
    fields = np.empty((3, batch, len(t_coordinate), points))
    fields[:, :, 0] = start
    with np.errstate(all="ignore"):
        for frame, span in enumerate(np.diff(t_coordinate), start=1):
            w = primitive(q)
            rate = np.max(fastest(w)) / (CFL * dx) + 2 * mu / (dx**2 * np.min(w[0])) / (2 * CFL)
            steps = int(np.ceil(span * min(rate, 1e6))) if np.isfinite(rate) else 1
            dt = span / steps
            for _ in range(steps):
                end = q + dt * change(q, mu, dx)
                q = end if STAGES == 1 else (q + end + dt * change(end, mu, dx)) / 2
            fields[:, :, frame] = fill(primitive(q), points)
    return fields[1], fields[0], fields[2]
