"""Diffusion and logistic growth split after Strang, both parts exact, at a given resolution (JAX, float64).

One step of ``u_t − ν u_xx = ρ u (1 − u)`` is half a step of growth, a step of diffusion and half a step of
growth (G. Strang, SIAM J. Numer. Anal. 5 (1968); equation number unverified). Growth is the logistic curve
``u / (u + (1 − u) e^{−ρt})`` at every point, diffusion a factor ``e^{−νk²t}`` for every Fourier mode. Two
step sizes are extrapolated to fourth order.

A rough state is smooth after a few milliseconds, and everything that is hard happens until then: the steps
of the first frame grow like the square of their number (their ends lie at ``t = t_1 (j/n)³``), and after
it few modes are left.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from codepde.grid import Array, Grid
from codepde.precision import double_precision

_GRADING: Final = 3
_STEPS_RATIO: Final = 8  # steps of the first frame to those of a later one
_MOST_STEPS: Final = 8192  # of the first frame; more of them are compiled anew


@dataclass(frozen=True, order=True)
class Level:
    """A resolution: points in the first frame, points after it, and steps in the first frame."""

    points: int
    later_points: int
    steps: int

    @property
    def later_steps(self) -> int:
        """In each frame after the first one."""
        return max(1, self.steps // _STEPS_RATIO)

    def times(self, factor: int) -> Level:
        """Finer in space and in time."""
        return Level(factor * self.points, factor * self.later_points, factor * self.steps)


def extrapolated(
    states: Array, grid: Grid, viscosity: float, growth: float, level: Level
) -> tuple[Array, Array]:
    """`integrate` at a level's steps and at twice as many, their error of second order taken out."""
    coarse = _parts(states, grid, viscosity, growth, level)
    halved = Level(level.points, level.later_points, 2 * level.steps)
    fine = _parts(states, grid, viscosity, growth, halved)
    first, later = (b + (b - a) / 3.0 for a, b in zip(coarse, fine, strict=True))
    return _assembled(states, first, later, grid), _tails(states, first, later, level)


def integrate(
    states: Array, grid: Grid, viscosity: float, growth: float, level: Level
) -> tuple[Array, Array]:
    """Trajectories ``(batch, frames, num_points)`` by plain Strang steps, and the tail of each sample.

    ``states`` ``(batch, M)`` are point values at the grid's points or at a multiple of them, the first point
    being the grid's first. The tail is the norm of what is left out after the first frame, and of the last
    quarter of the modes that are kept, at worst, relative to the initial state.
    """
    first, later = _parts(states, grid, viscosity, growth, level)
    return _assembled(states, first, later, grid), _tails(states, first, later, level)


def _parts(states: Array, grid: Grid, viscosity: float, growth: float, level: Level) -> tuple[Array, Array]:
    """After the first frame ``(batch, points)``, and at the later ones ``(batch, frames, later_points)``."""
    first_steps = np.zeros(max(_MOST_STEPS, level.steps))  # of one length for all: compiled once for all
    first_steps[: level.steps] = np.diff((np.arange(level.steps + 1) / level.steps) ** _GRADING)
    first = (grid.times[1] * first_steps, level.steps)
    later = (grid.times[1] / level.later_steps, level.later_steps)
    decay = viscosity * (2.0 * np.pi / grid.extent) ** 2
    given, frames = _padded(resampled(states, level.points)), grid.frames - 2
    with double_precision():
        early, rest = _march()(given, first, later, decay, growth, level.later_points, frames)
        return np.asarray(early)[: len(states)], np.asarray(rest).transpose(1, 0, 2)[: len(states)]


def _assembled(states: Array, first: Array, later: Array, grid: Grid) -> Array:
    given = states[:, None, :: states.shape[1] // grid.num_points]
    parts = [given, resampled(first, grid.num_points)[:, None], resampled(later, grid.num_points)]
    return np.concatenate(parts, axis=1)


def resampled(values: Array, num_points: int) -> Array:
    """The interpolant at another number of points, the first one staying; modes that do not fit are cut off.

    Shape ``(..., num_points)``. Where points become fewer no alias is kept.
    """
    received = values.shape[-1]
    if num_points == received:
        return values.copy()
    modes = np.fft.rfft(values, axis=-1) / received
    if num_points > received:
        modes[..., received // 2] *= 0.5
    result: Array = np.fft.irfft(modes[..., : num_points // 2 + 1], num_points, axis=-1) * num_points
    return result


def _tails(states: Array, first: Array, later: Array, level: Level) -> Array:
    size = np.maximum(np.sqrt(np.mean(states**2, axis=1)), np.finfo(float).tiny)
    left_out = _norm_from(first, level.later_points // 2)
    kept = _norm_from(later, 3 * level.later_points // 8).max(axis=1, initial=0.0)
    result: Array = np.maximum(left_out, kept) / size
    return result


def _norm_from(values: Array, mode: int) -> Any:
    """Root mean square of what the modes from one on add up to, along the last axis."""
    modes = np.fft.rfft(values, axis=-1)[..., mode:] / values.shape[-1]
    return np.sqrt(2.0 * np.sum(np.abs(modes) ** 2, axis=-1))


def _padded(batch: Array) -> Array:
    """Up to a power of two, or every batch size would be compiled anew."""
    missing = (1 << (len(batch) - 1).bit_length()) - len(batch)
    return np.concatenate([batch, np.zeros((missing, *batch.shape[1:]))])


@functools.cache
def _march() -> Callable[..., tuple[Any, Any]]:
    """The compiled march; made when first needed, because JAX is imported for nothing else."""
    import jax

    return jax.jit(_trajectories, static_argnums=(5, 6))


def _trajectories(
    states: Any, first: Any, later: Any, decay: Any, growth: Any, later_points: int, frames: int
) -> tuple[Any, Any]:
    """States after the first frame, and those at ``frames`` later ones at fewer points.

    ``first`` are step sizes and how many of them count, ``later`` is one size and how often it is taken in
    every later frame.
    """
    import jax
    import jax.numpy as jnp

    (sizes, count), (size, times) = first, later

    def frame(u: Any, _: None) -> tuple[Any, Any]:
        u = jax.lax.fori_loop(0, times, lambda _, v: advance(v, size, decay, growth), u)
        return u, u

    early = jax.lax.fori_loop(0, count, lambda k, v: advance(v, sizes[k], decay, growth), states)
    modes = jnp.fft.rfft(early, axis=-1) / early.shape[-1]
    kept = min(modes.shape[-1], later_points // 2 + 1)
    smooth = jnp.fft.irfft(modes[:, :kept], later_points, axis=-1) * later_points
    return early, jax.lax.scan(frame, smooth, None, length=frames)[1]


def advance(u: Any, step: Any, decay: Any, growth: Any) -> Any:
    """One Strang step of JAX arrays ``(batch, points)``; mode n decays with the rate ``decay`` n²."""
    import jax.numpy as jnp

    num_points = u.shape[-1]
    half = jnp.exp(-growth * step / 2.0)
    factors = jnp.exp(-decay * step * jnp.arange(num_points // 2 + 1) ** 2)
    u = u / (u + (1.0 - u) * half)
    u = jnp.fft.irfft(jnp.fft.rfft(u, axis=-1) * factors, num_points, axis=-1)
    return u / (u + (1.0 - u) * half)
