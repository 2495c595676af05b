"""``−Δu = f`` on the L-shaped square, u = g on its boundary: answers in closed form, found from f and g.

The problem's answers are sums of a few known functions (`codepde.corner`). Their factors are the
least-squares fit to f and g; by the maximum principle the answer is then off by no more than
``max|g − g_fit| + max|f − f_fit| / 2`` (½(1 − x²) bounds what a source of 1 adds), which is the estimate.

Valid for f and g that are such sums; others are refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import numpy as np

from codepde import corner
from codepde.grid import Array, Grid
from codepde.references.reference import Reference
from solversmith.errors import InternalFault

VERSION: Final = "poisson2d/1"
METHOD: Final = "closed form: smooth waves and r^(2k/3) sin(2kθ/3), their factors fitted to f and g"
VALIDITY: Final = "f and g of sums of the problem's own functions"
MOST_ESTIMATE: Final = 1e-10


def solve(
    inputs: Mapping[str, Array], grid: Grid, coefficients: Mapping[str, float]
) -> Iterator[tuple[int, Reference]]:
    """References of ``u`` for ``f``, ``g`` and ``mask``, ``(batch, N, N)`` each; 0 outside.

    Raises `InternalFault` where the answer is no sum of the known functions, or the domain another.
    """
    domain = corner.mask(grid)
    inside, edge = domain != corner.OUTSIDE, domain == corner.BOUNDARY
    values, sources = corner.basis(*corner.coordinates(grid))
    # Sources are larger than values by squares of wavenumbers; either kind of row shall count alike.
    weight = 1.0 / np.abs(sources).max()
    rows = np.concatenate([weight * sources[:, inside], values[:, edge]], axis=1).T
    for index, (f, g, given) in enumerate(zip(inputs["f"], inputs["g"], inputs["mask"], strict=True)):
        if not np.array_equal(given, domain):
            raise InternalFault("no poisson2d reference: the domain is not the L-shaped square")
        right = np.concatenate([weight * f[inside], g[edge]])
        factors = np.linalg.lstsq(rows, right, rcond=None)[0]
        u = np.where(inside, np.tensordot(factors, values, axes=1), 0.0)
        off = np.abs(right - rows @ factors)
        bound = (
            np.max(off[np.count_nonzero(inside) :]) + 0.5 * np.max(off[: np.count_nonzero(inside)]) / weight
        )
        estimate = float(bound / np.sqrt(np.mean(u[inside] ** 2)))
        if not estimate <= MOST_ESTIMATE:
            raise InternalFault(f"no poisson2d reference: its closed form misses f or g by {estimate:.2g}")
        yield index, Reference({"u": u}, {"u": estimate}, {"functions": corner.size()})


def budgets(
    fields: Mapping[str, Array], inputs: Mapping[str, Array], grid: Grid, coefficients: Mapping[str, float]
) -> Mapping[str, float]:
    """Imbalance of ``−∮∂u/∂n = ∫f`` on the square (−7/8, −1/8) × (1/8, 7/8), relative to ``∫|f|`` and flow.

    Slopes by central differences, integrals by the trapezoidal rule.
    """
    points, h = grid.points, grid.spacing
    low, high = (int(np.argmin(np.abs(points - place))) for place in (-0.875, -0.125))
    left, right = (int(np.argmin(np.abs(points - place))) for place in (0.125, 0.875))
    weights = np.ones(high - low + 1)
    weights[[0, -1]] = 0.5
    u, f = fields["u"][:, 0], inputs["f"]
    across, along = slice(left, right + 1), slice(low, high + 1)
    flows = [
        (u[:, low + 1, across] - u[:, low - 1, across]) / 2.0,
        (u[:, high - 1, across] - u[:, high + 1, across]) / 2.0,
        (u[:, along, left + 1] - u[:, along, left - 1]) / 2.0,
        (u[:, along, right - 1] - u[:, along, right + 1]) / 2.0,
    ]
    out = np.sum([flow @ weights for flow in flows], axis=0)
    supply = h * h * (f[:, along, across] @ weights @ weights)
    most = h * h * (np.abs(f[:, along, across]) @ weights @ weights)
    most = most + np.sum([np.abs(flow) @ weights for flow in flows], axis=0)
    return {"flow": float(np.max(np.abs(out - supply) / np.maximum(most, np.finfo(float).tiny)))}
