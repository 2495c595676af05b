"""Fourier modes with exponential time differencing where viscosity resolves shocks, else finite volumes; JAX.

Modes: density, velocity and pressure; a constant part of the viscous term is taken exactly, after Cox &
Matthews (2002) and Kassam & Trefethen (2005). Volumes: limited slopes and the HLLC flux, after Toro (2009).
"""

import math
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

jax.config.update("jax_enable_x64", True)  # type: ignore[no-untyped-call]
Array = NDArray[np.float64]

GAMMA = 5.0 / 3.0
RESOLVED = 1e-3  # viscosities from here on
FACTOR = 3  # cells per point, odd
COURANT = 0.8


def weights(z: Any) -> tuple[Any, ...]:
    """Of exponential time differencing, as means over circles around z."""
    w = z[:, None] + jnp.exp(1j * jnp.pi * (jnp.arange(16) + 0.5) / 16)
    grown = jnp.exp(w)

    def mean(values: Any) -> Any:
        return jnp.mean(jnp.real(values), axis=1)

    return (
        jnp.exp(z),
        jnp.exp(z / 2),
        mean((jnp.exp(w / 2) - 1) / w),
        mean((-4 - w + grown * (4 - 3 * w + w**2)) / w**3),
        2 * mean((2 + w + grown * (w - 2)) / w**3),
        mean((-4 - 3 * w - w**2 + grown * (4 - w)) / w**3),
    )


@jax.jit
def march_modes(u: Any, dt: Any, steps: Any, mu: Any) -> Any:
    """Modes (3, K+1) of density, velocity and pressure some equal steps later."""
    kept = u.shape[1]
    points = 3 * kept + kept % 2
    wave = jnp.pi * jnp.arange(kept)
    stiff = 1.2 * mu / jnp.min(jnp.fft.irfft(u[0], 2 * kept) * 2 * kept)
    damping = -stiff * wave**2
    scheme = [jnp.stack([f, d, f]) for f, d in zip(weights(0 * wave), weights(damping * dt), strict=True)]
    whole, half, stage, first, middle, last = scheme

    def rates(u: Any) -> Any:
        slope = 1j * wave * u
        force = slope[2] + mu * wave**2 * u[1]
        values = jnp.stack([*u, slope[1], slope[2], force])
        rho, v, p, v_x, p_x, q = jnp.fft.irfft(values, points, axis=1) * points
        heat = (GAMMA - 1) * mu * v_x**2
        change = jnp.stack([rho * v, -v * v_x - q / rho, heat - v * p_x - GAMMA * p * v_x])
        mass, push, work = jnp.fft.rfft(change, axis=1)[:, :kept] / points
        return dt * jnp.stack([-1j * wave * mass, push - damping * u[1], work])

    def step(_: Any, u: Any) -> Any:
        n = rates(u)
        a = half * u + stage * n
        at_a = rates(a)
        b = half * u + stage * at_a
        at_b = rates(b)
        c = half * a + stage * (2 * at_b - n)
        return whole * u + first * n + middle * (at_a + at_b) + last * rates(c)

    return jax.lax.fori_loop(0, steps, step, u)


