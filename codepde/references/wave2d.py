"""``u_tt = ∇·(c²∇u)`` on the periodic unit square: Fourier collocation, Chebyshev expansion in time.

In space c and the initial states are their interpolants at more points, the operator is
``A = −∇·(c²∇)`` with the interpolant's derivatives, a symmetric matrix without negative eigenvalues. In time
``u(t) = cos(t√A) u₀ + t sinc(t√A) v₀``, ``v(t) = −A t sinc(t√A) u₀ + cos(t√A) v₀``, both functions of A by
their Chebyshev series up to rounding: Tal-Ezer, "Spectral methods in time for hyperbolic equations", SIAM J.
Numer. Anal. 23 (1986) (unverified, from textbooks).

Valid while the points resolve c and all waves that it bends; beyond that it refuses.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import numpy as np

from codepde.grid import Array, Grid
from codepde.interpolant2d import gradient, resampled, resampling
from codepde.precision import double_precision
from codepde.references.levels import Ladder, Level, climb, tails
from codepde.references.reference import Reference

VERSION: Final = "wave2d/1"
METHOD: Final = (
    "Fourier collocation in space, Chebyshev series of cos(t√A) in time, float64; points by refinement"
)
VALIDITY: Final = "smooth c > 0 and smooth states; refuses beyond 512 points along an axis"
_MOST: Final = Level(512, 1)
_TOGETHER: Final = 4  # frames that share one series; fewer on finer levels
_DEGREES: Final = 8  # degrees are rounded up to a multiple of it, so that few are compiled


def solve(
    inputs: Mapping[str, Array], grid: Grid, coefficients: Mapping[str, float]
) -> Iterator[tuple[int, Reference]]:
    """References of u and v = u_t for ``u0``, ``v0`` and ``c``, each ``(batch, N, N)``."""
    ladder = Ladder(Level(max(grid.num_points, 64), 1), _MOST, order=0)
    return climb(integrate, inputs, grid, coefficients, ladder, "wave2d")


def integrate(
    inputs: Mapping[str, Array], grid: Grid, coefficients: Mapping[str, float], level: Level
) -> tuple[Mapping[str, Array], Array]:
    """Fields ``u`` and ``v`` at one level, and the spectrum tail of each sample."""
    u, v, c = (resampled(inputs[name], level.points) for name in ("u0", "v0", "c"))
    squared = c**2
    # Bounds the eigenvalues of A.
    largest = 2.0 * float(np.max(squared)) * (math.pi * level.points) ** 2
    together = math.gcd(max(1, _TOGETHER // level.steps), grid.frames - 1)
    series = chebyshev(largest, grid.times[1 : together + 1])
    back = resampling(level.points, grid.num_points)
    with double_precision():
        state = np.fft.rfft2(np.stack([u, v]))
        later, end = _march()(state, squared, back, series, largest, (grid.frames - 1) // together)
        frames, end = np.asarray(later), np.asarray(end)
    first = np.stack([inputs["u0"], inputs["v0"]])[None]
    whole = np.concatenate([first, frames.reshape(-1, *first.shape[1:])]).transpose(1, 2, 0, 3, 4)
    tail = np.max([tails(part[:, None]) for part in np.fft.irfft2(end)], axis=0)
    return {"u": whole[0], "v": whole[1]}, tail


def chebyshev(largest: float, times: Array) -> Array:
    """Coefficients of ``cos(t√A)`` and ``t sinc(t√A)`` in ``T_k(2A/largest − 1)``.

    Shape ``(degree, len(times), 2)``; of so high a degree that what is cut off is rounding.
    """
    reach = float(times.max()) * math.sqrt(largest)
    count = _DEGREES * math.ceil((0.5 * reach + 4.0 * reach ** (1 / 3) + 16.0) / _DEGREES)
    angles = np.pi * (np.arange(count) + 0.5) / count
    # √A at Chebyshev's points, as (1 + cos θ)/2 = cos²(θ/2).
    phases = np.outer(np.sqrt(largest) * np.cos(0.5 * angles), times)
    functions = np.stack([np.cos(phases), times * np.sinc(phases / np.pi)], axis=-1)
    series = 2.0 / count * np.tensordot(np.cos(np.outer(np.arange(count), angles)), functions, axes=1)
    series[0] *= 0.5
    return np.asarray(series)


def scales(fields: Mapping[str, Array]) -> Mapping[str, float]:
    """Least sizes: of v, a thousandth of what u would need to change within a unit of time."""
    return {"v": 1e-3 * float(np.sqrt(np.mean(fields["u"] ** 2)))}


def budgets(
    fields: Mapping[str, Array], inputs: Mapping[str, Array], grid: Grid, coefficients: Mapping[str, float]
) -> Mapping[str, float]:
    """Drift of the energy ``½∫v² + c²|∇u|²``, and of the momentum ``∫v`` relative to the first rms of v."""
    along, across = gradient(fields["u"])
    potential = inputs["c"][:, None] ** 2 * (along**2 + across**2)
    energy = np.mean(fields["v"] ** 2 + potential, axis=(-2, -1))
    momentum = np.mean(fields["v"], axis=(-2, -1))
    tiny = np.finfo(float).tiny
    lost = np.abs(energy - energy[:, :1]) / np.maximum(energy[:, :1], tiny)
    moved = np.abs(momentum - momentum[:, :1]) / np.maximum(np.sqrt(2.0 * energy[:, :1]), tiny)
    return {"energy": float(np.max(lost)), "momentum": float(np.max(moved))}


@functools.cache
def _march() -> Callable[..., tuple[Any, Any]]:
    """The compiled march; made when first needed, because JAX is imported for nothing else."""
    import jax

    return jax.jit(_trajectories, static_argnums=(5,))


def _trajectories(
    state: Any, squared: Any, back: Any, series: Any, largest: Any, expansions: int
) -> tuple[Any, Any]:
    """(u, v) as ``(expansions, together, 2, batch, N, N)`` at the points asked for, and the last modes."""
    import jax
    import jax.numpy as jnp

    points = squared.shape[-1]
    # The cosine of the highest mode has no slope at the points.
    count = points // 2
    modes = jnp.concatenate([jnp.arange(count), jnp.zeros(1), jnp.arange(1 - count, 0)])
    along, across = 2j * jnp.pi * modes[:, None], 2j * jnp.pi * modes[: count + 1]

    def values(modes: Any) -> Any:
        return jnp.fft.irfft2(modes, (points, points))

    def operator(w: Any) -> Any:
        flux = squared * values(along * w), squared * values(across * w)
        return -(along * jnp.fft.rfft2(flux[0]) + across * jnp.fft.rfft2(flux[1]))

    def scaled(w: Any) -> Any:
        return (2.0 / largest) * operator(w) - w

    def expand(y: Any, _: Any) -> tuple[Any, Any]:
        """Both functions of A times y at all times, by the recursion T_{k+1} = 2X T_k − T_{k−1}."""

        def weighted(k: Any, now: Any) -> Any:
            return series[k].reshape(*series.shape[1:], 1, 1, 1, 1) * now

        def term(k: Any, carried: tuple[Any, Any, Any]) -> tuple[Any, Any, Any]:
            before, now, total = carried
            return now, 2.0 * scaled(now) - before, total + weighted(k, now)

        _, _, total = jax.lax.fori_loop(1, series.shape[0], term, (y, scaled(y), weighted(0, y)))
        cosine, sine = total[:, 0], total[:, 1]
        moved = jnp.stack([cosine[:, 0] + sine[:, 1], cosine[:, 1] - operator(sine[:, 0])], axis=1)
        return moved[-1], back @ values(moved) @ back.T

    end, later = jax.lax.scan(expand, state, None, length=expansions)
    return later, end
