"""How far the values of a steady answer are from satisfying the equation at the points themselves.

Second differences, for `−∇·(a∇u) = f` wherever a is the same at a point and its four neighbours. On saved
frames of an evolution such a thing would be meaningless: too few of its times are there. For the exact
solution it is the error of second differences, not 0, so that small values are no ranking.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from codepde.corner import INSIDE, OUTSIDE
from codepde.grid import Array, Grid


def darcy(
    fields: Mapping[str, Array], inputs: Mapping[str, Array], grid: Grid, coefficients: Mapping[str, float]
) -> dict[str, float]:
    """`−∇·(a∇u) = 1` with inputs ``a``; the mean over points of ``|1 + a Δu|``, of the worst sample."""
    fine = np.ones(grid.space)
    pairs = zip(fields["u"][:, 0], inputs["a"], strict=True)
    return {"residual": max(_relative(u, a, fine, fine, grid) for u, a in pairs)}


def poisson(
    fields: Mapping[str, Array], inputs: Mapping[str, Array], grid: Grid, coefficients: Mapping[str, float]
) -> dict[str, float]:
    """`−Δu = f` where ``mask`` is 1; mean of ``|f + Δu|`` over that of ``|f|``, the worst sample's.

    On the boundary nothing is asked: at the vertex of the inward corner, which has four neighbours in the
    domain, too, the exact solution has no Δu.
    """
    triples = zip(fields["u"][:, 0], inputs["f"], inputs["mask"], strict=True)
    same = np.ones(grid.space)
    return {"residual": max(_relative(u, same, f, mask, grid) for u, f, mask in triples)}


def _relative(u: Array, a: Array, f: Array, mask: Array, grid: Grid) -> float:
    """Mean of ``|f + a Δu|`` over that of ``|f|``, at points inside whose four neighbours have the same a."""
    middle, around = (slice(1, -1), slice(1, -1)), [(2, 1), (0, 1), (1, 2), (1, 0)]
    n = grid.num_points

    def neighbours(values: Array) -> list[Array]:
        return [values[i : i + n - 2, j : j + n - 2] for i, j in around]

    plain = mask[middle] == INSIDE
    for beside, value in zip(neighbours(mask), neighbours(a), strict=True):
        plain &= (beside != OUTSIDE) & (value == a[middle])
    if not plain.any():
        return 0.0
    laplacian = (sum(neighbours(u)) - 4.0 * u[middle]) / grid.spacing**2
    size = np.mean(np.abs(f[middle][plain]))
    residual = np.mean(np.abs(f[middle] + a[middle] * laplacian)[plain])
    return float(residual / max(size, np.finfo(float).tiny))