def by_modes(start: Array, times: Array, mu: float) -> Array:
    """Fields (3, T+1, N) of one sample; steps through the first frame grow from zero."""
    points = start.shape[1]
    density, velocity, pressure = start
    most = points // 2
    steps_wide = density.max() * (np.ptp(velocity) + np.ptp(pressure) / 40) / mu
    count = most if steps_wide < 600 else 2 * most
    span = times[1] - times[0]
    limit = max(GAMMA * 1.3 * pressure.max() / mu, (abs(velocity).max() + 0.5) * np.pi * count / 2)
    steps = math.ceil(span * limit) + 4
    u = np.zeros((3, count + 1), dtype=complex)
    u[:, :most] = np.fft.rfft(start, axis=1)[:, :-1] / points
    fine = -(-2 * (count + 1) // points)
    fields = [start]
    for frame in range(len(times) - 1):
        if frame:
            u = march_modes(u, span / steps, steps, mu)
        else:
            for dt in span * np.diff((np.arange(2 * steps + 1) / (2 * steps)) ** 2):
                u = march_modes(u, dt, 1, mu)
        fields.append(np.fft.irfft(np.asarray(u), fine * points, axis=1)[:, ::fine] * fine * points)
    return np.stack(fields, axis=1)


def primitive(q: Any) -> Any:
    velocity = q[1] / q[0]
    return q[0], velocity, (GAMMA - 1) * (q[2] - q[1] * velocity / 2)


def hllc(left: Any, right: Any) -> Any:
    """Flux of mass, momentum and energy between two states."""
    sound = [jnp.sqrt(GAMMA * w[2] / w[0]) for w in (left, right)]
    low = jnp.minimum(left[1] - sound[0], right[1] - sound[1])
    high = jnp.maximum(left[1] + sound[0], right[1] + sound[1])
    a, b = left[0] * (low - left[1]), right[0] * (high - right[1])
    contact = (right[2] - left[2] + a * left[1] - b * right[1]) / (a - b)
    on_left = contact >= 0
    rho, v, p = (jnp.where(on_left, x, y) for x, y in zip(left, right, strict=True))
    outer = jnp.where(on_left, low, high)
    reach = jnp.where(on_left, jnp.minimum(low, 0), jnp.maximum(high, 0))
    energy = p / (GAMMA - 1) + rho * v**2 / 2
    star = rho * (outer - v) / (outer - contact)
    pushed = p + rho * (outer - v) * (contact - v)
    heated = ((outer - v) * energy - p * v + pushed * contact) / (outer - contact)
    flux = (rho * v, rho * v**2 + p, (energy + p) * v)
    jump = (star - rho, star * contact - rho * v, heated - energy)
    return jnp.stack([f + reach * j for f, j in zip(flux, jump, strict=True)])


@jax.jit
def march_cells(q: Any, span: Any, mu: Any) -> Any:
    """Cell averages (3, cells) a span later."""
    dx = 2.0 / q.shape[1]

    def change(q: Any) -> Any:
        w = jnp.stack(primitive(jnp.concatenate([q[:, -2:], q, q[:, :2]], axis=1)))
        d = w[:, 1:] - w[:, :-1]
        product = d[:, :-1] * d[:, 1:]
        slope = jnp.where(product > 0, product / jnp.where(product > 0, d[:, :-1] + d[:, 1:], 1), 0)
        flux = hllc(w[:, 1:-2] + slope[:, :-1], w[:, 2:-1] - slope[:, 1:])
        stress = mu * d[1, 1:-1] / dx
        flux = flux - jnp.stack([0 * stress, stress, stress * (w[1, 1:-2] + w[1, 2:-1]) / 2])
        return (flux[:, :-1] - flux[:, 1:]) / dx

    def step(state: Any) -> Any:
        q, left = state
        rho, v, p = primitive(q)
        rate = jnp.max(jnp.abs(v) + jnp.sqrt(GAMMA * p / rho)) / dx + 4 * mu / dx**2 / jnp.min(rho)
        dt = jnp.where(COURANT / rate < left, COURANT / rate, left)
        a = q + dt * change(q)
        b = 0.75 * q + 0.25 * (a + dt * change(a))
        return (q + 2 * (b + dt * change(b))) / 3, left - dt

    return jax.lax.while_loop(lambda state: state[1] > 0, step, (q, span))[0]


def by_volumes(start: Array, times: Array, mu: float) -> Array:
    """Fields (3, T+1, N) of one sample; every point is the centre of a cell."""
    points = start.shape[1]
    cells = FACTOR * points
    offset = (0.5 / cells - 0.5 / points) * np.arange(points // 2 + 1)
    modes = np.fft.rfft(start, axis=1) * np.exp(2j * np.pi * offset)
    rho, v, p = np.fft.irfft(modes, cells, axis=1) * FACTOR
    q: Any = np.stack([rho, rho * v, p / (GAMMA - 1) + rho * v**2 / 2])
    fields = [start]
    for span in np.diff(times):
        q = march_cells(q, span, mu)
        fields.append(np.stack([np.asarray(w)[FACTOR // 2 :: FACTOR] for w in primitive(q)]))
    return np.stack(fields, axis=1)


def solver(
    Vx0: Array, density0: Array, pressure0: Array, t_coordinate: Array, eta: float, zeta: float
) -> tuple[Array, Array, Array]:
    mu = zeta + 4 / 3 * eta
    solve = by_modes if mu >= RESOLVED else by_volumes
    fields = np.stack(
        [solve(np.stack(start), t_coordinate, mu) for start in zip(density0, Vx0, pressure0, strict=True)],
        axis=1,
    )
    return fields[1], fields[0], fields[2]
