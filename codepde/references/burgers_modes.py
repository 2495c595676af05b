"""The Fourier modes of viscous Burgers, marched by ETDRK4 at a pace of each sample's own (JAX, float64).

The mean is taken out and moves with the state, exactly: ``u = ū + v(x − ūt, t)``. Products of modes up to K
are formed on ``P = 9K/4`` points. Aliases that reach a kept mode come from products beyond 5K/4, which are
smaller than what is cut off beyond K anyway; on more than 3K points, where there is no alias at all, finished
references come out the same to 1e-11 of their norm (three samples at each label from 0.002 on).
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from codepde.grid import Array, Grid
from codepde.interpolant import spectrum
from codepde.precision import double_precision
from codepde.references import etdrk4
from codepde.references.quadratic_modes import fast_length
from codepde.references.threads import mapped, shared_out

Modes = NDArray[np.complex128]

# Each rung has at least a quarter more modes than the last; few rungs, since each is compiled anew.
MODES: Final = (128, 256, 384, 512, 768, 1024, 1536, 2048, 3072, 4096, 6144, 8192, 12288, 16384)
_CHUNK: Final = 10  # frames marched at one pace, in one compiled call
_SMALL: Final = 256  # modes up to which it pays to march samples together
_TOGETHER: Final = 4  # how many of them; always padded to that, or every number would be compiled anew


@dataclass(frozen=True, order=True)
class Pace:
    """How some frames are marched: Fourier modes, and time steps per frame."""

    modes: int
    steps: int

    def finer(self, times: float) -> Pace:
        """At least a quarter more modes, and so many times the steps."""
        modes = next(rung for rung in MODES if 4 * rung >= 5 * self.modes)
        return Pace(modes, math.ceil(times * self.steps))


@dataclass
class March:
    """One sample on its way.

    ``modes`` are those of v; ``scale`` is the norm of the initial state, mean included.
    """

    modes: Modes
    mean: float
    scale: float

    @classmethod
    def begin(cls, state: Array) -> March:
        """From point values at a multiple of the grid's points, the first point being the grid's first."""
        modes = spectrum(state, len(state) // 2).astype(np.complex128, copy=False)
        mean = float(np.real(modes[0]))
        modes[0] = 0.0
        scale = max(float(np.sqrt(np.mean(state**2))), float(np.finfo(float).tiny))
        return cls(modes, mean, scale)


@dataclass(frozen=True)
class Stretch:
    """What came of some frames: the modes at the end, and for each frame the values and how they look.

    ``fields`` ``(frames, num_points)``; ``tails``, the norm of the last quarter of the modes; ``rates``,
    changes per unit time (see `rates`).
    """

    modes: Modes
    fields: Array
    tails: Array
    rates: Array


def integrate(
    states: Array, grid: Grid, viscosity: float, paces: Sequence[Sequence[Pace]]
) -> tuple[Array, Array]:
    """Trajectories ``(batch, frames, num_points)``, and the largest spectrum tail of each sample.

    ``states`` ``(batch, M)`` are point values at the grid's points or at a multiple of them, the first point
    being the grid's first; ``paces`` hold, for each sample, one for each stretch of frames. The tail is the
    norm of the last quarter of the modes after t = 0, relative to the initial state's norm. Not finite where
    the steps are too long.
    """
    marches = [March.begin(state) for state in states]
    result = started(states, grid)
    worst = np.zeros(len(states))
    for place, frames in enumerate(stretches(grid)):
        found = advance(marches, [each[place] for each in paces], grid, frames, viscosity)
        for row, (march, stretch) in enumerate(zip(marches, found, strict=True)):
            march.modes = stretch.modes
            result[row, frames.start : frames.stop] = stretch.fields
            worst[row] = np.maximum(worst[row], stretch.tails.max() / march.scale)  # NaN stays
    return result, worst


def stretches(grid: Grid) -> list[range]:
    """The frames after the first, in parts of one length."""
    later = grid.frames - 1
    size = next(size for size in range(min(_CHUNK, later), 0, -1) if later % size == 0)
    return [range(start, start + size) for start in range(1, grid.frames, size)]


def started(states: Array, grid: Grid) -> Array:
    """Room for the trajectories ``(batch, frames, num_points)``, the first frame filled in."""
    result = np.empty((len(states), grid.frames, grid.num_points))
    result[:, 0] = states[:, :: states.shape[1] // grid.num_points]
    return result


def advance(
    marches: Sequence[March], paces: Sequence[Pace], grid: Grid, frames: range, viscosity: float
) -> list[Stretch]:
    """Every sample's next frames; some of those with as many modes are marched together, on every core."""
    parts: list[Sequence[int]] = []
    for most in sorted({pace.modes for pace in paces}, reverse=True):  # dear ones first
        parts += shared_out([row for row, pace in enumerate(paces) if pace.modes == most])

    def part(rows: Sequence[int]) -> list[Stretch]:
        return _together(
            [marches[row] for row in rows], [paces[row] for row in rows], grid, frames, viscosity
        )

    results: dict[int, Stretch] = {}
    for rows, found in zip(parts, mapped(part, parts), strict=True):
        results.update(zip(rows, found, strict=True))
    return [results[row] for row in range(len(paces))]


