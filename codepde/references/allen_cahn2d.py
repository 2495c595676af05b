"""``u_t = ε²Δu + u − u³`` on the periodic unit square: Fourier collocation and ETDRK4, in float64.

Diffusion and growth are the linear part of `codepde.references.etdrk4`, exact in every mode; the cube is
formed at the points. Points are added while the spectrum has a tail, steps while doubling them matters.

Valid while the points resolve the fronts, which are ε√8 wide: about ε ≥ 0.005; beyond that it refuses.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import numpy as np

from codepde.grid import Array, Grid
from codepde.interpolant2d import gradient, resampled, resampling
from codepde.precision import double_precision
from codepde.references import etdrk4
from codepde.references.levels import POINTS, Ladder, Level, climb, tails
from codepde.references.reference import Reference

VERSION: Final = "allen_cahn2d/1"
METHOD: Final = "Fourier collocation, ETDRK4, float64; points by spectrum tail, steps by doubling"
VALIDITY: Final = "fronts that 640 points along an axis resolve, about eps ≥ 0.005"
_MOST: Final = Level(640, 256)


def solve(
    inputs: Mapping[str, Array], grid: Grid, coefficients: Mapping[str, float]
) -> Iterator[tuple[int, Reference]]:
    """References for the states ``u0_batch``, ``(batch, N, N)``; an estimate of at most 5e-7."""
    # A front tanh(x/(ε√2)) has modes like exp(−√2π²εk).
    least = max(grid.num_points, 3.0 / coefficients["eps"])
    first = Level(next((rung for rung in POINTS if rung >= least), POINTS[-1]), 8)
    return climb(integrate, inputs, grid, coefficients, Ladder(first, _MOST), "allen_cahn2d")


def integrate(
    inputs: Mapping[str, Array], grid: Grid, coefficients: Mapping[str, float], level: Level
) -> tuple[Mapping[str, Array], Array]:
    """The field `trajectory` at one level, and the spectrum tail of each sample."""
    points = level.points
    state = np.fft.rfft2(resampled(inputs["u0_batch"], points))
    k = 2.0 * np.pi * np.fft.fftfreq(points, 1.0 / points)
    linear = 1.0 - coefficients["eps"] ** 2 * (k[:, None] ** 2 + k[None, : points // 2 + 1] ** 2)
    flat = etdrk4.coefficients(linear.ravel(), grid.times[1] / level.steps)
    scheme = etdrk4.Coefficients(*(weight.reshape(linear.shape) for weight in flat))
    with double_precision():
        later, worst = _march()(
            state, scheme, resampling(points, grid.num_points), level.steps, grid.frames - 1, points
        )
        frames, end = np.asarray(later), np.asarray(worst)
    u = np.concatenate([inputs["u0_batch"][None], frames]).transpose(1, 0, 2, 3)
    return {"trajectory": u}, tails(end.transpose(1, 0, 2, 3))


def budgets(
    fields: Mapping[str, Array], inputs: Mapping[str, Array], grid: Grid, coefficients: Mapping[str, float]
) -> Mapping[str, float]:
    """The largest growth from frame to frame of the energy ``∫ ε²|∇u|²/2 + (u² − 1)²/4``, which decays."""
    along, across = gradient(fields["trajectory"])
    density = (
        coefficients["eps"] ** 2 * (along**2 + across**2) / 2.0 + (fields["trajectory"] ** 2 - 1.0) ** 2 / 4.0
    )
    energy = np.mean(density, axis=(-2, -1))
    growth = np.max(np.diff(energy, axis=1), axis=1) / np.maximum(energy[:, 0], np.finfo(float).tiny)
    return {"energy_growth": float(max(np.max(growth), 0.0))}


@functools.cache
def _march() -> Callable[..., tuple[Any, Any]]:
    """The compiled march; made when first needed, because JAX is imported for nothing else."""
    import jax

    return jax.jit(_trajectories, static_argnums=(4, 5))


def _trajectories(
    state: Any, scheme: etdrk4.Coefficients, back: Any, steps: Any, frames: int, points: int
) -> tuple[Any, Any]:
    """``(frames, batch, N, N)`` at the points asked for; at all points after the first and last frame."""
    import jax
    import jax.numpy as jnp

    def values(modes: Any) -> Any:
        return jnp.fft.irfft2(modes, (points, points))

    def nonlinear(modes: Any) -> Any:
        return -jnp.fft.rfft2(values(modes) ** 3)

    def frame(v: Any, _: Any) -> tuple[Any, Any]:
        v = jax.lax.fori_loop(0, steps, lambda _, w: etdrk4.advance(w, nonlinear, scheme), v)
        return v, back @ values(v) @ back.T

    first, _ = frame(state, None)
    end, later = jax.lax.scan(frame, state, None, length=frames)
    return later, jnp.stack([values(first), values(end)])
