"""The Fourier modes of a viscous gas, marched by ETDRK4 at a given resolution (JAX, float64, batched).

In density, velocity and pressure, with μ = ζ + 4η/3 and q = p_x − μ v_xx,

    ρ_t = −(ρv)_x,   v_t = −v v_x − q/ρ,   p_t = −v p_x − Γ p v_x + (Γ−1) μ v_x²,

which for smooth solutions is the conservative form. Mass is conserved to rounding, momentum and energy as
far as the solution is resolved. Diffusion is stiff; a constant part ``a v_xx`` of it, a a little above the
largest μ/ρ, is taken exactly by exponential time differencing, what is left of it explicitly: stable for
steps below about 1.3 μ/(Γp), the time in which viscosity damps sound that it can damp at all.

Steps through the first frame begin short, for a rough velocity is smoothed in a short time.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from codepde.gas import GAMMA
from codepde.grid import Array, Grid
from codepde.interpolant import spectrum
from codepde.precision import double_precision
from codepde.references import etdrk4

Modes = NDArray[np.complexfloating[Any, Any]]

_STIFF: Final = 1.2  # of the largest μ/ρ is taken exactly
_STAGES: Final = 7  # of the first frame, half as many steps in each as in a later frame


@dataclass(frozen=True, order=True)
class Level:
    """A resolution: Fourier modes, and time steps per frame."""

    modes: int
    steps: int

    @property
    def finer(self) -> Level:
        """Half as many again of both."""
        return Level(self.modes * 3 // 2, math.ceil(self.steps * 1.5))


@dataclass(frozen=True)
class March:
    """What a level yields: density, velocity, pressure ``(3, batch, frames, num_points)``, and tails.

    A tail is the norm of the last quarter of the modes and of those left out at the beginning, at worst over
    fields and frames, relative to the field. A march that blew up, or whose tails all exceed what was
    allowed, ends early: the frames that are left are NaN.
    """

    fields: Array
    tails: Array


def integrate(
    states: Array, grid: Grid, mu: float, level: Level, most_tail: float = math.inf, speed: Any = 0.0
) -> March:
    """``states`` ``(3, batch, M)``: density, velocity, pressure at the grid's points or a multiple of them.

    The first point is the grid's first. ``speed`` ``(batch,)`` is the least size of velocities in tails.
    """
    given = spectrum(states, max(level.modes, states.shape[-1] // 2))
    modes = given[..., : level.modes + 1]
    fields = np.full((*states.shape[:2], grid.frames, grid.num_points), np.nan)
    fields[:, :, 0] = states[..., :: states.shape[-1] // grid.num_points]
    tails = (_norm(given[..., level.modes + 1 :]) / _sizes(given, speed)).max(axis=0)
    for frame in range(1, grid.frames):
        for step, count in _steps(grid.times[1], level, first=frame == 1):
            thinnest = np.nan_to_num(fields[0, :, frame - 1].min(axis=-1), nan=1.0)
            stiff = _rounded_up(_STIFF * mu / np.maximum(thinnest, 1e-3))
            modes = _marched(modes, mu, stiff, step, count, grid.extent)
        fields[:, :, frame] = sampled(modes, grid.num_points)
        tails = np.maximum(
            tails, (_norm(modes[..., 3 * level.modes // 4 :]) / _sizes(modes, speed)).max(axis=0)
        )
        healthy = np.isfinite(fields[:, :, frame]).all(axis=(0, 2)) & (tails <= most_tail)
        if not healthy.any():
            break
    return March(fields, np.where(np.isfinite(tails), tails, np.inf))


def sampled(modes: Modes, num_points: int) -> Array:
    """Values at the grid's points, of as many modes as there are."""
    fine = num_points * max(1, -(-2 * modes.shape[-1] // num_points))
    result: Array = np.fft.irfft(modes, fine, axis=-1)[..., :: fine // num_points] * fine
    return result


def _steps(frame_time: float, level: Level, first: bool) -> list[tuple[float, int]]:
    """Step sizes and how often each is taken; in the first frame, stages that double in length."""
    if not first:
        return [(frame_time / level.steps, level.steps)]
    count = math.ceil(level.steps / 2)
    lengths = frame_time * 2.0 ** np.array([1 - _STAGES, *range(1 - _STAGES, 0)])
    return [(float(length) / count, count) for length in lengths]


def _norm(modes: Modes) -> Array:
    result: Array = np.sqrt(2.0 * np.sum(np.abs(modes) ** 2, axis=-1))
    return result


def _sizes(modes: Modes, speed: Any) -> Array:
    """Root mean square of each field of each sample, ``(3, batch)``."""
    sizes = np.sqrt(np.abs(modes[..., 0]) ** 2 + _norm(modes[..., 1:]) ** 2)
    sizes[1] = np.maximum(sizes[1], np.maximum(speed, np.finfo(float).tiny))
    return sizes


def _marched(modes: Modes, mu: float, stiff: Array, step: float, count: int, extent: float) -> Modes:
    kept = modes.shape[-1]
    wave = 2.0 * np.pi / extent * np.arange(kept)
    rows = [_damped(float(part), step, kept, extent) for part in stiff]
    free = etdrk4.coefficients(np.zeros(1), step)
    parts = [
        (np.broadcast_to(part, (len(rows), kept)), np.stack(damped))
        for part, damped in zip(free, zip(*rows, strict=True), strict=True)
    ]
    stacked = (np.asarray(np.stack([still, damped, still]), dtype=np.float64) for still, damped in parts)
    scheme = etdrk4.Coefficients(*stacked)
    decay = -stiff[:, None] * wave**2
    with double_precision():
        end: Modes = np.asarray(_advance()(modes, scheme, decay, wave, mu, count))
    return end


@functools.lru_cache(maxsize=32)
def _damped(stiff: float, step: float, kept: int, extent: float) -> etdrk4.Coefficients:
    """For the velocity; kept, because a step of one sample serves many frames."""
    decay = np.asarray(-stiff * (2.0 * np.pi / extent * np.arange(kept)) ** 2, dtype=np.float64)
    return etdrk4.coefficients(decay, step)


def _rounded_up(values: Array) -> Array:
    """To a power of 1.1: few different ones."""
    result: Array = 1.1 ** np.ceil(np.log(values) / np.log(1.1))
    return result


@functools.cache
def _advance() -> Callable[..., Any]:
    """The compiled steps; made when first needed, because JAX is imported for nothing else."""
    import jax

    return jax.jit(_advanced)


def _advanced(modes: Any, scheme: etdrk4.Coefficients, decay: Any, wave: Any, mu: Any, count: Any) -> Any:
    import jax
    import jax.numpy as jnp
    from scipy.fft import next_fast_len

    kept = modes.shape[-1]
    points = next_fast_len(3 * kept, real=True)  # no alias of a product of two reaches a kept mode

    def rates(u: Any) -> Any:
        density, velocity, pressure = u
        slopes = 1j * wave * u
        force = slopes[2] + mu * wave**2 * velocity
        stacked = jnp.stack([density, velocity, pressure, slopes[1], slopes[2], force])
        rho, v, p, v_x, p_x, q = jnp.fft.irfft(stacked, points, axis=-1) * points
        heating = (GAMMA - 1.0) * mu * v_x**2
        changes = jnp.stack([rho * v, -v * v_x - q / rho, -v * p_x - GAMMA * p * v_x + heating])
        flux, push, work = jnp.fft.rfft(changes, axis=-1)[..., :kept] / points
        return jnp.stack([-1j * wave * flux, push - decay * velocity, work])

    return jax.lax.fori_loop(0, count, lambda _, u: etdrk4.advance(u, rates, scheme), modes)
