"""Five-point differences, relaxed red and black."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

RELAXATION = 1.9  # knob: linear 1.0 2.4 safe=low
SWEEPS = 300  # knob: log 10 100000 fast=low
START = "mean"  # knob: choice zero mean
STENCIL = "five"  # knob: choice five nine


def solver(f: Array, g: Array, mask: Array) -> Array:
    n = f.shape[1]
    h = 2 / (n - 1)
    inside, edge = mask == 1, mask == 2
    begin = (g * edge).sum(axis=(1, 2)) / edge.sum(axis=(1, 2)) if START == "mean" else np.zeros(len(f))
    u = np.where(inside, begin[:, None, None], g)
    i, j = np.indices((n, n))
    colours = ((i + j) % 2,) if STENCIL == "five" else ((i % 2) + 2 * (j % 2),)
    kinds = 2 if STENCIL == "five" else 4
    masks = [(inside & (colours[0] == kind))[:, 1:-1, 1:-1] for kind in range(kinds)]
    middle = u[:, 1:-1, 1:-1]
    source = h**2 * f[:, 1:-1, 1:-1]
    with np.errstate(all="ignore"):
        for _ in range(SWEEPS):
            for chosen in masks:
                straight = u[:, 2:, 1:-1] + u[:, :-2, 1:-1] + u[:, 1:-1, 2:] + u[:, 1:-1, :-2]
                if STENCIL == "five":
                    target = (straight + source) / 4
                else:
                    corners = u[:, 2:, 2:] + u[:, :-2, :-2] + u[:, 2:, :-2] + u[:, :-2, 2:]
                    target = (4 * straight + corners + 6 * source) / 20
                middle += np.where(chosen, RELAXATION * (target - middle), 0.0)
    return u
