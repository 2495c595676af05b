"""The Fourier modes of viscous Burgers, marched by ETDRK4 at a given resolution (JAX, float64, batched)."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from codepde.grid import Array, Grid
from codepde.interpolant import spectrum
from codepde.precision import double_precision
from codepde.references import etdrk4
from codepde.references.quadratic_modes import fast_length

MODES: Final = (512, 640, 768, 1024, 1280, 1536, 2048, 2560, 3072, 3584, 4096, 5120, 6144, 8192, 12288)
LEAST_STEPS: Final = 8
_CHUNK: Final = 10  # frames marched at one resolution, in one compiled call


@dataclass(frozen=True, order=True)
class Level:
    """A resolution: Fourier modes and time steps per frame, both held until shocks must have decayed.

    The slope of a solution never exceeds 1/t, so that on a unit period its range is at most 1/t: after
    ``hold`` frames modes may fall like 1/t, and steps like 1/t².
    """

    modes: int
    steps: int
    hold: int

    def at(self, frame: int, least_modes: int) -> tuple[int, int]:
        """Modes and steps per frame from that frame on."""
        share = min(1.0, self.hold / max(frame, 1))
        modes = next(rung for rung in (*MODES, self.modes) if rung >= max(least_modes, share * self.modes))
        return min(modes, self.modes), max(min(LEAST_STEPS, self.steps), math.ceil(share**2 * self.steps))


def integrate(
    states: Array, grid: Grid, viscosity: float, level: Level, finer: bool = False
) -> tuple[Array, Array]:
    """Trajectories ``(batch, frames, num_points)`` at one level, and the spectrum tail of each sample.

    ``finer`` takes one and a half times the modes and twice the steps throughout.

    ``states`` ``(batch, M)`` are point values at the grid's points or at a multiple of them, the first point
    being the grid's first. The tail is the norm of the last quarter of the modes, at worst after t = 0,
    relative to the initial state's norm. Not finite where the steps are too long.
    """
    modes = _padded(spectrum(states, 2 * level.modes))
    means = np.real(modes[:, 0]).copy()
    modes[:, 0] = 0.0
    batch, frames, worst = len(states), [], np.zeros(len(modes))
    chunk = _chunk(grid.frames - 1)
    for start in range(0, grid.frames - 1, chunk):
        most, steps = level.at(start, grid.num_points // 2)
        most, steps = (most * 3 // 2, steps * 2) if finer else (most, steps)
        times = grid.times[start + 1 : start + 1 + chunk]
        modes, fields, tails = _chunk_of_frames(
            _resized(modes, most), means, times, viscosity, grid.times[1] / steps, steps, grid.num_points
        )
        frames.append(fields[:, :batch])
        worst = np.maximum(worst, tails.max(axis=0))
    first = states[:, :: states.shape[1] // grid.num_points]
    size = np.maximum(np.sqrt(np.mean(states**2, axis=1)), np.finfo(float).tiny)
    later = np.concatenate(frames).transpose(1, 0, 2)
    return np.concatenate([first[:, None], later], axis=1), worst[:batch] / size


def _chunk_of_frames(
    modes: Any, means: Array, times: Array, viscosity: float, step: float, steps: int, num_points: int
) -> tuple[Any, Array, Array]:
    """Modes at the end; fields ``(chunk, batch, num_points)`` and tails ``(chunk, batch)`` of each frame."""
    decay = -viscosity * (2.0 * np.pi * np.arange(modes.shape[1])) ** 2
    scheme = etdrk4.coefficients(decay, step)
    with double_precision():
        end, (fields, tails) = _march()(modes, means, times, scheme, steps, num_points)
        return np.asarray(end), np.asarray(fields), np.asarray(tails)


def _chunk(frames: int) -> int:
    return next(size for size in range(min(_CHUNK, frames), 0, -1) if frames % size == 0)


def _resized(modes: Any, most: int) -> Any:
    kept = modes[:, : most + 1]
    return np.pad(kept, ((0, 0), (0, most + 1 - kept.shape[1])))


def _padded(batch: Any) -> Any:
    """Up to a power of two, or every batch size would be compiled anew."""
    missing = (1 << (len(batch) - 1).bit_length()) - len(batch)
    return np.concatenate([batch, np.zeros((missing, *batch.shape[1:]), dtype=batch.dtype)])


@functools.cache
def _march() -> Callable[..., tuple[Any, Any]]:
    """The compiled march; made when first needed, because JAX is imported for nothing else."""
    import jax

    return jax.jit(_trajectories, static_argnums=(5,))


def _trajectories(
    modes: Any, means: Any, times: Any, scheme: etdrk4.Coefficients, steps: Any, num_points: int
) -> tuple[Any, Any]:
    """Modes at the last time, and at every time the fields and the spectrum tails."""
    import jax
    import jax.numpy as jnp

    most = modes.shape[1] - 1
    frequencies = 2.0 * jnp.pi * jnp.arange(most + 1)
    fine = num_points * max(1, -(-2 * (most + 1) // num_points))
    products = fast_length(3 * most + 1)

    def nonlinear(v: Any) -> Any:
        u = jnp.fft.irfft(v, products, axis=-1) * products
        return -0.5j * frequencies * jnp.fft.rfft(u * u, axis=-1)[:, : most + 1] / products

    def frame(v: Any, time: Any) -> tuple[Any, tuple[Any, Any]]:
        v = jax.lax.fori_loop(0, steps, lambda _, w: etdrk4.advance(w, nonlinear, scheme), v)
        moved = v * jnp.exp(-1j * frequencies * (means[:, None] * time))
        u = means[:, None] + jnp.fft.irfft(moved, fine, axis=-1)[:, :: fine // num_points] * fine
        tail = jnp.sqrt(2.0 * jnp.sum(jnp.abs(v[:, 3 * most // 4 :]) ** 2, axis=-1))
        return v, (u, tail)

    return jax.lax.scan(frame, modes, times)
