"""Fourier modes with an integrating factor for diffusion, classical Runge-Kutta steps, no aliasing.

In numpy and scipy.fft. The mean of each state is taken out and moves with it. Modes and steps follow from
the range of u and the viscosity, and become fewer as shocks decay (the range is at most 1/t).
"""

import numpy as np
from numpy.typing import NDArray
from scipy import fft

Array = NDArray[np.float64]
Modes = NDArray[np.complex128]

THREADS = 2


def choose(size: float, nu: float, frame_time: float, num_points: int) -> tuple[int, int]:
    """Modes and steps per frame for states with the range `size`."""
    modes = max(num_points // 3, 0.12 * size / nu)
    steps = max(6.0, frame_time * size**2 / (8.0 * nu), frame_time * size * modes)
    return int(modes), int(np.ceil(steps))


def resized(modes: Modes, count: int) -> Modes:
    result = np.zeros((len(modes), count + 1), dtype=np.complex128)
    kept = min(count + 1, modes.shape[1])
    result[:, :kept] = modes[:, :kept]
    return result


def march(modes: Modes, nu: float, span: float, steps: int) -> Modes:
    """The modes a span later; u² is formed on enough points that nothing is aliased."""
    count = modes.shape[1] - 1
    points = fft.next_fast_len(3 * count + 1, real=True)
    wave = -1j * np.pi * np.arange(count + 1) * points
    dt = span / steps
    half = np.exp(-nu * (2 * np.pi * np.arange(count + 1)) ** 2 * dt / 2)
    whole = half**2

    def transport(v: Modes) -> Modes:
        u = fft.irfft(v, points, axis=1, workers=THREADS)
        return wave * fft.rfft(u * u, axis=1, workers=THREADS)[:, : count + 1]

    for _ in range(steps):
        a = transport(modes)
        b = transport(half * (modes + dt / 2 * a))
        c = transport(half * modes + dt / 2 * b)
        d = transport(whole * modes + dt * half * c)
        modes = whole * modes + dt / 6 * (whole * a + 2 * half * (b + c) + d)
    return modes


def solve_alike(states: Array, times: Array, nu: float) -> Array:
    """Trajectories of states with similar ranges, at one resolution."""
    num_points = states.shape[1]
    size = np.ptp(states, axis=1).max()
    modes = np.fft.rfft(states, axis=1) / num_points
    modes[:, -1] /= 2
    mean = modes[:, :1].real.copy()
    modes[:, 0] = 0
    trajectory = np.empty((len(states), len(times), num_points))
    trajectory[:, 0] = states
    for frame, span in enumerate(np.diff(times), start=1):
        count, steps = choose(min(size, 1 / max(times[frame - 1], 1e-9)), nu, span, num_points)
        modes = march(resized(modes, count), nu, span, steps)
        moved = modes * np.exp(-2j * np.pi * np.arange(count + 1) * mean * times[frame])
        refinement = -(-2 * (count + 1) // num_points)
        fine = refinement * num_points
        trajectory[:, frame] = mean + np.fft.irfft(moved, fine, axis=1)[:, ::refinement] * fine
    return trajectory


def solver(u0_batch: Array, t_coordinate: Array, nu: float) -> Array:
    trajectory = np.empty((len(u0_batch), len(t_coordinate), u0_batch.shape[1]))
    order = np.argsort(np.ptp(u0_batch, axis=1))
    for group in np.array_split(order, -(-len(order) // 4)):
        trajectory[group] = solve_alike(u0_batch[group], t_coordinate, nu)
    return trajectory
