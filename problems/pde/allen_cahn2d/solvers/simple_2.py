"""Diffusion and reaction in turn: the one by an implicit step for each wave, the other by a formula."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

STEP = 0.05  # knob: log 0.005 5.0
WEIGHT = 1.0  # knob: linear 0.0 1.0 safe=high (of the new state in the diffusion)
ORDER = "reaction"  # knob: choice reaction diffusion (which is split into halves)
REACTION = "exact"  # knob: choice exact euler


def react(u: Array, dt: float) -> Array:
    if REACTION == "euler":
        return u + dt * (u - u**3)
    ended: Array = u / np.sqrt(u**2 + (1 - u**2) * np.exp(-2 * dt))
    return ended


def solver(u0_batch: Array, t_coordinate: Array, eps: float) -> Array:
    n = u0_batch.shape[1]
    waves = -4 * n**2 * np.sin(np.pi * np.fft.fftfreq(n)) ** 2
    symbol = eps**2 * (waves[:, None] + waves[: n // 2 + 1])
    found = [u0_batch]
    u = u0_batch
    with np.errstate(all="ignore"):
        for span in np.diff(t_coordinate):
            steps = int(np.ceil(span / STEP))
            dt = span / steps
            part = dt if ORDER == "reaction" else dt / 2
            growth = (1 + (1 - WEIGHT) * part * symbol) / (1 - WEIGHT * part * symbol)

            def diffuse(u: Array, growth: Array = growth) -> Array:
                return np.fft.irfft2(growth * np.fft.rfft2(u), (n, n))

            for _ in range(steps):
                if ORDER == "reaction":
                    u = react(diffuse(react(u, dt / 2)), dt / 2)
                else:
                    u = diffuse(react(diffuse(u), dt))
            found.append(u)
    return np.stack(found, axis=1)
