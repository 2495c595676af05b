"""``u_t + u u_x + u_xx + u_xxxx = 0`` on a period (Kuramoto & Tsuzuki 1976; Sivashinsky 1977): Fourier modes
and ETDRK4, in float64.

Long waves grow (modes with k < 1, fastest by 1/4 at k = 1/√2), short ones are damped; on periods much longer
than 2π the solution is chaotic. A relative perturbation of the initial state grows on average by the `gain`
that is measured for each sample, and the estimate is multiplied by it: it bounds what an error made at the
beginning would have become, although the comparison behind the estimate has seen that growth already.

Two marches are never nearer to each other than rounding that grew by the gain, whatever their steps (seen:
1e-13 times the gain). Where ten times that, times the gain again, is above 1e-6, it is what is kept: 6e-5 at
a gain of 7,600. Valid while the gain leaves something of float64.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Final

import numpy as np

from codepde.grid import Array, Grid
from codepde.references import quadratic_ladder
from codepde.references.quadratic_modes import Equation, Level, integrate
from codepde.references.reference import MOST_ESTIMATE as SCALAR_ESTIMATE
from codepde.references.reference import Reference
from solversmith.errors import InternalFault

VERSION: Final = "ks/2"
METHOD: Final = (
    "Fourier modes without aliasing, ETDRK4, float64; modes by spectrum tail, steps by doubling; "
    "the estimate is multiplied by the measured growth of a perturbation"
)
VALIDITY: Final = (
    "times until which perturbations grow by less than 1e4, 50 to 100 on a period of 64; estimates are below "
    "1e-6 where that is less than 1e3"
)
MOST_ESTIMATE: Final = 1e-4
_ROUNDING: Final = 1e-12  # relative, at the end, for each unit of gain
_PERTURBATION: Final = 1e-7  # relative to the state; its growth is linear up to gains of 1e5 or so
_DIRECTIONS: Final = 3
_STEPS_PER_TIME: Final = 160.0  # to begin with


def symbol(wavenumbers: Array) -> Array:
    """Of −∂_xx − ∂_xxxx."""
    result: Array = wavenumbers**2 - wavenumbers**4
    return result


EQUATION: Final = Equation("ks", 0.5, symbol)


def solve(
    inputs: Mapping[str, Array], grid: Grid, coefficients: Mapping[str, float]
) -> Iterator[tuple[int, Reference]]:
    """References whose estimate, gain included, is at most 1e-6, or what rounding leaves (see above).

    Raises `InternalFault` where that is above 1e-4.
    """
    states = inputs["u0_batch"]
    level = Level(max(96, grid.num_points // 2), math.ceil(_STEPS_PER_TIME * float(grid.times[1])))
    growth = gains(states, grid, level)
    targets = np.maximum(SCALAR_ESTIMATE, _ROUNDING * growth**2)
    if not np.all(targets <= MOST_ESTIMATE):  # written as <= so that NaN fails
        raise InternalFault(
            f"no ks reference: perturbations grow by {growth.max():.2g}, which leaves too little"
        )
    return quadratic_ladder.solve(states, grid, EQUATION, [level] * len(states), targets, growth)


def gains(states: Array, grid: Grid, level: Level) -> Array:
    """How many times larger a small relative perturbation is at the end, at least 1; shape ``(batch,)``.

    The largest of three random directions, smooth on the scale of the most unstable waves, each 1e-7 of the
    state in the 2-norm. Samples are perturbed alike, so that none depends on its batch.
    """
    plain, _ = integrate(states, grid, EQUATION, level)
    size = np.linalg.norm(states, axis=-1, keepdims=True)
    growth = np.ones(len(states))
    for seed in range(_DIRECTIONS):
        direction = _direction(seed, grid)
        moved, _ = integrate(states + _PERTURBATION * size * direction, grid, EQUATION, level)
        apart = np.linalg.norm(moved[:, -1] - plain[:, -1], axis=-1)
        final = np.maximum(np.linalg.norm(plain[:, -1], axis=-1), np.finfo(float).tiny)
        growth = np.maximum(growth, apart / final / _PERTURBATION)
    return growth


def _direction(seed: int, grid: Grid) -> Array:
    """Waves with k ≤ 1 and random phases, of unit 2-norm."""
    most = max(1, int(grid.extent / (2.0 * np.pi)))
    phases = 2.0 * np.pi * np.random.default_rng(seed).random(most)
    numbers = np.arange(1, most + 1)
    waves = np.cos(2.0 * np.pi / grid.extent * numbers * (grid.points - grid.lower)[:, None] + phases)
    total = waves.sum(axis=-1)
    result: Array = total / np.linalg.norm(total)
    return result
