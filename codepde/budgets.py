"""Exact balances of scalar conservation laws, checked on an answer alone: no reference is needed.

They can't find a program that solves another equation which has the same balance.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from codepde.grid import Array, Grid


def mass(
    fields: Mapping[str, Array],
    inputs: Mapping[str, Array],
    grid: Grid,
    coefficients: Mapping[str, float],
) -> dict[str, float]:
    """``max |⟨u⟩(t) − ⟨u_0⟩| / rms(u_0)`` over times and samples, for `u_t + f_x = 0` with periodic fluxes.

    ``⟨·⟩`` is the mean over the points, which is exact for the interpolant of what they hold. ``fields`` have
    one entry; the first of ``inputs`` is its initial state.
    """
    (field,), state = fields.values(), next(iter(inputs.values()))
    space = tuple(range(2, field.ndim))
    sizes = np.sqrt(np.mean(state**2, axis=tuple(range(1, state.ndim))))
    apart = np.abs(np.mean(field, axis=space) - np.mean(state, axis=tuple(range(1, state.ndim)))[:, None])
    return {"mass": float(np.max(apart / np.maximum(sizes, np.finfo(float).tiny)[:, None]))}
