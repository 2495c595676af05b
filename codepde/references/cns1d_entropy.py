"""The gas with next to no viscosity: the entropy solution, by finite volumes nine times finer.

At η = ζ = 1e-8 shocks are some 1e-8 wide: no grid resolves them, and what is scored is the limit, the
entropy solution, which `codepde.references.gas_volumes` converges to (its error in the 1-norm like the
spacing at best, in the 2-norm like the root of it, where there are shocks).

Three grids, one, three and nine times as fine as the given one, show the order that is observed. The estimate
is the distance of the finest to the next, twice that where the order is below 2, or if larger the distance
that another flux (HLL for HLLC) makes on the grid that is three times as fine.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import numpy as np

from codepde import gas
from codepde.grid import Array, Grid
from codepde.interpolant import refined
from codepde.references.gas_volumes import HLL, march
from codepde.references.reference import Reference
from codepde.sample import Sample
from solversmith.errors import InternalFault

VERSION: Final = "cns1d-entropy/1"
METHOD: Final = "finite volumes 9 times finer, van Leer slopes, HLLC, SSP Runge-Kutta of order 3, float64"
VALIDITY: Final = "the entropy solution: viscosities far too small to be resolved; errors are those at shocks"
MOST_ESTIMATE: Final = 0.1
_FACTORS: Final = (1, 3, 9)
_SAME: Final = 1e-7  # an interpolant this close to its formula needs no solution of its own


def solve(
    inputs: Mapping[str, Array], grid: Grid, coefficients: Mapping[str, float]
) -> Iterator[tuple[int, Reference]]:
    """References with their observed orders and the estimates of their errors in the 1-norm as details.

    Raises `InternalFault` where a solution is not finite, or not within `MOST_ESTIMATE`.
    """
    states = np.stack([inputs[gas.STARTS[name]] for name in gas.COMPUTED])
    mu = gas.viscosity(coefficients)
    for index in range(states.shape[1]):
        state = states[:, index]
        coarse, middle, fine = (march(state, grid, mu, factor) for factor in _FACTORS)
        other = march(state, grid, mu, _FACTORS[1], HLL)
        yield index, _reference(coarse, middle, fine, other)


def floor(sample: Sample, reference: Reference, grid: Grid, coefficients: Mapping[str, float]) -> float:
    """The nRMSE that the generating formula makes instead of its interpolant, in the mean over the fields.

    On the grid that is three times as fine. Where both agree to 1e-7 between the points, that difference.
    """
    count = _FACTORS[1] * grid.num_points
    points = grid.points[0] + grid.extent * np.arange(count) / count
    fine = np.stack([sample.formula[gas.STARTS[name]](points) for name in gas.COMPUTED])
    given = np.stack([sample.inputs[gas.STARTS[name]] for name in gas.COMPUTED])
    apart = gas.distances(refined(given, _FACTORS[1])[:, None], fine[:, None])
    if max(apart) > _SAME:
        mu = gas.viscosity(coefficients)
        apart = gas.distances(march(given, grid, mu, _FACTORS[1]), march(fine, grid, mu, _FACTORS[1]))
    return float(np.mean(apart))


def _reference(coarse: Array, middle: Array, fine: Array, other: Array) -> Reference:
    if not np.isfinite([coarse, middle, fine, other]).all() or min(fine[0].min(), fine[2].min()) <= 0.0:
        raise InternalFault("no cns1d reference: finite volumes gave values that are no gas")
    errors, orders = _estimates(coarse, middle, fine, other, 2)
    in_one_norm, _ = _estimates(coarse, middle, fine, other, 1)
    estimates = dict(zip(gas.COMPUTED, errors, strict=True))
    if max(errors) > MOST_ESTIMATE:
        raise InternalFault(f"no cns1d reference: estimates {estimates} are above {MOST_ESTIMATE}")
    detail = {
        "cells": _FACTORS[-1] * fine.shape[2],
        "orders": dict(zip(gas.COMPUTED, orders, strict=True)),
        "estimates_l1": dict(zip(gas.COMPUTED, in_one_norm, strict=True)),
    }
    return Reference(dict(zip(gas.COMPUTED, fine, strict=True)), estimates, detail)


def _estimates(
    coarse: Array, middle: Array, fine: Array, other: Array, power: int
) -> tuple[list[float], list[float]]:
    """Estimate and observed order of each field."""
    errors, orders = [], []
    ratio = _FACTORS[1] / _FACTORS[0]
    for first, second, flux in zip(
        *(gas.distances(*pair, power) for pair in ((middle, coarse), (fine, middle), (other, middle))),
        strict=True,
    ):
        tiny = float(np.finfo(float).eps)
        order = float(np.log(max(first, tiny) / max(second, tiny)) / np.log(ratio))
        errors.append(max(second * (1.0 if order >= 2.0 else 2.0), flux, tiny))
        orders.append(order)
    return errors, orders
