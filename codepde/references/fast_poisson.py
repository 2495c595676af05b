"""A fast solver for ``−Δ_h u = f``, u = 0 around a square of n × n cells (JAX, float32): a preconditioner.

Along one axis the sine transform (DST-II, whose modes vanish at the outer faces) as a matrix product with
folded halves, along the other axis tridiagonal systems by elimination; 421, which no short Fourier transform
divides, costs no more than its neighbours. Float32 is enough to precondition and halves the time: the result
is accurate to a few hundredths in the smoothest modes, to 1e-5 in the others.
"""

from __future__ import annotations

import functools
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Single = NDArray[np.float32]


class Factors(NamedTuple):
    """What a solve needs; modes are ordered odd ones first."""

    odd: Single  # values of odd modes at the first half of the cells, the middle one included
    even: Single
    pivots: Single  # (n, n): reciprocal pivots of the elimination, cells by modes


@functools.lru_cache(maxsize=4)
def factors(cells: int) -> Factors:
    """For ``cells`` cells along each axis, in units of the cells' size."""
    modes = np.concatenate([np.arange(1, cells + 1, 2), np.arange(2, cells + 1, 2)])
    places = np.arange((cells + 1) // 2) + 0.5
    sines = np.sqrt(2.0 / cells) * np.sin(np.pi * np.outer(places, modes) / cells)
    sines[:, modes == cells] /= np.sqrt(2.0)
    count = (cells + 1) // 2
    diagonal = 2.0 + 4.0 * np.sin(0.5 * np.pi * modes / cells) ** 2
    pivots = np.empty((cells, cells))
    pivots[0] = 1.0 / (diagonal + 1.0)  # an outer face is half a cell away
    for cell in range(1, cells):
        last = cell == cells - 1
        pivots[cell] = 1.0 / (diagonal + float(last) - pivots[cell - 1])
    # An odd number of cells has a middle one; even modes vanish there.
    return Factors(
        *(part.astype(np.float32) for part in (sines[:, :count], sines[: cells // 2, count:], pivots))
    )


def solve(f: Any, by: Factors) -> Any:
    """The solution for a JAX array ``f`` of shape ``(n, n)``; call it within a compiled function."""
    import jax
    import jax.numpy as jnp

    def eliminate(above: Any, row: tuple[Any, Any]) -> tuple[Any, Any]:
        right, pivot = row
        reduced = (right + above) * pivot
        return reduced, reduced

    def substitute(below: Any, row: tuple[Any, Any]) -> tuple[Any, Any]:
        reduced, pivot = row
        found = reduced + pivot * below
        return found, found

    modes = _forward(f.astype(jnp.float32), by)
    start = jnp.zeros(modes.shape[1], jnp.float32)
    _, reduced = jax.lax.scan(eliminate, start, (modes, by.pivots))
    _, found = jax.lax.scan(substitute, start, (reduced, by.pivots), reverse=True)
    return _backward(found, by)


def _forward(values: Any, by: Factors) -> Any:
    import jax.numpy as jnp

    cells = values.shape[1]
    half = cells // 2
    left, right = values[:, :half], values[:, ::-1][:, :half]
    middle = values[:, half : cells - half]  # one column, or none
    symmetric = jnp.concatenate([left + right, middle], axis=1)
    return jnp.concatenate([symmetric @ by.odd, (left - right) @ by.even], axis=1)


def _backward(modes: Any, by: Factors) -> Any:
    import jax.numpy as jnp

    count, half = by.odd.shape[1], by.even.shape[0]
    symmetric = modes[:, :count] @ by.odd.T
    skew = modes[:, count:] @ by.even.T
    left, right = symmetric[:, :half] + skew, symmetric[:, :half] - skew
    return jnp.concatenate([left, symmetric[:, half:], right[:, ::-1]], axis=1)
