"""``u_t + α (u²)_x = L u`` on a period: Fourier modes without aliasing, marched by ETDRK4 (JAX, float64).

L is given by its symbol. The mean is taken out and moves with the state, exactly: ``u = ū + v(x − 2αūt, t)``.
Products are formed on so many points that no alias reaches a kept mode (``P > 3K``; Orszag, "On the
elimination of aliasing in finite-difference schemes by filtering high-wavenumber components", J. Atmos. Sci.
28 (1971); unverified, from textbooks).
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from codepde.grid import Array, Grid
from codepde.interpolant import spectrum
from codepde.precision import double_precision
from codepde.references import etdrk4

_TAIL_SHARE: Final = 4  # the last quarter of the modes is the tail


@dataclass(frozen=True, eq=False)
class Equation:
    """One equation of this kind.

    Attributes
    ----------
    name
        For messages.
    flux
        α.
    symbol
        Wavenumbers k = 2πn/period to the eigenvalues of L, real or complex; 0 to 0.
    """

    name: str
    flux: float
    symbol: Callable[[Array], etdrk4.Diagonal]


@dataclass(frozen=True, order=True)
class Level:
    """A resolution: Fourier modes, and time steps per frame."""

    modes: int
    steps: int

    def finer(self) -> Level:
        """One and a half times the modes, twice the steps."""
        return Level(self.modes * 3 // 2, self.steps * 2)


def integrate(states: Array, grid: Grid, equation: Equation, level: Level) -> tuple[Array, Array]:
    """Trajectories ``(batch, frames, num_points)``, and the spectrum tail of each sample.

    ``states`` ``(batch, N)`` are point values at the grid's points. The tail is the norm of the last quarter
    of the modes, at worst after t = 0, relative to the norm of the initial state. Not finite where the steps
    are too long.
    """
    modes = spectrum(states, level.modes)
    means = np.real(modes[:, 0]).copy()
    modes[:, 0] = 0.0
    wavenumbers: Array = 2.0 * np.pi / grid.extent * np.arange(level.modes + 1.0)
    scheme = etdrk4.coefficients(equation.symbol(wavenumbers), float(grid.times[1]) / level.steps)
    with double_precision():
        fields, tails = _march()(
            modes, means, grid.times[1:], wavenumbers, scheme, equation.flux, level.steps, grid.num_points
        )
        later, worst = np.asarray(fields).transpose(1, 0, 2), np.asarray(tails).max(axis=0)
    size = np.maximum(np.sqrt(np.mean(states**2, axis=1)), np.finfo(float).tiny)
    return np.concatenate([states[:, None], later], axis=1), worst / size


@functools.cache
def _march() -> Callable[..., tuple[Any, Any]]:
    """The compiled march; made when first needed, because JAX is imported for nothing else."""
    import jax

    return jax.jit(_trajectories, static_argnums=(7,))


def _trajectories(
    modes: Any,
    means: Any,
    times: Any,
    wavenumbers: Any,
    scheme: etdrk4.Coefficients,
    flux: Any,
    steps: Any,
    num_points: int,
) -> tuple[Any, Any]:
    """Fields and spectrum tails at every time."""
    import jax
    import jax.numpy as jnp

    most = modes.shape[1] - 1
    fine = num_points * max(1, -(-2 * (most + 1) // num_points))
    products = fast_length(3 * most + 1)

    def nonlinear(v: Any) -> Any:
        u = jnp.fft.irfft(v, products, axis=-1) * products
        return -1j * flux * wavenumbers * jnp.fft.rfft(u * u, axis=-1)[:, : most + 1] / products

    def frame(v: Any, time: Any) -> tuple[Any, tuple[Any, Any]]:
        v = jax.lax.fori_loop(0, steps, lambda _, w: etdrk4.advance(w, nonlinear, scheme), v)
        moved = v * jnp.exp(-2j * flux * wavenumbers * (means[:, None] * time))
        u = means[:, None] + jnp.fft.irfft(moved, fine, axis=-1)[:, :: fine // num_points] * fine
        tail = v[:, most - most // _TAIL_SHARE :]
        return v, (u, jnp.sqrt(2.0 * jnp.sum(jnp.abs(tail) ** 2, axis=-1)))

    return jax.lax.scan(frame, modes, times)[1]


def fast_length(least: int) -> int:
    """The smallest even number from ``least`` on without prime factors above 5."""
    candidate = least + least % 2
    while True:
        rest = candidate
        for prime in (2, 3, 5):
            while rest % prime == 0:
                rest //= prime
        if rest == 1:
            return candidate
        candidate += 2
