"""Several solvers on the same units: ranks with ties, Friedman's test, critical differences of average ranks.

Demsar 2006, "Statistical comparisons of classifiers over multiple data sets", JMLR 7, section 3.2.2.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from solversmith.errors import UsageError


@dataclass(frozen=True)
class Ranking:
    """Average ranks of k solvers over n units, and what may be concluded from them.

    `friedman` is chi square with k - 1 degrees of freedom, corrected for ties; `f` the statistic of Iman and
    Davenport made of it, infinite where every unit ranks alike; `p` its p value, and never less than `least`,
    which no n units can go below: that of all permutations where every unit ranks alike, k! / (k!)^n. Where
    `least` is above the level nothing can differ, and all solvers are one group. `critical` is the difference
    of two average ranks beyond which they differ at `level` (Nemenyi). `groups` are the largest sets of
    solvers that do not differ, as indices in order of rank; one that differs from all is in none.
    """

    average: tuple[float, ...]
    units: int
    friedman: float
    f: float
    p: float
    least: float
    critical: float
    level: float
    groups: tuple[tuple[int, ...], ...]


def ranks(losses: Sequence[float], floor: float | None = None) -> tuple[float, ...]:
    """The rank of each loss, 1 for the lowest; what the reference can't tell apart shares its mean rank.

    From the best on, whatever is not more than `floor` above the first of a group is in it.

    Raises
    ------
    UsageError
        A loss is not finite.
    """
    if not all(map(math.isfinite, losses)):
        raise UsageError("losses that are ranked are finite numbers; a failure counts with its loss")
    order = sorted(range(len(losses)), key=losses.__getitem__)
    found, start = [0.0] * len(losses), 0
    while start < len(order):
        end, most = start, losses[order[start]] + (floor or 0.0)
        while end < len(order) and losses[order[end]] <= most:
            end += 1
        for index in order[start:end]:
            found[index] = (start + 1 + end) / 2
        start = end
    return tuple(found)


def ranking(by_unit: Sequence[Sequence[float]], level: float = 0.05) -> Ranking:
    """Friedman's test and Nemenyi's critical difference from ranks within each unit, as `ranks` gives them.

    Raises
    ------
    UsageError
        Fewer than two solvers or units, or units with different numbers of them, or a level outside (0, 1).
    """
    n, k = len(by_unit), len(by_unit[0]) if by_unit else 0
    if n < 2 or k < 2 or any(len(row) != k for row in by_unit) or not 0 < level < 1:
        raise UsageError(f"average ranks need two solvers and two units or more, not {k} and {n}")
    average = tuple(math.fsum(row[j] for row in by_unit) / n for j in range(k))
    friedman = _friedman(by_unit, average)
    most = n * (k - 1)
    f = math.inf if most - friedman < 1e-9 * most else (n - 1) * friedman / (most - friedman)
    critical = critical_difference(k, n, level)
    least = math.factorial(k) ** (1.0 - n)
    told = critical if least <= level else math.inf
    p = max(least, _f_tail(f, k, n))
    return Ranking(average, n, friedman, f, p, least, critical, level, _groups(average, told))


def critical_difference(solvers: int, units: int, level: float = 0.05) -> float:
    """q · sqrt(k (k + 1) / (6 n)), q being the Studentized range at this level over √2 (section 3.2.2)."""
    from scipy.stats import studentized_range

    q = float(studentized_range.ppf(1 - level, solvers, math.inf)) / math.sqrt(2)
    return q * math.sqrt(solvers * (solvers + 1) / (6 * units))


def _friedman(by_unit: Sequence[Sequence[float]], average: Sequence[float]) -> float:
    """0 where every unit is one tie."""
    n, k = len(by_unit), len(average)
    middle = (k + 1) / 2
    between = n * math.fsum((rank - middle) ** 2 for rank in average)
    within = math.fsum((rank - middle) ** 2 for row in by_unit for rank in row) / (n * (k - 1))
    return between / within if within else 0.0


def _f_tail(f: float, k: int, n: int) -> float:
    from scipy.stats import f as distribution

    return 0.0 if math.isinf(f) else float(distribution.sf(f, k - 1, (k - 1) * (n - 1)))


def _groups(average: Sequence[float], critical: float) -> tuple[tuple[int, ...], ...]:
    order = sorted(range(len(average)), key=average.__getitem__)
    found: list[tuple[int, ...]] = []
    reached = 0
    for start, first in enumerate(order):
        end = start
        while end < len(order) and average[order[end]] - average[first] <= critical:
            end += 1
        if end - start > 1 and end > reached:
            found.append(tuple(order[start:end]))
        reached = max(reached, end)
    return tuple(found)
