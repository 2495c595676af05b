"""Fourier modes with an integrating factor for diffusion, classical Runge-Kutta steps; JAX in float64."""

import math
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

jax.config.update("jax_enable_x64", True)  # type: ignore[no-untyped-call]
Array = NDArray[np.float64]


def march(modes: Any, times: Any, nu: Any, steps: int, points: int) -> Any:
    """Modes at all times after the first; u² is formed on enough points that nothing is aliased."""
    count = modes.shape[1] - 1
    wave = -1j * jnp.pi * jnp.arange(count + 1) * points
    dt = (times[1] - times[0]) / steps
    half = jnp.exp(-nu * (2 * jnp.pi * jnp.arange(count + 1)) ** 2 * dt / 2)
    whole = half**2

    def transport(v: Any) -> Any:
        u = jnp.fft.irfft(v, points, axis=1)
        return wave * jnp.fft.rfft(u * u, axis=1)[:, : count + 1]

    def step(_: Any, v: Any) -> Any:
        a = transport(v)
        b = transport(half * (v + dt / 2 * a))
        c = transport(half * v + dt / 2 * b)
        d = transport(whole * v + dt * half * c)
        return whole * v + dt / 6 * (whole * a + 2 * half * (b + c) + d)

    def frame(v: Any, _: Any) -> Any:
        v = jax.lax.fori_loop(0, steps, step, v)
        return v, v

    return jax.lax.scan(frame, modes, times[1:])[1]


def solver(u0_batch: Array, t_coordinate: Array, nu: float) -> Array:
    num_points = u0_batch.shape[1]
    size = np.ptp(u0_batch, axis=1).max()
    span = t_coordinate[1] - t_coordinate[0]
    count = int(max(num_points // 2, 0.11 * size / nu))
    steps = math.ceil(max(8.0, span * size**2 / (8 * nu), span * size * count))
    points = 2 ** math.ceil(math.log2(3 * count + 1))
    modes = np.zeros((len(u0_batch), count + 1), dtype=complex)
    modes[:, : num_points // 2] = np.fft.rfft(u0_batch, axis=1)[:, :-1] / num_points
    mean = modes[:, :1].copy()
    modes[:, 0] = 0.0
    run = jax.jit(march, static_argnums=(3, 4))
    later = np.asarray(run(modes, t_coordinate, nu, steps, points)).transpose(1, 0, 2)
    # The mean, taken out before, moves the state with it.
    angles = 2j * np.pi * np.arange(count + 1) * t_coordinate[1:, None]
    refinement = -(-2 * (count + 1) // num_points)
    trajectory = np.empty((len(u0_batch), len(t_coordinate), num_points))
    trajectory[:, 0] = u0_batch
    for row, speed, out in zip(later, mean[:, 0].real, trajectory, strict=True):
        fine = np.fft.irfft(row * np.exp(-angles * speed), refinement * num_points, axis=1)
        out[1:] = speed + fine[:, ::refinement] * refinement * num_points
    return trajectory
