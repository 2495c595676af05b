"""Trajectories by numerics of the published kind: float32, second order, explicit.

The published data of the scalar families come from finite volumes with slopes limited as B. van Leer does
("Towards the ultimate conservative difference scheme. IV", J. Comput. Phys. 23 (1977)), upwind fluxes,
central diffusion, and the explicit midpoint rule, all in float32 at CFL number 0.4; reaction-diffusion
advances its reaction exactly within each stage. Which formulas and constants were used was read in PDEBench's
generator (arXiv 2210.07182); every line here is our own. They are needed to say what is wrong with such data,
never as a reference for the truth.

For advection and Burgers the results agree with the recorded scores of published solvers. For
reaction-diffusion the step is so short (2.4e-7) that its reaction is lost to rounding, and the outcome
depends on how a compiler orders the operations: what comes out is a run of the same kind, not the published
file.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from codepde.grid import Grid
from codepde.precision import double_precision, single_precision

CFL: Final = 0.4
SCHEMES: Final = ("advection", "burgers", "reacdiff1d")
_TINY: Final = 1e-8  # guards divisions, and steps shorter than this change nothing


def frames(
    family: str, initial: NDArray[Any], grid: Grid, coefficients: Mapping[str, float]
) -> Iterator[NDArray[Any]]:
    """The states ``(batch, num_points)`` at every time of the grid, the initial ones first.

    In the precision of ``initial``, that of published data being float32; in float64 the same scheme shows
    what is due to rounding. Raises ``KeyError`` for a family without such a scheme.
    """
    real = initial.dtype.type
    values = {name: real(value) for name, value in coefficients.items()}
    march = _march(family)
    with single_precision() if real is np.float32 else double_precision():
        yield initial
        state, time = initial, np.zeros(len(initial), dtype=real)
        target = real(0.0)
        for _ in range(grid.frames - 1):
            target = real(target + real(grid.times[1]))
            state, time = march(state, time, target, real(grid.spacing), values)
            yield np.asarray(state)


def steps_per_frame(family: str, grid: Grid, coefficients: Mapping[str, float], size: float = 1.0) -> float:
    """How many time steps one frame takes for states as large as ``size``: what the cost is made of."""
    dx = grid.spacing
    steps = {
        "advection": lambda c: dx / abs(c["beta"]),
        "burgers": lambda c: min(dx / size, 0.5 * dx**2 / c["nu"]),
        "reacdiff1d": lambda c: 0.5 * dx**2 / c["nu"],
    }
    return float(grid.times[1] / (CFL * steps[family](coefficients)))


@functools.cache
def _march(family: str) -> Callable[..., tuple[Any, Any]]:
    """The compiled advance to the next frame; made when first needed, because JAX is imported only then."""
    import jax

    scheme = {"advection": _advection, "burgers": _burgers, "reacdiff1d": _reaction_diffusion}[family]
    return jax.jit(functools.partial(_to_frame, *scheme()))


def _to_frame(
    longest: Any, stage: Any, state: Any, time: Any, target: Any, dx: Any, values: Any
) -> tuple[Any, Any]:
    """Midpoint steps, each sample with its own, until all have reached the time of the frame."""
    import jax
    import jax.numpy as jnp

    def step(carry: Any) -> Any:
        u, t = carry
        dt = jnp.minimum(CFL * longest(u, dx, values), target - t)
        middle = stage(u, u, 0.5 * dt[:, None], dx, values)
        end = stage(u, middle, dt[:, None], dx, values)
        return jnp.where((dt > _TINY)[:, None], end, u), t + dt

    result: tuple[Any, Any] = jax.lax.while_loop(
        lambda carry: jnp.any(carry[1] < target), step, (state, time)
    )
    return result


def _advection() -> tuple[Any, Any]:
    import jax.numpy as jnp

    def longest(u: Any, dx: Any, values: Any) -> Any:
        return jnp.full(u.shape[0], dx / (jnp.abs(values["beta"]) + _TINY))

    def stage(u: Any, at: Any, dt: Any, dx: Any, values: Any) -> Any:
        left, right = _faces(at)
        beta = values["beta"]
        flux = 0.5 * (right * beta + left * beta - jnp.abs(beta) * (left - right))
        return u - dt / dx * (flux - jnp.roll(flux, 1, axis=1))

    return longest, stage


def _burgers() -> tuple[Any, Any]:
    import jax.numpy as jnp

    def longest(u: Any, dx: Any, values: Any) -> Any:
        waves = dx / (jnp.max(jnp.abs(u), axis=1) + _TINY)
        return jnp.minimum(waves, 0.5 * dx**2 / (values["nu"] + _TINY))

    def stage(u: Any, at: Any, dt: Any, dx: Any, values: Any) -> Any:
        left, right = _faces(at)
        speed = 0.5 * jnp.abs(left + right)
        flux = 0.5 * (0.5 * right**2 + 0.5 * left**2 - speed * (left - right))
        flux = flux - values["nu"] * (jnp.roll(at, -1, axis=1) - at) / dx
        return u - dt / dx * (flux - jnp.roll(flux, 1, axis=1))

    return longest, stage


def _reaction_diffusion() -> tuple[Any, Any]:
    import jax.numpy as jnp

    def longest(u: Any, dx: Any, values: Any) -> Any:
        return jnp.full(u.shape[0], 0.5 * dx**2 / (values["nu"] + _TINY))

    def stage(u: Any, at: Any, dt: Any, dx: Any, values: Any) -> Any:
        grown = 1.0 / (1.0 + jnp.exp(-values["rho"] * dt) * (1.0 - u) / u)
        flux = -values["nu"] * (jnp.roll(at, -1, axis=1) - at) / dx
        return grown - dt / dx * (flux - jnp.roll(flux, 1, axis=1))

    return longest, stage


def _faces(u: Any) -> tuple[Any, Any]:
    """Values on the right side and on the left side of the face behind each cell, in this order of cells.

    Slopes are central, at most twice the smaller one-sided difference, and zero at extrema.
    """
    import jax.numpy as jnp

    behind, ahead = u - jnp.roll(u, 1, axis=1), jnp.roll(u, -1, axis=1) - u
    central = 0.5 * (jnp.roll(u, -1, axis=1) - jnp.roll(u, 1, axis=1))
    same = 0.5 + 0.5 * jnp.sign(behind * ahead)
    least = jnp.minimum(2.0 * jnp.minimum(jnp.abs(behind), jnp.abs(ahead)), jnp.abs(central))
    slope = jnp.sign(central) * same * least
    return jnp.roll(u - 0.5 * slope, -1, axis=1), u + 0.5 * slope
