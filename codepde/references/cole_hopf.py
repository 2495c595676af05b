"""Viscous Burgers by the Cole-Hopf formula: an independent check at any viscosity.

With ``F' = u_0`` and ``∫u_0 = 0`` the solution of ``u_t + (u²/2)_x = ν u_xx`` is

    u(x, t) = ∫ (x−y)/t · e^{−G/2ν} dy / ∫ e^{−G/2ν} dy,    G(y) = (x−y)²/(2t) + F(y)

(E. Hopf, Comm. Pure Appl. Math. 3 (1950); J. D. Cole, Quart. Appl. Math. 9 (1951); equation numbers
unverified). A mean ū is put back by ``u(x, t) = ū + v(x − ūt, t)``.

The exponents reach many thousands at small ν, so their maximum is taken out before exponentiating. The
integrals are trapezoidal sums over as many periods as matter, which converge spectrally while the spacing
is well below the width ``√(2νt)`` of the narrowest peak: ``t`` must not be 0, and tiny ``νt`` needs many
points. Slow; meant for a few coordinates and times.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from codepde.grid import Array
from codepde.interpolant import evaluate, spectrum

_NEGLIGIBLE = 45.0  # e^−45 is below rounding


def solve_at(state: Array, offsets: Array, time: float, viscosity: float, num_points: int = 8192) -> Array:
    """The solution at ``offsets`` from the first point of ``state`` and one time; shape of ``offsets``.

    Parameters
    ----------
    state
        Point values, shape ``(N,)``; the initial state is their trigonometric interpolant.
    offsets
        Coordinates relative to the first point, shape ``(M,)``.
    time
        0 gives the interpolant itself.
    viscosity
        Coefficient of u_xx.
    num_points
        Of the quadrature, per period.
    """
    if time == 0.0:
        return evaluate(state, offsets)
    mean = float(np.mean(state))
    potential = _potential(state, num_points)
    reach = _reach(potential, time, viscosity)
    y = np.arange(-reach * num_points, (reach + 1) * num_points) / num_points
    repeated = np.tile(potential, 2 * reach + 1)
    moved = np.remainder(offsets - mean * time, 1.0)
    return mean + np.array([_ratio(x - y, repeated, time, viscosity) for x in moved])


def _potential(state: Array, num_points: int) -> Array:
    """The periodic antiderivative of the interpolant without its mean, at ``num_points`` points."""
    modes = num_points // 2
    coefficients = spectrum(state, modes)
    frequencies = 2j * np.pi * np.arange(modes + 1)
    frequencies[0] = 1.0
    coefficients[0] = 0.0
    result: Array = np.fft.irfft(coefficients / frequencies, num_points) * num_points
    return result


def _reach(potential: Array, time: float, viscosity: float) -> int:
    """How many periods on either side can matter."""
    spread = float(np.ptp(potential))
    return int(np.ceil(np.sqrt(2.0 * time * (spread + 2.0 * viscosity * _NEGLIGIBLE))))


def _ratio(distance: Array, potential: Array, time: float, viscosity: float) -> Any:
    exponent = -(distance**2 / (2.0 * time) + potential) / (2.0 * viscosity)
    weights = np.exp(exponent - exponent.max())
    return np.sum(weights * distance) / (time * np.sum(weights))
