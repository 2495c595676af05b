"""``u_t + 6 u u_x + u_xxx = 0`` on a period (Korteweg & de Vries 1895; this scaling: the one of most
textbooks on solitons): Fourier modes and ETDRK4, in float64.

The linear part, ``i k³``, is imaginary: nothing is damped, and mass, momentum ∫u² and energy ∫(u³ − u_x²/2)
are kept. Waves disperse to all scales that the amplitude allows: a soliton of height a is ``√(2/a)`` wide,
and its spectrum falls like ``exp(−πk/√(2a))``.

Valid for states whose solution has a spectrum that falls to 1e-9 within 2048 modes; no kinks.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from codepde.budgets import mass
from codepde.grid import Array, Grid
from codepde.references import quadratic_ladder
from codepde.references.quadratic_modes import Equation, Level
from codepde.references.reference import MOST_ESTIMATE, Reference

VERSION: Final = "kdv/1"
METHOD: Final = "Fourier modes without aliasing, ETDRK4, float64; modes by spectrum tail, steps by doubling"
_STEPS_PER_TIME: Final = 120.0  # for a range of 1
VALIDITY: Final = "states without kinks whose solution has a spectrum that falls to 1e-9 within 2048 modes"


def symbol(wavenumbers: Array) -> NDArray[np.complex128]:
    """Of −∂_xxx."""
    return np.asarray(1j * wavenumbers**3, dtype=np.complex128)


EQUATION: Final = Equation("kdv", 3.0, symbol)


def solve(
    inputs: Mapping[str, Array], grid: Grid, coefficients: Mapping[str, float]
) -> Iterator[tuple[int, Reference]]:
    """References with an estimate of at most 5e-7. Raises `InternalFault` where that can't be had."""
    states = inputs["u0_batch"]
    first = [first_level(state, grid) for state in states]
    return quadratic_ladder.solve(states, grid, EQUATION, first, MOST_ESTIMATE / 2)


def first_level(state: Array, grid: Grid) -> Level:
    """A guess: lengths scale as u^(−1/2), times as u^(−3/2)."""
    size = max(float(np.ptp(state)), 0.25)
    return Level(64, math.ceil(_STEPS_PER_TIME * size**1.5 * float(grid.times[1])))


def budgets(
    fields: Mapping[str, Array],
    inputs: Mapping[str, Array],
    grid: Grid,
    coefficients: Mapping[str, float],
) -> dict[str, float]:
    """Largest drift of mass and momentum: ``max |⟨u²⟩(t) / ⟨u²⟩(0) − 1|`` over samples and frames.

    The mean over the points is exact while u² has no modes that they show as the mean: always for these
    states.
    """
    trajectory, start = fields["trajectory"], inputs["u0_batch"]
    square = np.maximum(np.mean(start**2, axis=-1), np.finfo(float).tiny)[:, None]
    momentum = np.abs(np.mean(trajectory**2, axis=-1) / square - 1.0)
    return {**mass(fields, inputs, grid, coefficients), "momentum": float(np.max(momentum))}
