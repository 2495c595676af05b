"""Fourier modes without aliasing, an integrating factor for viscosity, classical Runge-Kutta; JAX in float64.

Modes follow from the viscosity, as far as the time limit allows for the batch; steps follow the fastest flow.
"""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

jax.config.update("jax_enable_x64", True)  # type: ignore[no-untyped-call]
Array = NDArray[np.float64]

WORK = 4 * 192**3  # samples times points³ that a run has time for


def march(modes: Any, times: Any, nu: Any, points: int, stride: int) -> Any:
    """Vorticity at all times after the first, shape (frames, batch, N, N); modes are for `points`² points."""
    most = (points - 1) // 3
    m = 2 * jnp.pi * jnp.fft.fftfreq(points, 1 / points)[:, None]
    n = 2 * jnp.pi * jnp.arange(points // 2 + 1)[None]
    kept = (jnp.abs(m) < 2 * jnp.pi * (most + 0.5)) & (n < 2 * jnp.pi * (most + 0.5))
    square = (m**2 + n**2).at[0, 0].set(1.0)
    inverse = (1 / square).at[0, 0].set(0.0)
    # The first point lies half a cell of the given grid away from 0.
    place = jnp.exp(2j * jnp.pi * stride / points) * 0.05 * (1 - 1j) * points**2
    force = jnp.zeros((points, points // 2 + 1), dtype=complex).at[1, 1].set(place)

    def velocity(w: Any) -> Any:
        psi = w * inverse
        return jnp.fft.irfft2(1j * n * psi), jnp.fft.irfft2(-1j * m * psi)

    def rate(w: Any) -> Any:
        u, v = velocity(w)
        mixed, squares = jnp.fft.rfft2(u * v), jnp.fft.rfft2((v - u) * (v + u))
        return kept * ((m**2 - n**2) * mixed + m * n * squares) + force

    def frame(w: Any, span: Any) -> Any:
        u, v = velocity(w)
        speed = jnp.max(jnp.abs(u) + jnp.abs(v)) + 0.01
        steps = jnp.ceil(span * 2 * jnp.pi * most * speed / 1.8).astype(int) + 5
        dt = span / steps
        half = jnp.exp(-nu * (m**2 + n**2) * dt / 2)
        whole = half**2

        def step(_: Any, w: Any) -> Any:
            a = rate(w)
            b = rate(half * (w + dt / 2 * a))
            c = rate(half * w + dt / 2 * b)
            d = rate(whole * w + dt * half * c)
            return whole * w + dt / 6 * (whole * a + 2 * half * (b + c) + d)

        w = jax.lax.fori_loop(0, steps, step, w)
        return w, jnp.fft.irfft2(w)[:, ::stride, ::stride]

    return jax.lax.scan(frame, jnp.where(kept, modes, 0), jnp.diff(times))[1]


def solver(w0: Array, t_coordinate: Array, nu: float) -> Array:
    batch, num_points = w0.shape[:2]
    wanted = np.ceil((3 * 0.65 / np.sqrt(nu) + 1) / num_points)
    possible = (WORK / batch) ** (1 / 3) / num_points
    stride = int(max(1, min(wanted, possible)))
    points = stride * num_points
    half = num_points // 2
    given = np.fft.rfft2(w0) * stride**2
    modes = np.zeros((batch, points, points // 2 + 1), dtype=complex)
    modes[:, :half, :half] = given[:, :half, :half]
    modes[:, points - half + 1 :, :half] = given[:, half + 1 :, :half]
    run = jax.jit(march, static_argnums=(3, 4))
    trajectory = np.empty((batch, len(t_coordinate), num_points, num_points))
    trajectory[:, 0] = w0
    for sample in range(batch):
        later = run(modes[sample : sample + 1], t_coordinate, nu, points, stride)
        trajectory[sample, 1:] = np.asarray(later)[:, 0]
    return trajectory
