"""The one-dimensional gas: names, sizes and balances that its references, problems and tests share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from codepde.grid import Array, Grid

GAMMA: Final = 5.0 / 3.0  # ratio of specific heats
VELOCITY: Final = "Vx"
DENSITY: Final = "density"
PRESSURE: Final = "pressure"
STARTS: Final = {VELOCITY: "Vx0", DENSITY: "density0", PRESSURE: "pressure0"}  # each output's initial state
COMPUTED: Final = (DENSITY, VELOCITY, PRESSURE)  # the order in which references compute
_AT_REST: Final = 1e-3  # a gas that moves more slowly than this part of the speed of sound rests


def viscosity(coefficients: Mapping[str, float]) -> float:
    """What multiplies v_x in the stress of one dimension, ``ζ + 4η/3``."""
    return coefficients["zeta"] + 4.0 / 3.0 * coefficients["eta"]


def sound_speed(density: Array, pressure: Array) -> Array:
    """``√(Γp/ρ)``."""
    result: Array = np.sqrt(GAMMA * pressure / density)
    return result


def energy(velocity: Array, density: Array, pressure: Array) -> Array:
    """Total energy per volume, ``p/(Γ−1) + ρv²/2``."""
    return pressure / (GAMMA - 1.0) + 0.5 * density * velocity**2


def scales(fields: Mapping[str, Array]) -> Mapping[str, float]:
    """Errors of a velocity count relative to at least 1e-3 of the mean speed of sound."""
    return {VELOCITY: _AT_REST * float(np.mean(sound_speed(fields[DENSITY], fields[PRESSURE])))}


def distances(fields: Array, others: Array, power: int = 2) -> list[float]:
    """How far apart the fields of two solutions ``(3, ...)`` are, each relative to the other's size.

    In the order of `COMPUTED`; ``power`` 2 or 1 is that of the norm, a velocity's size is at least what
    `scales` says. Infinite where anything is not finite, never exactly 0.
    """
    if not np.isfinite(fields).all() or not np.isfinite(others).all():
        return [float(np.inf)] * len(COMPUTED)
    least, found = scales(dict(zip(COMPUTED, others, strict=True))), []
    for name, one, other in zip(COMPUTED, fields, others, strict=True):
        size = max(_size(other, power), least.get(name, 0.0))
        found.append(max(_size(one - other, power) / size, float(np.finfo(float).eps)))
    return found


def budgets(
    fields: Mapping[str, Array], inputs: Mapping[str, Array], grid: Grid, coefficients: Mapping[str, float]
) -> Mapping[str, float]:
    """How far mass, momentum and energy drift from the initial state, at most over samples and frames.

    Momentum relative to that of the whole gas at the speed of sound. Sums over the grid's points stand for
    integrals: exact for what the grid resolves.
    """
    start = [inputs[STARTS[name]] for name in (VELOCITY, DENSITY, PRESSURE)]
    velocity, density, pressure = (fields[name] for name in (VELOCITY, DENSITY, PRESSURE))
    with np.errstate(all="ignore"):
        speed = np.mean(sound_speed(start[1], start[2]), axis=-1)
        mass = np.mean(start[1], axis=-1)
        held = {
            "mass": (density, start[1], mass),
            "momentum": (density * velocity, start[1] * start[0], mass * speed),
            "energy": (energy(velocity, density, pressure), energy(*start), np.mean(energy(*start), axis=-1)),
        }
        return {name: _drift(*parts) for name, parts in held.items()}


def _drift(now: Array, before: Array, size: Array) -> float:
    drift = np.abs(now.mean(axis=-1) - before.mean(axis=-1)[:, None]) / size[:, None]
    return float(np.max(drift, initial=0.0))


def _size(field: Array, power: int) -> float:
    return float(np.mean(np.abs(field) ** power) ** (1.0 / power))
