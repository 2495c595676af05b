"""Two solvers on the same units: win, tie, loss; Wilcoxon's signed ranks, also by clusters; Holm.

A unit is whatever both were measured on: a problem, a run's seed, a case. Losses: lower is better.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from solversmith.errors import UsageError

_MOST_SUM = 300_000  # of doubled ranks, up to which the null distribution is counted out: 547 pairs


@dataclass(frozen=True)
class Tally:
    """How often the first of two solvers was better, as good, and worse."""

    wins: int
    ties: int
    losses: int

    def __str__(self) -> str:
        return f"{self.wins}/{self.ties}/{self.losses}"


@dataclass(frozen=True)
class PairedTest:
    """A two-sided test that neither of two solvers is better.

    `p` is `None` where there is no unit. `least_p` is the smallest value that a design of this size can give,
    whatever is measured: 2^(1 - m) for m units, or clusters of units.
    """

    p: float | None
    least_p: float
    units: int
    ties: int
    clusters: int
    how: str


def differences(
    ours: Sequence[float],
    theirs: Sequence[float],
    floors: Sequence[float | None] = (),
    *,
    relative: bool = False,
) -> list[float]:
    """Loss of one less loss of the other, unit by unit; exactly 0 where the reference can't tell them apart.

    That is where they differ by no more than its error, `floors`, if that is known.

    Parameters
    ----------
    relative
        Divided by the larger of both magnitudes: for units whose losses have no common scale.

    Raises
    ------
    UsageError
        Not as many of one as of the other, or a value that is not finite.
    """
    floors = floors or [None] * len(ours)
    if not len(ours) == len(theirs) == len(floors):
        raise UsageError(f"{len(ours)} losses of one and {len(theirs)} of the other can't be paired")
    if not all(map(math.isfinite, (*ours, *theirs))):
        raise UsageError("losses that are compared are finite numbers; a failure counts with its loss")
    found = []
    for own, other, floor in zip(ours, theirs, floors, strict=True):
        if own == other or abs(own - other) <= (floor or 0.0):
            found.append(0.0)
        else:
            found.append((own - other) / (max(abs(own), abs(other)) if relative else 1.0))
    return found


def tally(found: Sequence[float]) -> Tally:
    """Wins, ties and losses of the first of two, from `differences`."""
    wins, losses = sum(value < 0 for value in found), sum(value > 0 for value in found)
    return Tally(wins, len(found) - wins - losses, losses)


def signed_rank_test(found: Sequence[float], clusters: Sequence[Hashable] = ()) -> PairedTest:
    """Wilcoxon's signed-rank test of paired differences; two-sided, ties (zeros) left out.

    With `clusters`, one name for each difference, units of one cluster are not independent, as the cases of
    one run are not: under the null hypothesis the signs of a whole cluster turn together, so that the sums of
    signed ranks by cluster are what is permuted, and m in `least_p` counts clusters. One unit to a cluster is
    the ordinary test. Exact, equal magnitudes included (where scipy's exact method refuses them or depends on
    its version), up to 547 units; beyond, the normal approximation without correction.

    Wilcoxon 1945, "Individual comparisons by ranking methods"; signs that turn by cluster: the permutation
    principle, in the manner of Datta & Satten 2008 (`unverified`).

    Raises
    ------
    UsageError
        A name for each difference is missing, or a difference is not finite.
    """
    names = list(clusters) or list(range(len(found)))
    if len(names) != len(found) or not all(map(math.isfinite, found)):
        raise UsageError("each difference is finite and belongs to one cluster")
    groups = len(set(names))
    ties = sum(value == 0 for value in found)
    if not found:
        return PairedTest(None, 1.0, 0, 0, 0, "no units")
    least_p = min(1.0, 2.0 ** (1 - groups))
    if ties == len(found):
        return PairedTest(1.0, least_p, len(found), ties, groups, "all units are ties")
    sums = [abs(value) for value in _sums(found, names).values()]
    observed = abs(sum(_sums(found, names).values()))
    exact = sum(sums) <= _MOST_SUM
    p = _exact(sums, observed) if exact else _normal(sums, observed)
    by = f", signs by {groups} clusters" if groups < len(found) else ""
    how = f"signed ranks of {len(found) - ties} units{by}, {'exact' if exact else 'normal approximation'}"
    return PairedTest(p, least_p, len(found), ties, groups, how)


def holm(values: Sequence[float]) -> list[float]:
    """p values corrected for their number, in the order given: at a level, their joint error is at most it.

    Holm 1979, "A simple sequentially rejective multiple test procedure", as adjusted p values: the i-th
    smallest of m times m - i + 1, never less than one before it, at most 1.

    Raises
    ------
    UsageError
        A value outside [0, 1].
    """
    if not all(0 <= value <= 1 for value in values):
        raise UsageError("a p value is between 0 and 1")
    found, reached = [0.0] * len(values), 0.0
    for place, index in enumerate(sorted(range(len(values)), key=values.__getitem__)):
        reached = max(reached, min(1.0, (len(values) - place) * values[index]))
        found[index] = reached
    return found


def _sums(found: Sequence[float], names: Sequence[Hashable]) -> dict[Hashable, int]:
    """Doubled signed ranks (whole numbers, ties in magnitude included), added up by cluster."""
    from scipy.stats import rankdata

    left = [(value, name) for value, name in zip(found, names, strict=True) if value != 0]
    ranks = rankdata([abs(value) for value, _ in left])
    sums: dict[Hashable, int] = {}
    for (value, name), rank in zip(left, ranks, strict=True):
        doubled = round(2 * float(rank))
        sums[name] = sums.get(name, 0) + (doubled if value > 0 else -doubled)
    return sums


def _exact(sums: Sequence[int], observed: int) -> float:
    """The share of all sign patterns whose sum is at least as far from 0."""
    import numpy as np

    total = sum(sums)
    shares = np.zeros(total + 1)  # of positive parts by their sum
    shares[0] = 1.0
    for value in sums:
        turned = np.zeros_like(shares)
        turned[value:] = shares[: total + 1 - value]
        shares = 0.5 * (shares + turned)
    far = np.abs(2 * np.arange(total + 1) - total) >= observed
    return min(1.0, float(shares[far].sum()))


def _normal(sums: Sequence[int], observed: int) -> float:
    spread = math.sqrt(math.fsum(float(value) ** 2 for value in sums))
    return math.erfc(observed / spread / math.sqrt(2))
