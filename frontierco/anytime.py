"""What a program's solutions over time say: trajectory, primal integral, time to a gap, regression.

T. Berthold, Measuring the impact of primal heuristics, Operations Research Letters 41 (2013), defines the
primal integral; here it is divided by the time limit, so that it is the mean gap over time. PAR-2, a time
that counts twice the limit where a target was not reached, is the rule of the SAT competitions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from frontierco.gap import better, gap

MOST_POINTS = 200


@dataclass(frozen=True)
class Point:
    """One evaluated solution: seconds since t = 0, and its objective, `None` if it is infeasible."""

    t_s: float
    objective: float | None


@dataclass(frozen=True)
class Trajectory:
    """Every evaluated solution of one case in order of arrival, and how many only left a stamp.

    `best_known` is what gaps are measured against, `None` where there is nothing; then there are no gaps and
    no integral.
    """

    points: tuple[Point, ...]
    sense: str
    best_known: float | None
    limit_s: float
    unevaluated: int = 0

    @property
    def improvements(self) -> tuple[Point, ...]:
        """The best-so-far curve: feasible points that are better than all before them."""
        return tuple(self.points[i] for i in self._improving())

    def _improving(self) -> list[int]:
        best: float | None = None
        places: list[int] = []
        for place, point in enumerate(self.points):
            if point.objective is None:
                continue
            if best is None or better(point.objective, best, self.sense):
                best = point.objective
                places.append(place)
        return places

    @property
    def regressed(self) -> bool:
        """Whether a solution before the last was better than it (any feasible one, if it is infeasible)."""
        curve = self.improvements
        if not curve:
            return False
        last, best = self.points[-1].objective, curve[-1].objective
        return last is None or (best is not None and better(best, last, self.sense))

    def gap(self, objective: float | None) -> float | None:
        """Gap of an objective, `None` without one or without a best-known value."""
        if objective is None or self.best_known is None:
            return None
        return gap(objective, self.best_known, self.sense)

    def primal_integral(self) -> float | None:
        """(1/T)∫₀ᵀ p dt, T the limit: p is 1 before the first feasible solution, then the incumbent's gap.

        The gap is clipped to [0, 1] and held after the program's end. In [0, 1]; `None` without a best-known
        value.
        """
        if self.best_known is None:
            return None
        steps = [(0.0, 1.0)]
        for point in self.improvements:
            value = self.gap(point.objective)
            steps.append((min(max(point.t_s, 0.0), self.limit_s), max(0.0, value or 0.0)))
        steps.append((self.limit_s, 0.0))
        area = sum((end - start) * value for (start, value), (end, _) in pairwise(steps))
        return min(1.0, max(0.0, area / self.limit_s))

    def time_to(self, target: float) -> float | None:
        """Seconds to the first solution with a gap of at most `target`; `None` if it was not reached."""
        for point in self.improvements:
            value = self.gap(point.objective)
            if value is not None and value <= target:
                return point.t_s
        return None

    def par2_s(self, target: float) -> float | None:
        """Seconds to a gap of at most `target`, twice the limit if it was not reached (PAR-2).

        `None` without a best-known value.
        """
        if self.best_known is None:
            return None
        reached_s = self.time_to(target)
        return 2 * self.limit_s if reached_s is None else reached_s

    def gap_at(self, t_s: float) -> float | None:
        """Gap of the best feasible solution that had arrived at `t_s`; `None` if none had."""
        objective = None
        for point in self.improvements:
            if point.t_s > t_s:
                break
            objective = point.objective
        return self.gap(objective)

    def half_way_s(self) -> float | None:
        """When half of the way from the first feasible objective to the best one was done.

        `None` unless there are two different ones.
        """
        curve = self.improvements
        if len(curve) < 2:
            return None
        first, best = curve[0].objective, curve[-1].objective
        assert first is not None
        assert best is not None
        middle = (first + best) / 2
        return next(
            point.t_s
            for point in curve
            if point.objective is not None and not better(middle, point.objective, self.sense)
        )

    def rows(self, most: int = MOST_POINTS) -> list[list[float | None]]:
        """`[t_s, objective, gap]` of at most `most` points: first, last and improvements before others.

        Where there are too many, an evenly spread part of the improvements is kept (and the best one), and
        of the other points as many as fit.
        """
        ends = [0, len(self.points) - 1] if self.points else []
        kept = _with_some(ends, self._improving(), most)
        kept = _with_some(kept, range(len(self.points)), most)
        return [
            [round(point.t_s, 6), point.objective, self.gap(point.objective)]
            for point in (self.points[i] for i in kept)
        ]


def _with_some(kept: Sequence[int], more: Sequence[int], most: int) -> list[int]:
    """`kept` and an evenly spread choice of `more`, its last one included; at most `most`, in order."""
    extra = [i for i in more if i not in set(kept)]
    room = max(0, most - len(set(kept)))
    if len(extra) > room:
        extra = [extra[-1 - (k * len(extra)) // room] for k in range(room)]
    return sorted({*kept, *extra})
