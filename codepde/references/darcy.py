"""``−∇·(a∇u) = 1`` on the unit square, u = 0 around it, a constant on each cell: extrapolated finite volumes.

Cell-centred finite volumes with harmonic means (`codepde.references.darcy_volumes`) on 1, 3 and 5 times as
many cells, whose centres include those of the given ones. Where three cells of one value meet a fourth, u has
a term r^λ with λ = 0.807 for the values 12 and 3, and λ = 0.590 where they alternate (Kellogg, "On the
Poisson equation with intersecting interfaces", Applicable Analysis 4 (1975), unverified; the numbers are our
own), so that errors fall like h^1.6 and h^1.2, elsewhere like h². Together they fall like h^1.5 (measured),
and the errors of two grids have the same shape to 3 digits: the reference is ``u₅ + w (u₅ − u₃)``,
extrapolated with that order.

The estimate is twice the distance to the same extrapolation of the two coarser grids, the order being below
2. Valid for any positive a; it refuses where the estimate exceeds 1.5e-4, as for contrasts far above 4.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import numpy as np

from codepde.grid import Array, Grid
from codepde.references.darcy_volumes import faces
from codepde.references.darcy_volumes import solve as volumes
from codepde.references.reference import Reference
from solversmith.errors import InternalFault

VERSION: Final = "darcy/2"
METHOD: Final = (
    "cell-centred finite volumes on 1263² and 2105² cells, harmonic means, extrapolated with the order 3/2; "
    "conjugate gradients with a fast Poisson solver, float64"
)
VALIDITY: Final = "any positive a, constant on each cell, whose estimate is at most 1.5e-4"
MOST_ESTIMATE: Final = 1.5e-4
ORDER: Final = 1.5
_FACTORS: Final = (1, 3, 5)
_TOLERANCE: Final = 3e-6  # leaves 3e-7 in u, a hundredth of the estimate


def solve(
    inputs: Mapping[str, Array], grid: Grid, coefficients: Mapping[str, float]
) -> Iterator[tuple[int, Reference]]:
    """References of ``u`` at the centres of the cells for ``a``, ``(batch, N, N)``.

    Raises `InternalFault` where a is not positive, or the estimate exceeds 1.5e-4.
    """
    for index, a in enumerate(inputs["a"]):
        if not np.all(a > 0.0):
            raise InternalFault("no darcy reference: a is not positive everywhere")
        found = solution(a)
        if not found.estimate <= MOST_ESTIMATE:
            raise InternalFault(f"no darcy reference: its estimate would be {found.estimate:.2g}")
        yield index, found


def solution(a: Array) -> Reference:
    """``u`` for one coefficient ``(N, N)``, whatever its estimate."""
    levels: list[Array] = []
    iterations: list[int] = []
    solved: Array = np.zeros_like(a)
    for factor in _FACTORS:
        solved, count = volumes(a, factor, prolonged(solved, factor * len(a)), _TOLERANCE)
        levels.append(solved[factor // 2 :: factor, factor // 2 :: factor])
        iterations.append(count)
    one, three, five = levels
    u = extrapolated(three, five, 5.0 / 3.0)
    estimate = 2.0 * _distance(extrapolated(one, three, 3.0), u)
    detail: dict[str, Any] = {
        "cells": [factor * len(a) for factor in _FACTORS],
        "iterations": iterations,
        "order": observed_order(one, three, five),
        "not_extrapolated": _distance(three, five),
    }
    return Reference({"u": u}, {"u": estimate}, detail)


def extrapolated(coarse: Array, fine: Array, ratio: float) -> Array:
    """The limit of errors that fall like h^1.5, from cells that are ``ratio`` times smaller on ``fine``."""
    return np.asarray(fine + (fine - coarse) / (ratio**ORDER - 1.0))


def prolonged(u: Array, cells: int) -> Array:
    """Linear interpolation to the centres of another number of cells, u being 0 on the outer faces."""
    position = (np.arange(cells) + 0.5) / cells * len(u) + 0.5
    below = position.astype(int)
    share = (position - below)[:, None]
    for _ in range(2):
        padded = np.concatenate([-u[:1], u, -u[-1:]])
        u = ((1.0 - share) * padded[below] + share * padded[below + 1]).T
    return u


def budgets(
    fields: Mapping[str, Array], inputs: Mapping[str, Array], grid: Grid, coefficients: Mapping[str, float]
) -> Mapping[str, float]:
    """Imbalance of ``∫a|∇u|² = ∫u``, both by sums over cells and faces, relative to ``∫u``."""
    worst = 0.0
    for a, u in zip(inputs["a"], fields["u"][:, 0], strict=True):
        along, across = faces(a)
        dissipated = np.sum(along * np.diff(np.pad(u, ((1, 1), (0, 0))), axis=0) ** 2)
        dissipated += np.sum(across * np.diff(np.pad(u, ((0, 0), (1, 1))), axis=1) ** 2)
        supplied = float(np.mean(u))
        worst = max(worst, abs(float(dissipated) - supplied) / max(abs(supplied), np.finfo(float).tiny))
    return {"energy": worst}


def observed_order(one: Array, three: Array, five: Array) -> float:
    """p such that errors like h^p explain three grids with 1, 3 and 5 times as many cells; 0.5 to 4."""
    fine = three - five
    ratio = float(np.vdot(one - three, fine)) / max(float(np.vdot(fine, fine)), np.finfo(float).tiny)
    orders = np.linspace(0.5, 4.0, 701)
    return float(np.interp(ratio, (1.0 - 3.0**-orders) / (3.0**-orders - 5.0**-orders), orders))


def _distance(u: Array, finer: Array) -> float:
    return float(np.linalg.norm(u - finer) / np.linalg.norm(finer))
