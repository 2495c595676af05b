"""Central differences with a choice of Jacobians; stages of Runge-Kutta; Poisson's equation in Fourier space.

See Arakawa, "Computational design for long-term numerical integration of the equations of fluid motion",
J. Comput. Phys. 1 (1966).
"""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

CFL = 1.0  # knob: log 0.2 12.0 safe=low fast=high
JACOBIAN = "arakawa"  # knob: choice plain flux arakawa
STAGES = 3  # knob: choice 2 3 safe=high fast=low
POISSON = "stencil"  # knob: choice stencil spectral


def d(a: Array, axis: int) -> Array:
    """Central difference; the points lie 1/2 apart."""
    return np.roll(a, -1, axis=axis) - np.roll(a, 1, axis=axis)


def jacobian(psi: Array, w: Array) -> Array:
    """psi_x w_y - psi_y w_x."""
    psi_x, psi_y = d(psi, 1), d(psi, 2)
    flux = d(w * psi_x, 2) - d(w * psi_y, 1)
    if JACOBIAN == "flux":
        return flux
    w_x, w_y = d(w, 1), d(w, 2)
    plain = psi_x * w_y - psi_y * w_x
    if JACOBIAN == "plain":
        return plain
    return (plain + flux + d(psi * w_y, 1) - d(psi * w_x, 2)) / 3


def solver(w0: Array, t_coordinate: Array, nu: float) -> Array:
    num_points = w0.shape[-1]
    x = (np.arange(num_points) + 0.5) / num_points
    angle = 2 * np.pi * (x[:, None] + x)
    force = 0.1 * (np.sin(angle) + np.cos(angle))
    modes = np.fft.fftfreq(num_points)[:, None], np.fft.rfftfreq(num_points)[None]
    square: Array
    if POISSON == "stencil":
        square = sum(4 * num_points**2 * np.sin(np.pi * k) ** 2 for k in modes)
    else:
        square = sum((2 * np.pi * num_points * k) ** 2 for k in modes)
    square[0, 0] = np.inf  # the mean has no stream function

    def stream(w: Array) -> Array:
        psi: Array = np.fft.irfft2(np.fft.rfft2(w) / square, w.shape[1:])
        return psi

    def rate(w: Array) -> Array:
        around = sum(np.roll(w, shift, axis) for shift in (-1, 1) for axis in (1, 2))
        change: Array = (jacobian(stream(w), w) / 4 + nu * (around - 4 * w)) * num_points**2 + force
        return change

    w, trajectory = w0, np.empty((len(w0), len(t_coordinate), num_points, num_points))
    trajectory[:, 0] = w0
    with np.errstate(all="ignore"):
        for frame, span in enumerate(np.diff(t_coordinate), start=1):
            psi = stream(w)
            speed = np.max(abs(d(psi, 1)) + abs(d(psi, 2))) * num_points / 2
            fastest = num_points * max(min(5.0, float(speed)), 4 * nu * num_points)
            steps = max(4, int(np.ceil(span * fastest / CFL)))
            dt = span / steps
            for _ in range(steps):
                first = w + dt * rate(w)
                if STAGES == 2:
                    w = (w + first + dt * rate(first)) / 2
                else:
                    second = (3 * w + first + dt * rate(first)) / 4
                    w = (w + 2 * (second + dt * rate(second))) / 3
            trajectory[:, frame] = w
    return trajectory
