"""Each sample of Burgers finds its own pace: as many modes as its spectrum asks for, steps as it changes.

A stretch of frames is marched at the pace that its beginning asks for. Where the frames themselves turn out
to have asked for more, as when a shock forms, it is marched again.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from codepde.grid import Array, Grid
from codepde.references.burgers_modes import MODES, March, Pace, Stretch, advance, started, stretches
from codepde.references.ladder import modes_from
from solversmith.errors import InternalFault

MOST_STEPS: Final = 1024
_TAIL: Final = 1e-5  # of the last quarter of the modes; the error is some hundredth of it
_DROPPED: Final = 1e-8  # norm of the modes that may be left out from a stretch on
_SLACK: Final = 1.15  # how much faster a stretch may turn out than its beginning, at the same pace
_TINY: Final = float(np.finfo(float).tiny)
_STEPS: Final = 4.0  # per unit of change


@dataclass
class Found:
    """The paces that a sample took, and what stood beyond."""

    paces: list[Pace] = field(default_factory=list)
    tail: float = 0.0


def explore(states: Array, grid: Grid, viscosity: float, fineness: float) -> tuple[Array, list[Found]]:
    """Trajectories ``(batch, frames, num_points)``, and the paces that they took.

    ``fineness`` multiplies the steps, and its fourth power divides the tail that is let pass. Raises
    `InternalFault` where more modes or steps would be needed than there are.
    """
    marches = [March.begin(state) for state in states]
    result, founds = started(states, grid), [Found() for _ in states]
    most_tail = _TAIL / fineness**4
    for frames in stretches(grid):
        paces = [_first(march, grid, frames, viscosity, fineness) for march in marches]
        waiting = list(range(len(marches)))
        while waiting:
            tried = advance(
                [marches[row] for row in waiting], [paces[row] for row in waiting], grid, frames, viscosity
            )
            again = []
            for row, stretch in zip(waiting, tried, strict=True):
                march, found = marches[row], founds[row]
                better = _more(stretch, paces[row], march, grid, fineness, most_tail)
                if better != paces[row]:
                    paces[row] = better
                    again.append(row)
                    continue
                march.modes = stretch.modes
                result[row, frames.start : frames.stop] = stretch.fields
                found.paces.append(paces[row])
                found.tail = max(found.tail, float(stretch.tails.max()) / march.scale)
            waiting = again
    return result, founds


def _first(march: March, grid: Grid, frames: range, viscosity: float, fineness: float) -> Pace:
    """What the beginning of a stretch asks for, and the shocks that it makes before its end.

    A slope g becomes g/(1 − gt), at most J²/8ν where J is the range of v. A shock of that slope is 4ν/J wide.
    """
    square = 2.0 * np.abs(march.modes) ** 2
    beyond = np.sqrt(np.cumsum(square[::-1])[::-1]) / march.scale
    # What is gone long before the first frame asks for no steps.
    seen = np.arange(len(square)) * 2.0 * np.pi
    softly = march.modes * np.exp(-(seen**2) * viscosity * float(grid.times[1]) / 8.0)
    points = 2 * (len(softly) - 1)
    values, slopes = (np.fft.irfft(each, points) * points for each in (softly, 1j * seen * softly))
    bends = np.fft.irfft(seen**2 * softly, points) * points
    height = max(float(np.ptp(values)), _TINY)
    steepest = max(float(np.max(-slopes)), 0.0)
    span = float(grid.times[1]) * len(frames)
    steepest = min(steepest / max(1.0 - steepest * span, _TINY), height**2 / (8.0 * viscosity))
    kappa = float(np.linalg.norm(bends)) / max(float(np.linalg.norm(slopes)), _TINY)
    kappa = max(kappa, 1.8 * steepest / height)
    fastest, size = float(np.max(np.abs(values))), float(np.sqrt(np.mean(values**2)))
    change = (viscosity * kappa + fastest) * kappa * size**0.25
    modes = max(float(np.count_nonzero(beyond > _DROPPED)), 2.2 * steepest / height)
    return Pace(_modes(modes), _steps(_needed(change, march, grid, fineness)))


def _needed(change: float, march: March, grid: Grid, fineness: float) -> float:
    root = math.sqrt(math.sqrt(march.scale))
    return fineness * _STEPS * float(grid.times[1]) * change / root


def _more(stretch: Stretch, pace: Pace, march: March, grid: Grid, fineness: float, most_tail: float) -> Pace:
    """The same pace if it was enough."""
    tail, change = float(stretch.tails.max()) / march.scale, float(stretch.rates.max())
    if not (tail <= 1.0 and math.isfinite(change)):  # written as <= so that NaN fails
        return Pace(_modes(pace.modes + 1.0), _steps(1.5 * pace.steps))
    modes, steps = pace.modes, pace.steps
    needed = _needed(change, march, grid, fineness)
    if needed > _SLACK * steps:
        steps = _steps(needed)
    if tail > most_tail:
        # Spectra fall exponentially: the logarithm is proportional to the modes.
        factor = math.log(most_tail) / math.log(min(tail, 0.1))
        modes = _modes(max(modes + 1.0, modes * min(factor, 2.0)))
    return Pace(modes, steps)


def _modes(least: float) -> int:
    return modes_from(least, MODES[:-1], "burgers")


def _steps(least: float) -> int:
    """The smallest of few numbers that is enough; so that their coefficients are computed once."""
    steps = 1
    while steps < least:
        steps = math.ceil(1.2 * steps)
    if steps > MOST_STEPS:
        raise InternalFault(f"no burgers reference: {least:.0f} steps per frame are needed, too many")
    return steps
