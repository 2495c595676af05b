"""Finite volumes on the given cells, relaxed red and black from coarse to fine grids."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

RELAXATION = 1.9  # knob: linear 1.0 2.3 safe=low
SWEEPS = 150  # knob: log 10 20000 fast=low
MEAN = "harmonic"  # knob: choice arithmetic harmonic
CELLS = 105  # knob: choice 105 210 421 fast=low
SCALING = 0.5  # knob: linear 0.25 0.8 (from one grid's cells to the next coarser one's)


def resampled(field: Array, cells: int) -> Array:
    """Values at other cells' centres: of the cell that holds each."""
    n = field.shape[1]
    at = ((np.arange(cells) + 0.5) / cells * n).astype(int)
    return field[:, at[:, None], at]


def weights(a: Array, axis: int) -> Array:
    """Of the fluxes through all faces across one axis."""
    view = np.moveaxis(a, axis, 0)
    one, other = view[1:], view[:-1]
    face = 2 * one * other / (one + other) if MEAN == "harmonic" else (one + other) / 2
    return np.moveaxis(np.concatenate([2 * view[:1], face, 2 * view[-1:]]), 0, axis)


def relax(u: Array, a: Array, sweeps: int) -> Array:
    cells = a.shape[1]
    across, along = weights(a, 1), weights(a, 2)
    total = across[:, 1:] + across[:, :-1] + along[:, :, 1:] + along[:, :, :-1]
    red = np.add.outer(np.arange(cells), np.arange(cells)) % 2 == 0
    padded = np.pad(u, ((0, 0), (1, 1), (1, 1)))
    inner = padded[:, 1:-1, 1:-1]
    with np.errstate(all="ignore"):
        for sweep in range(2 * sweeps):
            inflow = across[:, 1:] * padded[:, 2:, 1:-1] + across[:, :-1] * padded[:, :-2, 1:-1]
            inflow += along[:, :, 1:] * padded[:, 1:-1, 2:] + along[:, :, :-1] * padded[:, 1:-1, :-2]
            change = RELAXATION * ((inflow + 1 / cells**2) / total - inner)
            inner += np.where(red if sweep % 2 == 0 else ~red, change, 0.0)
    return inner


def solver(a: Array) -> Array:
    grids = [CELLS]
    while grids[-1] > 20:
        grids.append(max(10, int(SCALING * grids[-1])))
    u = np.zeros((len(a), 10, 10))
    for cells in reversed(grids):
        u = relax(resampled(u, cells), resampled(a, cells), SWEEPS)
    return resampled(u, a.shape[1])
