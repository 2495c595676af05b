"""Cell-centred finite volumes for ``−∇·(a∇u) = 1``, u = 0 around the unit square, on refined cells (JAX).

The flux through a face between two cells is their difference times the harmonic mean of a; through an outer
face, twice the cell's value times a. Conjugate gradients in float64, preconditioned by
`codepde.references.fast_poisson`: all eigenvalues lie between the smallest and the largest a, so that the
number of iterations does not grow with the grid. Its weights are flexible (Polak & Ribière), because a
preconditioner in float32 is not quite symmetric: Golub & Ye, "Inexact preconditioned conjugate gradient
method with inner-outer iteration", SIAM J. Sci. Comput. 21 (1999) (unverified, from textbooks).
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, Final

import numpy as np

from codepde.grid import Array
from codepde.precision import double_precision
from codepde.references import fast_poisson
from solversmith.errors import InternalFault

_TOLERANCE: Final = 3e-7
_MOST_ITERATIONS: Final = 200


def solve(a: Array, factor: int, guess: Array, tolerance: float = _TOLERANCE) -> tuple[Array, int]:
    """Values at the centres of ``factor`` × ``factor`` times as many cells, and the iterations it took.

    ``a`` of shape ``(n, n)`` is constant on each of its own cells; ``guess`` are values to begin with.
    ``tolerance`` is that of the residual in the norm of the preconditioner, relative; u is ten times better.
    Raises `InternalFault` where the iteration does not come to an end.
    """
    cells = factor * len(a)
    fine = np.repeat(np.repeat(a, factor, axis=0), factor, axis=1)
    with double_precision():
        along, across = faces(fine)
        solved, count, left = _iterate()(along, across, guess, fast_poisson.factors(cells), tolerance)
        solution, iterations = np.asarray(solved), int(count)
    if not float(left) <= tolerance:
        raise InternalFault(f"no darcy reference: conjugate gradients stopped at {float(left):.2g}")
    return solution, iterations


def faces(a: Array) -> tuple[Array, Array]:
    """Weights of the fluxes along the first axis ``(n + 1, n)`` and the second ``(n, n + 1)``."""

    def weights(values: Array) -> Array:
        inner = 2.0 / (1.0 / values[1:] + 1.0 / values[:-1])
        return np.concatenate([2.0 * values[:1], inner, 2.0 * values[-1:]])

    return weights(a), weights(a.T).T


def residual(u: Array, a: Array) -> Array:
    """``1 − A u`` for cells of ``a`` and values at their centres, both ``(n, n)``."""
    along, across = faces(a)
    flow_along = along * np.diff(np.pad(u, ((1, 1), (0, 0))), axis=0)
    flow_across = across * np.diff(np.pad(u, ((0, 0), (1, 1))), axis=1)
    outflow = np.diff(flow_along, axis=0) + np.diff(flow_across, axis=1)
    return np.asarray(1.0 + len(a) ** 2 * outflow)


@functools.cache
def _iterate() -> Callable[..., tuple[Any, Any, Any]]:
    """The compiled iteration; made when first needed, because JAX is imported for nothing else."""
    import jax

    return jax.jit(_conjugate_gradients)


def _conjugate_gradients(
    along: Any, across: Any, begin: Any, by: fast_poisson.Factors, tolerance: Any
) -> tuple[Any, Any, Any]:
    import jax
    import jax.numpy as jnp

    cells = begin.shape[0]

    def operator(u: Any) -> Any:
        first = jnp.pad(u, ((1, 1), (0, 0)))
        second = jnp.pad(u, ((0, 0), (1, 1)))
        flow_along = along * (first[1:] - first[:-1])
        flow_across = across * (second[:, 1:] - second[:, :-1])
        return flow_along[:-1] - flow_along[1:] + flow_across[:, :-1] - flow_across[:, 1:]

    def precondition(r: Any) -> Any:
        size = jnp.max(jnp.abs(r)) + 1e-300  # float32 ends at 1e-38
        return fast_poisson.solve(r / size, by).astype(r.dtype) * size

    def unfinished(carried: Any) -> Any:
        *_, decrease, count = carried
        return (decrease > tolerance**2 * initial) & (count < _MOST_ITERATIONS)

    def step(carried: Any) -> Any:
        u, r, p, decrease, count = carried
        q = operator(p)
        length = decrease / jnp.vdot(p, q)
        u, following = u + length * p, r - length * q
        z = precondition(following)
        fresh = jnp.vdot(following, z)
        weight = (fresh - jnp.vdot(r, z)) / decrease
        return u, following, z + weight * p, fresh, count + 1

    source = jnp.full((cells, cells), 1.0 / cells**2)
    initial = jnp.vdot(source, precondition(source))
    r = source - operator(begin)
    z = precondition(r)
    u, *_, decrease, count = jax.lax.while_loop(unfinished, step, (begin, r, z, jnp.vdot(r, z), 0))
    return u, count, jnp.sqrt(decrease / initial)
