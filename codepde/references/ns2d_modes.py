"""The Fourier modes of two-dimensional vorticity on the unit square, marched by ETDRK4 (JAX, float64).

``w_t + (u, v)·∇w = ν Δw + f`` with ``u = ψ_y, v = −ψ_x, −Δψ = w − ⟨w⟩``. Modes with ``|m|, |n| ≤ K`` are
kept, and products are formed on ``P > 3K`` points along each axis, so that no alias reaches a kept mode.
Transport is formed from the velocities alone, ``u·∇w = (∂_xx − ∂_yy)(uv) + ∂_xy(v² − u²)`` (the curl of
∇·(u⊗u); Basdevant, "Technical improvements for direct numerical simulation of homogeneous three-dimensional
turbulence", J. Comput. Phys. 50 (1983); unverified), which takes four transforms instead of five.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from codepde.grid import Array, Grid
from codepde.precision import double_precision
from codepde.references import etdrk4
from codepde.references.quadratic_modes import fast_length

Modes = NDArray[np.complex128]  # shape (2K + 1, K + 1), the rows in the order 0 ... K, −K ... −1

_TAIL_FROM: Final = 0.75  # of K: modes beyond are the tail


@dataclass(frozen=True)
class Pace:
    """How one frame is marched: modes K along each axis, and steps."""

    modes: int
    steps: int

    def finer(self) -> Pace:
        """A quarter more modes, twice the steps.

        The spectrum falls so fast that nearly all that a march lacks stands in the next quarter of the modes;
        with half as many more it would take half as long again.
        """
        return Pace(self.modes * 5 // 4, self.steps * 2)


def spectrum(field: Array, most: int) -> Modes:
    """The modes of the trigonometric interpolant, ``w = Σ c_mn exp(2πi(m x + n y))``, cut off beyond
    ``most``.

    ``field`` ``(N, N)``, N even; coordinates are relative to the first point. The Nyquist cosines are shared
    out between ±N/2.
    """
    half = field.shape[0] // 2
    received = np.fft.rfft2(field) / field.size
    full = np.concatenate([received[: half + 1], received[half:]])  # rows 0 ... N/2, −N/2 ... −1
    full[[half, half + 1]] *= 0.5
    full[:, half] *= 0.5
    return resized(full, most)


def resized(modes: Modes, most: int) -> Modes:
    """The same modes up to another K."""
    kept = min(most, modes.shape[1] - 1)
    result = np.zeros((2 * most + 1, most + 1), dtype=np.complex128)
    result[: kept + 1, : kept + 1] = modes[: kept + 1, : kept + 1]
    result[result.shape[0] - kept :, : kept + 1] = modes[modes.shape[0] - kept :, : kept + 1]
    return result


def march(modes: Modes, span: float, steps: int, viscosity: float, forcing: Modes) -> tuple[Modes, float]:
    """The modes a span later, and the norm of the tail relative to that of all modes but the mean."""
    most = modes.shape[1] - 1
    scheme = _scheme(most, viscosity, span / steps)
    with double_precision():
        end, tail = _march()(modes, scheme, steps, resized(forcing, most), fast_length(3 * most + 1))
        return np.asarray(end), float(tail)


def values(modes: Modes, num_points: int) -> Array:
    """The field at ``num_points``² points, the first one where the coordinates begin."""
    most = modes.shape[1] - 1
    factor = -(-2 * (most + 1) // num_points)
    fine = factor * num_points
    padded = np.zeros((fine, fine // 2 + 1), dtype=np.complex128)
    padded[: most + 1, : most + 1] = modes[: most + 1]
    padded[fine - most :, : most + 1] = modes[most + 1 :]
    result: Array = np.fft.irfft2(padded, (fine, fine))[::factor, ::factor] * fine**2
    return result


def fastest(modes: Modes, num_points: int) -> float:
    """The largest |u| + |v| on a grid."""
    across, along, inverse = _wavenumbers(modes.shape[1] - 1)
    stream = modes * inverse
    u, v = values(1j * along * stream, num_points), values(-1j * across * stream, num_points)
    return float(np.max(np.abs(u) + np.abs(v)))


def shear_forcing(grid: Grid) -> Modes:
    """Of ``0.1 (sin 2π(x + y) + cos 2π(x + y))``, in coordinates that begin at the grid's first point."""
    forcing = np.zeros((3, 2), dtype=np.complex128)
    forcing[1, 1] = 0.05 * (1.0 - 1.0j) * np.exp(4j * np.pi * (grid.points[0] - grid.lower))
    return forcing


