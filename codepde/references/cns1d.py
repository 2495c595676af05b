"""The viscous gas in one dimension: Fourier modes and ETDRK4, in float64.

    ρ_t + (ρv)_x = 0,   ρ(v_t + v v_x) = −p_x + (σ′)_x,   E_t + ((E + p) v − v σ′)_x = 0,

``E = p/(Γ−1) + ρv²/2``, Γ = 5/3, ``σ′ = (ζ + 4η/3) v_x``, no conduction of heat: the equations that
PDEBench's data are described with (Takamoto et al., arXiv 2210.07182, section on compressible flow; equation
number unverified), in one dimension.

Modes and steps are chosen for each sample: more modes while the spectrum has a tail, more steps while half as
many again matter. Density is not diffused: what is rough in it stays so, and needs the modes that its
interpolant has.

Valid while shocks can be resolved, about η ≥ 1e-3 for velocities of order 1; beyond that it refuses.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import numpy as np

from codepde import gas
from codepde.grid import Array, Grid
from codepde.interpolant import refined, spectrum
from codepde.references.cns1d_modes import Level, integrate
from codepde.references.ladder import climb, modes_from, steps_from
from codepde.references.reference import Reference
from codepde.sample import Sample

VERSION: Final = "cns1d/2"
METHOD: Final = "Fourier modes, ETDRK4, float64; modes by spectrum tail, steps by comparison with finer ones"
VALIDITY: Final = "viscosities that resolve shocks, about 1e-3 on for velocities of order 1"
MOST_ESTIMATE: Final = 1e-5  # in each field
_TARGET: Final = MOST_ESTIMATE / 2
_MODES: Final = (256, 384, 512, 640, 768, 1024, 1280, 1536, 2048, 2560, 3072, 4096, 6144, 8192)
_MOST_STEPS: Final = 4096
_TAIL: Final = 3e-6
_SMOOTH: Final = 1e-6
_BATCH: Final = 4  # samples solved together
_FINE: Final = 4  # times as many points show a formula
_SAME: Final = 1e-7  # an interpolant this close to its formula needs no solution of its own


def solve(
    inputs: Mapping[str, Array], grid: Grid, coefficients: Mapping[str, float]
) -> Iterator[tuple[int, Reference]]:
    """References with an estimate of at most 5e-6 in each field, each at the level that its sample needs.

    A level is compared with half as many modes and steps again; the finer solution is handed out, and the
    distance is its estimate. Raises `InternalFault` where the highest level does not suffice.
    """
    states = np.stack([inputs[gas.STARTS[name]] for name in gas.COMPUTED])
    mu = gas.viscosity(coefficients)

    def attempt(chosen: Sequence[int], level: Level) -> Sequence[Reference | Level]:
        return _attempt(states[:, np.asarray(chosen)], grid, mu, level)

    first = [first_level(states[:, index], grid, mu) for index in range(states.shape[1])]
    return climb(first, attempt, _BATCH)


def floor(sample: Sample, reference: Reference, grid: Grid, coefficients: Mapping[str, float]) -> float:
    """The nRMSE to the solution from the generating formula, in the mean over the fields.

    Seen at four times as many points and with three times the grid's modes, for a kink to about a fifth.
    Where interpolant and formula agree to 1e-7 between the points, that difference is the floor.
    """
    count = _FINE * grid.num_points
    points = grid.points[0] + grid.extent * np.arange(count) / count
    fine = np.stack([sample.formula[gas.STARTS[name]](points) for name in gas.COMPUTED])
    fields = np.stack([reference.fields[name] for name in gas.COMPUTED])
    apart = gas.distances(refined(fields[:, 0], _FINE), fine)
    if max(apart) <= _SAME:
        return float(np.mean(apart))
    modes = max(3 * grid.num_points // 2, reference.detail["modes"])
    steps = math.ceil(reference.detail["steps"] * modes / reference.detail["modes"])
    march = integrate(fine[:, None], grid, gas.viscosity(coefficients), Level(modes, steps))
    return float(np.mean(gas.distances(fields, march.fields[:, 0])))


def first_level(state: Array, grid: Grid, mu: float) -> Level:
    """A guess: a shock is some μ/(ρΔv) wide; damped sound limits the step, and so does advection.

    Velocities differ by as much as they do at first, and as pressures drive them.
    """
    density, velocity, pressure = state
    jump = float(np.ptp(velocity)) + _driven(density, pressure)
    # What a window needs, and what a kink needs.
    share = 3 / 8 if _left_out(state, 3 * grid.num_points // 8) <= _SMOOTH else 5 / 8
    modes = _modes(max(share * grid.num_points, 0.3 * grid.extent * float(density.max()) * jump / mu))
    return Level(modes, _least_steps(state, grid, mu, modes))


def _least_steps(state: Array, grid: Grid, mu: float, modes: int) -> int:
    """What stability needs, about: classical Runge-Kutta steps carry a wave through 2.8 radians."""
    density, velocity, pressure = state
    sound = gas.GAMMA * float(pressure.max()) / mu
    fastest = float(np.abs(velocity).max()) + _driven(density, pressure) / 2.0
    transport = fastest * 2.0 * np.pi / grid.extent * modes / 2.4
    return _steps(grid.times[1] * max(sound, transport))


def _left_out(state: Array, modes: int) -> float:
    """Norm of what is beyond so many modes, relative to the fields' fluctuations; the worst field."""
    sizes = np.abs(spectrum(state, state.shape[1] // 2)[:, 1:]) ** 2
    total = np.maximum(sizes.sum(axis=1), np.finfo(float).tiny)
    return float(np.sqrt(np.max(sizes[:, modes:].sum(axis=1) / total)))


def _driven(density: Array, pressure: Array) -> float:
    """How different velocities become by pressures: a jump p drives p/(2ρc) to either side."""
    return float(np.ptp(pressure) / np.min(2.0 * density * gas.sound_speed(density, pressure)))


def _attempt(states: Array, grid: Grid, mu: float, level: Level) -> list[Reference | Level]:
    """A reference for every state that this level suffices for, the next level for the others."""
    speeds = 1e-3 * gas.sound_speed(states[0], states[2]).mean(axis=-1)
    march = integrate(states, grid, mu, level, _TAIL, speeds)
    finite = np.asarray(np.isfinite(march.fields).all(axis=(0, 2, 3)))
    errors = [[np.inf]] * states.shape[1]
    results: list[Reference | Level] = []
    rows = np.flatnonzero(finite & (march.tails <= _TAIL))
    if len(rows):
        finer = integrate(states[:, rows], grid, mu, level.finer, math.inf, speeds[rows])
        for place, row in enumerate(rows.tolist()):
            errors[row] = gas.distances(march.fields[:, row], finer.fields[:, place])
    for row, (error, tail) in enumerate(zip(errors, march.tails, strict=True)):
        if max(error) <= _TARGET:  # written as <= so that NaN fails
            place = int(np.searchsorted(rows, row))
            results.append(_reference(finer.fields[:, place], error, level.finer, float(finer.tails[place])))
        else:
            results.append(_next(level, max(error), float(tail), states[:, row], grid, mu))
    return results


def _reference(fields: Array, errors: list[float], level: Level, tail: float) -> Reference:
    detail = {"modes": level.modes, "steps": level.steps, "tail": tail}
    return Reference(
        dict(zip(gas.COMPUTED, fields, strict=True)), dict(zip(gas.COMPUTED, errors, strict=True)), detail
    )


def _next(level: Level, error: float, tail: float, state: Array, grid: Grid, mu: float) -> Level:
    """A level with more of what was missing, and never more modes than its steps can carry.

    A tail costs an error of about its size; what is more than that is the steps' (of fourth order). An error
    that is not known, because the march ended early, is the tail's if there is one.
    """
    modes = _modes(level.modes + 1) if tail > _TARGET / 10 else level.modes
    factor = min(3.0, max(1.25, 1.1 * (error / _TARGET) ** 0.25)) if np.isfinite(error) else 1.25
    late = error > 20 * tail if np.isfinite(error) else tail <= _TAIL
    steps = _steps(factor * level.steps) if late or modes == level.modes else level.steps
    return Level(modes, max(steps, _least_steps(state, grid, mu, modes)))


def _modes(least: float) -> int:
    return modes_from(least, _MODES, "cns1d")


def _steps(least: float) -> int:
    return steps_from(least, _MOST_STEPS, "cns1d")
