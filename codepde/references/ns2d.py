"""Two-dimensional Navier-Stokes as vorticity on the unit square, periodic, forced as by Li et al.

``w_t + (u, v)·∇w = ν Δw + 0.1 (sin 2π(x + y) + cos 2π(x + y))``, ``u = ψ_y, v = −ψ_x, −Δψ = w − ⟨w⟩``, no
mean flow: "Fourier neural operator for parametric partial differential equations", ICLR 2021 (arXiv
2010.08895), section 5.3 (unverified in the paper itself, read in quotations of it). Fourier modes and ETDRK4,
in float64, each sample by itself: as the flow makes finer scales, frames that end with a tail in their
spectrum are done again with more modes; steps follow the fastest flow. A second march with a quarter
more modes and twice the steps in every frame gives the estimate.

Valid while 512 modes along each axis resolve the flow: about ν ≥ 1e-5 for these states and times.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from codepde.grid import Array, Grid
from codepde.metrics import sample_errors
from codepde.references.ns2d_modes import (
    Pace,
    fastest,
    march,
    resized,
    shear_forcing,
    spectrum,
    values,
)
from codepde.references.reference import MOST_ESTIMATE, Reference
from solversmith.errors import InternalFault

VERSION: Final = "ns2d/1"
METHOD: Final = (
    "Fourier modes without aliasing, ETDRK4, float64; modes of each frame by spectrum tail, steps by the flow"
)
VALIDITY: Final = "flows that 512 modes along each axis resolve, about viscosities from 1e-5 for these states"
_TARGET: Final = MOST_ESTIMATE / 2
MODES: Final = (42, 53, 64, 80, 85, 106, 128, 149, 170, 213, 256, 320, 384, 512)  # products on 5-smooth grids
_MOST_TRIES: Final = 6
_PROBE: Final = 128  # points along each axis on which speeds are looked at
_LEAST_STEPS: Final = 8
_LEAST_COURANT: Final = 1e-3


@dataclass(frozen=True)
class Level:
    """How fine a march is.

    Attributes
    ----------
    courant
        ``dt · 2πK · max(|u| + |v|)``, at most.
    tail
        Largest norm of the last quarter of the modes, relative to all.
    """

    courant: float = 2.0
    tail: float = 1e-7

    def after(self, excess: float) -> Level:
        """What to try where the estimate is this many times too large."""
        return Level(self.courant / min(3.0, 1.1 * excess**0.25), self.tail / min(30.0, 2.0 * excess))


def solve(
    inputs: Mapping[str, Array], grid: Grid, coefficients: Mapping[str, float]
) -> Iterator[tuple[int, Reference]]:
    """References with an estimate of at most 5e-7. Raises `InternalFault` where that can't be had."""
    for index, state in enumerate(inputs["w0"]):
        yield index, _solved(state, grid, coefficients["nu"])


def _solved(state: Array, grid: Grid, viscosity: float) -> Reference:
    level = Level()
    for _ in range(_MOST_TRIES):
        trajectory, paces, tail = planned(state, grid, viscosity, level)
        finer = followed(state, grid, viscosity, [pace.finer() for pace in paces])
        estimate = float(sample_errors(trajectory[None], finer[None])[0])
        if estimate <= _TARGET:  # written as <= so that NaN fails
            detail = {
                "modes": max(pace.modes for pace in paces),
                "steps": sum(pace.steps for pace in paces),
                "courant": level.courant,
                "tail": tail,
            }
            estimates = {"trajectory": max(estimate, float(np.finfo(float).eps))}
            return Reference({"trajectory": trajectory}, estimates, detail)
        level = level.after(estimate / _TARGET)
    raise InternalFault(f"no ns2d reference: the estimate is still {estimate:.1e} after {_MOST_TRIES} levels")


def planned(state: Array, grid: Grid, viscosity: float, level: Level) -> tuple[Array, list[Pace], float]:
    """A trajectory ``(frames, N, N)``, the pace that each frame was found to need, and the worst tail."""
    most, span, forcing = _modes(grid.num_points / 2), float(grid.times[1]), shear_forcing(grid)
    modes, frames, paces, worst = spectrum(state, most), [state], list[Pace](), 0.0
    while len(frames) < grid.frames:
        pace = Pace(most, _steps(level, most, fastest(modes, _PROBE), span))
        end, tail = march(resized(modes, most), span, pace.steps, viscosity, forcing)
        if not np.isfinite(tail):
            level = _slower(level)
        elif tail > level.tail:
            most = _modes(most + 1)
        else:
            modes, worst = end, max(worst, tail)
            frames.append(values(modes, grid.num_points))
            paces.append(pace)
    return np.stack(frames), paces, worst


def followed(state: Array, grid: Grid, viscosity: float, paces: Sequence[Pace]) -> Array:
    """The trajectory at given paces, one for each frame after the first."""
    span, forcing = float(grid.times[1]), shear_forcing(grid)
    modes, frames = spectrum(state, paces[0].modes), [state]
    for pace in paces:
        modes, _ = march(resized(modes, pace.modes), span, pace.steps, viscosity, forcing)
        frames.append(values(modes, grid.num_points))
    return np.stack(frames)


def _steps(level: Level, most: int, speed: float, span: float) -> int:
    # A flow that begins at rest is not fast at the end of a frame either: the least steps are enough for it.
    return max(_LEAST_STEPS, math.ceil(span * 2.0 * np.pi * most * speed / level.courant))


def _slower(level: Level) -> Level:
    if level.courant < _LEAST_COURANT:
        raise InternalFault("no ns2d reference: the march is unstable however short the steps")
    return replace(level, courant=level.courant / 2)


def _modes(least: float) -> int:
    for rung in MODES:
        if rung >= least:
            return rung
    raise InternalFault(f"no ns2d reference: {least:.0f} modes are needed, at most {MODES[-1]} are tried")