def _wavenumbers(most: int) -> tuple[Array, Array, Array]:
    """2πm as a column, 2πn as a row, and 1/(4π²(m² + n²)), which is 0 for the mean."""
    across = 2.0 * np.pi * np.concatenate([np.arange(most + 1), np.arange(-most, 0)])[:, None]
    along: Array = 2.0 * np.pi * np.arange(most + 1.0)[None, :]
    square = across**2 + along**2
    square[0, 0] = 1.0
    inverse = 1.0 / square
    inverse[0, 0] = 0.0
    return across, along, inverse


@functools.lru_cache(maxsize=4)
def _scheme(most: int, viscosity: float, step: float) -> etdrk4.Coefficients:
    across, along, _ = _wavenumbers(most)
    # Few different values of m² + n², and a mean over a circle for each of them.
    square, places = np.unique(np.rint((across**2 + along**2) / (4.0 * np.pi**2)), return_inverse=True)
    scheme = etdrk4.coefficients(-viscosity * 4.0 * np.pi**2 * square, step)
    shape = (2 * most + 1, most + 1)
    return etdrk4.Coefficients(*(c[places].reshape(shape) for c in scheme))


@functools.cache
def _march() -> Callable[..., tuple[Any, Any]]:
    """The compiled march; made when first needed, because JAX is imported for nothing else."""
    import jax

    return jax.jit(_frame, static_argnums=(4,))


def _frame(
    modes: Any, scheme: etdrk4.Coefficients, steps: Any, forcing: Any, products: int
) -> tuple[Any, Any]:
    import jax
    import jax.numpy as jnp

    most = modes.shape[1] - 1
    across, along, inverse = _wavenumbers(most)
    missing = jnp.zeros((2, products - 2 * most - 1, most + 1), dtype=modes.dtype)
    to_velocity = jnp.asarray(np.stack([1j * along * inverse, -1j * across * inverse])) * products**2
    of_mixed = jnp.asarray((across**2 - along**2) / products**2)
    of_squares = jnp.asarray(across * along / products**2)

    def nonlinear(w: Any) -> Any:
        modes = to_velocity * w
        padded = jnp.concatenate([modes[:, : most + 1], missing, modes[:, most + 1 :]], axis=1)
        u, v = jnp.fft.irfft2(padded, (products, products))
        found = jnp.fft.rfft2(jnp.stack([u * v, (v - u) * (v + u)]))[:, :, : most + 1]
        mixed, squares = jnp.concatenate([found[:, : most + 1], found[:, products - most :]], axis=1)
        return of_mixed * mixed + of_squares * squares + forcing

    end = jax.lax.fori_loop(0, steps, lambda _, w: etdrk4.advance(w, nonlinear, scheme), modes)
    largest = np.maximum(abs(across), along) / (2.0 * np.pi)
    twice = np.where(along > 0, 2.0, 1.0) * (largest > 0)
    size = jnp.sum(twice * jnp.abs(end) ** 2)
    tail = jnp.sum(jnp.where(largest > _TAIL_FROM * most, twice, 0.0) * jnp.abs(end) ** 2)
    return end, jnp.sqrt(tail / jnp.maximum(size, np.finfo(float).tiny))
