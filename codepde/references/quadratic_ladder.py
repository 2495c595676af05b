"""Levels of `quadratic_modes`: enough modes by the spectrum's tail, enough steps by doubling them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import numpy as np

from codepde.grid import Array, Grid
from codepde.metrics import sample_errors
from codepde.references.ladder import climb, modes_from, steps_from
from codepde.references.quadratic_modes import Equation, Level, integrate
from codepde.references.reference import Reference

MODES: Final = (64, 96, 128, 160, 192, 256, 320, 384, 512, 640, 768, 1024, 1536, 2048)
_MOST_STEPS: Final = 8192
_BATCH: Final = 8  # samples solved together
_TAIL: Final = 1e-9  # spectra fall exponentially here: the error is about this large


def solve(
    states: Array,
    grid: Grid,
    equation: Equation,
    first: Sequence[Level],
    target: float | Array,
    gains: Array | None = None,
) -> Iterator[tuple[int, Reference]]:
    """References whose estimate, times the sample's gain, is at most ``target``: of all, or ``(batch,)``.

    ``first`` is a guess for each sample; modes are never fewer than the grid has. The estimate compares with
    one and a half times the modes and twice the steps. Raises `InternalFault` where the highest level does
    not suffice.
    """
    factors = np.ones(len(states)) if gains is None else gains
    targets = np.broadcast_to(target, len(states))
    least = grid.num_points // 2
    begin = [Level(_modes(equation, max(f.modes, least)), _steps(equation, f.steps)) for f in first]

    def attempt(chosen: Sequence[int], level: Level) -> list[Reference | Level]:
        rows = np.asarray(chosen)
        trajectories, tails = integrate(states[rows], grid, equation, level)
        longer = Level(_modes(equation, level.modes + 1), level.steps)
        shorter = Level(level.modes, _steps(equation, 2 * level.steps))
        results: list[Reference | Level] = [longer if np.isfinite(tail) else shorter for tail in tails]
        good = np.flatnonzero(tails <= _TAIL)  # written as <= so that NaN fails
        if len(good):
            finer, _ = integrate(states[rows[good]], grid, equation, level.finer())
            apart = sample_errors(trajectories[good], finer)
            for row, distance in zip(good, apart, strict=True):
                gain, most = float(factors[rows[row]]), float(targets[rows[row]])
                detail = {"modes": level.modes, "steps": level.steps, "tail": float(tails[row]), "gain": gain}
                results[row] = _judged(trajectories[row], gain * float(distance), most, detail) or Level(
                    level.modes, _steps(equation, level.steps * _factor(gain * float(distance) / most))
                )
        return results

    return climb(begin, attempt, _BATCH)


def _judged(
    trajectory: Array, estimate: float, target: float, detail: Mapping[str, float]
) -> Reference | None:
    if not estimate <= target:  # NaN is not good enough
        return None
    estimates = {"trajectory": max(estimate, float(np.finfo(float).eps))}
    return Reference({"trajectory": trajectory}, estimates, detail)


def _factor(excess: float) -> float:
    """How many times more steps are needed, at fourth order and with a little to spare."""
    return max(1.25, min(4.0, 1.1 * excess**0.25)) if np.isfinite(excess) else 2.0


def _modes(equation: Equation, least: int) -> int:
    return modes_from(least, MODES, equation.name)


def _steps(equation: Equation, least: float) -> int:
    return steps_from(least, _MOST_STEPS, equation.name)
