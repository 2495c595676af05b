"""Exact solutions of the gas: the Riemann problem, a viscous shock, an entropy wave."""

from __future__ import annotations

import numpy as np
from scipy.optimize import brentq

from codepde.gas import GAMMA
from codepde.grid import Array

State = tuple[float, float, float]  # density, velocity, pressure


def riemann(left: State, right: State, speeds: Array) -> Array:
    """Density, velocity, pressure ``(3, n)`` at the given x/t.

    The exact solver of Toro, Riemann Solvers and Numerical Methods for Fluid Dynamics (2009), ch. 4 (equation
    numbers unverified): the pressure between the waves from one equation, then the fan is sampled.
    """

    def across(p: float, state: State) -> float:
        """How much a wave from the pressure of a state to p changes the velocity."""
        density, _, pressure = state
        if p > pressure:
            a, b = 2 / ((GAMMA + 1) * density), (GAMMA - 1) / (GAMMA + 1) * pressure
            return float((p - pressure) * np.sqrt(a / (p + b)))
        sound = np.sqrt(GAMMA * pressure / density)
        return float(2 * sound / (GAMMA - 1) * ((p / pressure) ** ((GAMMA - 1) / (2 * GAMMA)) - 1))

    between = brentq(lambda p: across(p, left) + across(p, right) + right[1] - left[1], 1e-9, 1e5, xtol=1e-14)
    contact = (left[1] + right[1] + across(between, right) - across(between, left)) / 2
    found = np.empty((3, len(speeds)))
    on_left = speeds < contact
    found[:, on_left] = _half_fan(left, between, contact, speeds[on_left])
    mirrored = (right[0], -right[1], right[2])
    found[:, ~on_left] = _half_fan(mirrored, between, -contact, -speeds[~on_left])
    found[1, ~on_left] *= -1
    return found


def _half_fan(state: State, between: float, contact: float, speeds: Array) -> Array:
    """What is left of the contact."""
    density, velocity, pressure = state
    sound, ratio = np.sqrt(GAMMA * pressure / density), between / pressure
    outside = np.repeat(np.array(state)[:, None], len(speeds), axis=1)
    if ratio > 1:
        g = (GAMMA - 1) / (GAMMA + 1)
        front = velocity - sound * np.sqrt((GAMMA + 1) / (2 * GAMMA) * ratio + (GAMMA - 1) / (2 * GAMMA))
        inside = np.array([density * (ratio + g) / (g * ratio + 1), contact, between])[:, None]
        return np.where(speeds < front, outside, inside)
    inside = np.array([density * ratio ** (1 / GAMMA), contact, between])[:, None]
    tail = contact - sound * ratio ** ((GAMMA - 1) / (2 * GAMMA))
    c = 2 / (GAMMA + 1) * (sound + (GAMMA - 1) / 2 * (velocity - speeds))
    c = np.maximum(c, 1e-12)
    fan = np.stack(
        [
            density * (c / sound) ** (2 / (GAMMA - 1)),
            2 / (GAMMA + 1) * (sound + (GAMMA - 1) / 2 * velocity + speeds),
            pressure * (c / sound) ** (2 * GAMMA / (GAMMA - 1)),
        ]
    )
    return np.where(speeds < velocity - sound, outside, np.where(speeds < tail, fan, inside))


def viscous_shock(x: Array, mu: float, mach: float, drift: float) -> Array:
    """A steady shock without conduction of heat, seen by one who moves: a drift is added to velocities.

    From ``m = ρv``, ``p − μv′ + mv`` and the flux of energy being constant follows ``μ v v′ =
    (Γ+1)/2 m (v − v_1)(v − v_2)``, which is integrated in closed form for x(v) and inverted by bisection.
    Density and pressure ahead of it are 1 (x → −∞).
    """
    ahead = mach * np.sqrt(GAMMA)
    momentum = ahead**2 + 1.0
    energy = ahead * (GAMMA / (GAMMA - 1) + ahead**2 / 2)
    product = 2 * (GAMMA - 1) * energy / ((GAMMA + 1) * ahead)
    behind = product / ahead

    def place(s: Array) -> Array:
        """x where v lies so far (logit s) between both sides; ln(v1 − v) and ln(v − v2) without rounding."""
        log_to_ahead = np.log(ahead - behind) - np.logaddexp(0.0, -s)
        log_to_behind = np.log(ahead - behind) - np.logaddexp(0.0, s)
        part = ahead * log_to_ahead - behind * log_to_behind
        return np.asarray(2 * mu / ((GAMMA + 1) * ahead) * part / (ahead - behind))

    low, high = np.full_like(x, -4000.0), np.full_like(x, 4000.0)
    for _ in range(80):
        middle = (low + high) / 2
        further = place(middle) < x
        low, high = np.where(further, middle, low), np.where(further, high, middle)
    velocity = behind + (ahead - behind) / (1 + np.exp(np.clip(middle, -700, 700)))
    pressure = (GAMMA - 1) * (energy / velocity - momentum + ahead * velocity / 2)
    return np.stack([ahead / velocity, velocity + drift, pressure])