def _width(most: int) -> int:
    return _TOGETHER if most <= _SMALL else 1


def _together(
    marches: Sequence[March], paces: Sequence[Pace], grid: Grid, frames: range, viscosity: float
) -> list[Stretch]:
    most = paces[0].modes
    missing = _width(most) - len(paces)
    steps = [pace.steps for pace in paces] + [1] * missing
    modes = np.zeros((len(steps), most + 1), dtype=np.complex128)
    for row, march in enumerate(marches):
        kept = march.modes[: most + 1]
        modes[row, : len(kept)] = kept
    means = np.array([march.mean for march in marches] + [0.0] * missing)
    schemes = [_scheme(most, viscosity, float(grid.times[1]) / count) for count in steps]
    scheme = etdrk4.Coefficients(*(np.stack(each) for each in zip(*schemes, strict=True)))
    times = grid.times[frames.start : frames.stop]
    with double_precision():
        end, (fields, tails, rates) = _march()(
            modes, means, times, viscosity, scheme, np.array(steps), grid.num_points
        )
        ends, values = np.asarray(end), np.asarray(fields)
        looks = np.asarray(tails), np.asarray(rates)
    return [
        Stretch(ends[row], values[:, row], looks[0][:, row], looks[1][:, row]) for row in range(len(paces))
    ]


@functools.lru_cache(maxsize=256)
def _scheme(most: int, viscosity: float, step: float) -> etdrk4.Coefficients:
    waves = 2.0 * np.pi * np.arange(most + 1, dtype=np.float64)
    return etdrk4.coefficients(np.asarray(-viscosity * waves**2, dtype=np.float64), step)


def rate(v: Any, fastest: Any, viscosity: Any) -> Any:
    """How fast v changes where it changes fastest, ``(batch,)``, less where little of it is left.

    With the wavenumber κ = ‖v_xx‖/‖v_x‖ it is ``(νκ + max|v|) κ``, times the fourth root of ‖v‖. For a shock
    of height J, which is 4ν/J wide, κ is 0.22 J/ν. The root shares errors of the fourth order out evenly.
    """
    import jax.numpy as jnp

    square = jnp.real(v) ** 2 + jnp.imag(v) ** 2
    wave = (2.0 * jnp.pi * jnp.arange(v.shape[-1])) ** 2
    slope = jnp.sum(square * wave, axis=-1)
    kappa = jnp.sqrt(jnp.sum(square * wave**2, axis=-1) / jnp.maximum(slope, np.finfo(float).tiny))
    return (viscosity * kappa + fastest) * kappa * (2.0 * jnp.sum(square, axis=-1)) ** 0.125


def _products(most: int) -> int:
    """On how many points products are formed: 9K/4, all rungs being multiples of 128."""
    return 9 * most // 4


@functools.cache
def _march() -> Callable[..., tuple[Any, Any]]:
    """The compiled march; made when first needed, because JAX is imported for nothing else."""
    import jax

    return jax.jit(_trajectories, static_argnums=(6,))


def _trajectories(
    modes: Any,
    means: Any,
    times: Any,
    viscosity: Any,
    scheme: etdrk4.Coefficients,
    steps: Any,
    num_points: int,
) -> tuple[Any, Any]:
    """Modes at the last time, and at every time the fields, the spectrum tails and the rates."""
    import jax
    import jax.numpy as jnp

    most = modes.shape[1] - 1
    frequencies = 2.0 * jnp.pi * jnp.arange(most + 1)
    fine = num_points * max(1, -(-2 * (most + 1) // num_points))
    products = fast_length(9 * most // 4 + 1)
    flux = -0.5j * products * frequencies

    def nonlinear(v: Any) -> Any:
        u = jnp.fft.irfft(v, products, axis=-1)
        return flux * jnp.fft.rfft(u * u, axis=-1)[:, : most + 1]

    def step(count: Any, v: Any) -> Any:
        return jnp.where(count < steps[:, None], etdrk4.advance(v, nonlinear, scheme), v)

    def frame(v: Any, time: Any) -> tuple[Any, tuple[Any, Any, Any]]:
        v = jax.lax.fori_loop(0, jnp.max(steps), step, v)
        moved = v * jnp.exp(-1j * frequencies * (means[:, None] * time))
        u = jnp.fft.irfft(moved, fine, axis=-1)[:, :: fine // num_points] * fine
        tail = jnp.sqrt(2.0 * jnp.sum(jnp.abs(v[:, 3 * most // 4 :]) ** 2, axis=-1))
        fastest = jnp.max(jnp.abs(u), axis=-1)
        return v, (means[:, None] + u, tail, rate(v, fastest, viscosity))

    return jax.lax.scan(frame, modes, times)
