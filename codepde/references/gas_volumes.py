"""Finite volumes for the gas: limited slopes, HLLC or HLL fluxes, three-stage steps (JAX, float64).

After E. F. Toro, Riemann Solvers and Numerical Methods for Fluid Dynamics, 3rd ed. (2009): linear
reconstruction in density, velocity and pressure with van Leer's limiter (ch. 13-14), HLLC and HLL fluxes with
the simple estimates of wave speeds (ch. 10); steps after Shu & Osher, J. Comput. Phys. 77 (1988), of third
order. Equation numbers unverified. Viscous fluxes are central differences. Conservative by construction;
second order where the solution is smooth, first order in the 1-norm where it jumps.

It shares nothing with `codepde.references.cns1d_modes` and checks it; for a gas too little viscous to be
resolved it is the reference itself.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, Final

import numpy as np

from codepde.gas import GAMMA, energy
from codepde.grid import Array, Grid
from codepde.interpolant import spectrum
from codepde.precision import double_precision

HLLC: Final = "hllc"
HLL: Final = "hll"
_COURANT: Final = 0.8
_DIFFUSIVE: Final = 0.4  # of the longest step that explicit diffusion is stable at
_GHOSTS: Final = 2
_PLACES: Final = 4  # that stand for a cell's average


def march(states: Array, grid: Grid, mu: float, factor: int, flux: str = HLLC) -> Array:
    """Density, velocity and pressure ``(3, frames, num_points)`` of one sample, the initial state first.

    Parameters
    ----------
    states
        Shape ``(3, M)``, density, velocity and pressure at the grid's points or a multiple of them, the
        first point being the grid's first; the initial state is their interpolant.
    mu
        Multiplies v_x in the stress.
    factor
        Cells per grid spacing, odd, so that every point of the grid is the centre of a cell.
    flux
        `HLLC` or `HLL`.
    """
    if factor % 2 == 0:
        raise ValueError(f"{factor} cells per spacing have no centre where the grid has its points")
    fields = np.empty((3, grid.frames, grid.num_points))
    fields[:, 0] = states[:, :: states.shape[1] // grid.num_points]
    cells = averages(states, grid, factor)
    for frame in range(1, grid.frames):
        cells = advanced(cells, grid.times[1], grid.extent, mu, flux)
        fields[:, frame] = primitive(cells)[:, factor // 2 :: factor]
    return fields


def advanced(cells: Array, span: float, extent: float, mu: float, flux: str = HLLC) -> Array:
    """Mass, momentum and energy of every cell ``(3, cells)`` of a periodic interval a span later."""
    with double_precision():
        result: Array = np.asarray(_advance()(cells, span, extent / cells.shape[1], mu, flux))
    return result


def primitive(cells: Array) -> Array:
    """Density, velocity and pressure ``(3, cells)``."""
    return np.stack(_primitive(cells))


def averages(states: Array, grid: Grid, factor: int) -> Array:
    """Mass, momentum and energy ``(3, cells)``, each the mean over four places in every cell."""
    half = states.shape[1] // 2
    count = _PLACES * factor * grid.num_points
    first = 0.5 / count - 0.5 / grid.num_points  # where the first place lies from the first point, as a part
    modes = spectrum(states, half) * np.exp(2j * np.pi * first * np.arange(half + 1))
    density, velocity, pressure = np.fft.irfft(modes, count, axis=1) * count
    conserved = np.stack([density, density * velocity, energy(velocity, density, pressure)])
    result: Array = conserved.reshape(3, -1, _PLACES).mean(axis=2)
    return result


def _primitive(cells: Any) -> tuple[Any, Any, Any]:
    """Density, velocity, pressure."""
    mass, momentum, total = cells
    velocity = momentum / mass
    return mass, velocity, (GAMMA - 1.0) * (total - 0.5 * momentum * velocity)


@functools.cache
def _advance() -> Callable[..., Any]:
    """The compiled steps through a frame; made when first needed: JAX is imported for nothing else."""
    import jax

    return jax.jit(_advanced, static_argnums=(4,))


def _advanced(cells: Any, span: Any, spacing: Any, mu: Any, flux: str) -> Any:
    """Cells a span later, by steps as long as the fastest wave and diffusion allow."""
    import jax
    import jax.numpy as jnp

    def change(q: Any) -> Any:
        padded = jnp.concatenate([q[:, -_GHOSTS:], q, q[:, :_GHOSTS]], axis=1)
        faces = _fluxes(padded, mu / spacing, flux)
        return (faces[:, :-1] - faces[:, 1:]) / spacing

    def step(state: tuple[Any, Any]) -> tuple[Any, Any]:
        q, left = state
        density, velocity, pressure = _primitive(q)
        fastest = jnp.max(jnp.abs(velocity) + jnp.sqrt(GAMMA * pressure / density))
        diffusion = 2.0 * mu / (spacing**2 * jnp.min(density))
        # Written so that NaN ends the loop: it makes the step all that is left.
        longest = 1.0 / (fastest / (_COURANT * spacing) + diffusion / _DIFFUSIVE)
        dt = jnp.where(longest < left, longest, left)
        first = q + dt * change(q)
        second = 0.75 * q + 0.25 * (first + dt * change(first))
        third = (q + 2.0 * (second + dt * change(second))) / 3.0
        return third, left - dt

    return jax.lax.while_loop(lambda state: state[1] > 0.0, step, (cells, span))[0]


def _fluxes(padded: Any, mu: Any, flux: str) -> Any:
    """Through every face between the ghosts, ``(3, cells + 1)``; ``mu`` is divided by the spacing."""
    import jax.numpy as jnp

    primitive = jnp.stack(_primitive(padded))
    jumps = primitive[:, 1:] - primitive[:, :-1]
    before, behind = jumps[:, :-1], jumps[:, 1:]
    product = before * behind
    # Half of van Leer's slope: the harmonic mean of the jumps, 0 at extrema.
    halves = jnp.where(product > 0.0, product / jnp.where(product > 0.0, before + behind, 1.0), 0.0)
    left = primitive[:, 1:-2] + halves[:, :-1]
    right = primitive[:, 2:-1] - halves[:, 1:]
    stress = mu * jumps[1, 1:-1]
    heating = 0.5 * (primitive[1, 1:-2] + primitive[1, 2:-1]) * stress
    ideal = _hllc(left, right) if flux == HLLC else _hll(left, right)
    return ideal - jnp.stack([jnp.zeros_like(stress), stress, heating])


def _speeds(left: Any, right: Any) -> tuple[Any, Any]:
    """Least and largest speed of a wave at each face."""
    import jax.numpy as jnp

    sound = [jnp.sqrt(GAMMA * pressure / density) for density, _, pressure in (left, right)]
    least = jnp.minimum(left[1] - sound[0], right[1] - sound[1])
    return least, jnp.maximum(left[1] + sound[0], right[1] + sound[1])


def _conserved(primitive: Any) -> tuple[Any, Any, Any]:
    density, velocity, pressure = primitive
    return density, density * velocity, pressure / (GAMMA - 1.0) + 0.5 * density * velocity**2


def _physical(primitive: Any) -> tuple[Any, Any, Any]:
    density, velocity, pressure = primitive
    momentum = density * velocity
    total = pressure / (GAMMA - 1.0) + 0.5 * momentum * velocity
    return momentum, momentum * velocity + pressure, (total + pressure) * velocity


def _hllc(left: Any, right: Any) -> Any:
    """The flux of the fan with two outer waves and a contact; only the contact's side is worked out."""
    import jax.numpy as jnp

    least, most = _speeds(left, right)
    inflow = left[0] * (least - left[1])
    outflow = right[0] * (most - right[1])
    contact = (right[2] - left[2] + inflow * left[1] - outflow * right[1]) / (inflow - outflow)
    from_left = contact >= 0.0
    side = [jnp.where(from_left, one, other) for one, other in zip(left, right, strict=True)]
    density, velocity, pressure = side
    wave = jnp.where(from_left, least, most)
    reach = jnp.where(from_left, jnp.minimum(least, 0.0), jnp.maximum(most, 0.0))
    mass, momentum, total = _conserved(side)
    crossing = density * (wave - velocity)
    behind = crossing / (wave - contact)
    middle = pressure + crossing * (contact - velocity)
    energy_behind = ((wave - velocity) * total - pressure * velocity + middle * contact) / (wave - contact)
    shift = (behind - mass, behind * contact - momentum, energy_behind - total)
    return jnp.stack([f + reach * jump for f, jump in zip(_physical(side), shift, strict=True)])


def _hll(left: Any, right: Any) -> Any:
    """The flux of the fan with two waves: contacts are smeared."""
    import jax.numpy as jnp

    least, most = _speeds(left, right)
    least, most = jnp.minimum(least, 0.0), jnp.maximum(most, 0.0)
    parts = zip(_physical(left), _physical(right), _conserved(left), _conserved(right), strict=True)
    return jnp.stack(
        [(most * f - least * g + least * most * (v - u)) / (most - least) for f, g, u, v in parts]
    )
