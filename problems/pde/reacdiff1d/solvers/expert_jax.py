"""Fourth-order exponential time differencing after Cox & Matthews (2002), in JAX and float64.

The steps grow from the first moment on, where the state is rough, in stages of one size each. Coefficients
are means over circles, after Kassam & Trefethen (2005).
"""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

jax.config.update("jax_enable_x64", True)  # type: ignore[no-untyped-call]
Array = NDArray[np.float64]

STAGES = 7  # of the first frame, each twice as long as the one before
STEPS = 12  # in each stage and in each later frame


def weights(linear: Array, dt: float) -> list[Array]:
    """Factors of one step for the diagonal linear part, the nonlinear ones as means over circles."""
    z = linear * dt
    w = z[:, None] + np.exp(1j * np.pi * (np.arange(16) + 0.5) / 16)
    grown = np.exp(w)
    nonlinear = (
        (np.exp(w / 2) - 1) / w,
        (-4 - w + grown * (4 - 3 * w + w**2)) / w**3,
        2 * (2 + w + grown * (w - 2)) / w**3,
        (-4 - 3 * w - w**2 + grown * (4 - w)) / w**3,
    )
    return [np.exp(z), np.exp(z / 2), *(dt * np.real(part.mean(axis=1)) for part in nonlinear)]


@jax.jit
def march(modes: Any, factors: Any, rho: Any) -> Any:
    """STEPS steps; u² is formed on so many points that nothing is aliased."""
    whole, half, stage, first, middle, last = factors
    count = modes.shape[1]
    points = 3 * count + count % 2

    def growth(v: Any) -> Any:
        u = jnp.fft.irfft(v, points, axis=1) * points
        return rho * jnp.fft.rfft(u * (1 - u), axis=1)[:, :count] / points

    def step(_: Any, v: Any) -> Any:
        n = growth(v)
        a = half * v + stage * n
        at_a = growth(a)
        b = half * v + stage * at_a
        at_b = growth(b)
        c = half * a + stage * (2 * at_b - n)
        return whole * v + first * n + middle * (at_a + at_b) + last * growth(c)

    return jax.lax.fori_loop(0, STEPS, step, modes)


def solver(u0_batch: Array, t_coordinate: Array, nu: float, rho: float) -> Array:
    num_points = u0_batch.shape[1]
    linear = -nu * (2 * np.pi * np.arange(num_points // 2 + 1)) ** 2
    v = jnp.asarray(np.fft.rfft(u0_batch, axis=1) / num_points)
    span = float(t_coordinate[1] - t_coordinate[0])
    spans = span * 2.0 ** np.array([1 - STAGES, *range(1 - STAGES, 0)])
    for length in spans:
        v = march(v, weights(linear, length / STEPS), rho)
    frames = [v]
    factors = weights(linear, span / STEPS)
    for _ in t_coordinate[2:]:
        frames.append(march(frames[-1], factors, rho))
    later = np.fft.irfft(np.stack(frames, axis=1), num_points, axis=2) * num_points
    return np.concatenate([u0_batch[:, None], later], axis=1)
