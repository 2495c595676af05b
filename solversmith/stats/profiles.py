"""Performance profiles: on what share of the units each solver is within a factor of the best.

Dolan & Moré 2002, "Benchmarking optimization software with performance profiles", section 2.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from solversmith.errors import UsageError


@dataclass(frozen=True)
class Profile:
    """What each solver needs to be counted on each unit, sorted; infinite where it failed.

    A ratio to the best where `factor`, for costs and losses that are positive; otherwise a difference from
    it, since a ratio says nothing where a loss can be 0 or, better than the best known, negative.
    """

    needed: Mapping[str, tuple[float, ...]]
    factor: bool

    def share(self, solver: str, tau: float) -> float:
        """ρ(τ): the share of units on which it is within τ of the best one."""
        values = self.needed[solver]
        return bisect_right(values, tau) / len(values)


def profile(losses: Mapping[str, Sequence[float | None]], floors: Sequence[float | None] = ()) -> Profile:
    """The profile of solvers over the same units; `None` is a failure there, within nothing of anything.

    A loss counts as no less than the reference's error, `floors`. A unit on which all fail counts against
    all.

    Raises
    ------
    UsageError
        No units, not as many losses of each solver, or a loss that is not finite.
    """
    sizes = {len(values) for values in losses.values()}
    if len(sizes) != 1 or sizes == {0}:
        raise UsageError("a profile needs one loss of every solver on each unit")
    units = sizes.pop()
    floors = floors or [None] * units
    rows = [
        {name: _clamped(values[unit], floors[unit]) for name, values in losses.items()}
        for unit in range(units)
    ]
    factor = all(value > 0 for row in rows for value in row.values() if value is not None)
    needed: dict[str, list[float]] = {name: [] for name in losses}
    for row in rows:
        best = min((value for value in row.values() if value is not None), default=math.inf)
        for name, value in row.items():
            within = math.inf if value is None else value / best if factor else value - best
            needed[name].append(within)
    return Profile({name: tuple(sorted(values)) for name, values in needed.items()}, factor)


def _clamped(loss: float | None, floor: float | None) -> float | None:
    if loss is None:
        return None
    if not math.isfinite(loss):
        raise UsageError("a loss is a finite number; a failure is given as None")
    return max(loss, floor or loss)
