"""Intervals: over seeds, which are independent; or within one pool, where that is known to work."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from solversmith.errors import UsageError

_RESAMPLES = 2000
_LEAST_CLUSTERS = 6
_LEAST_SHARE = 4  # a pool of n tells the spread of its best of k up to k = n / 4


@dataclass(frozen=True)
class Interval:
    """An estimate and what stands around it; `low` and `high` are `None` where `how` says why."""

    value: float | None
    low: float | None = None
    high: float | None = None
    level: float = 0.95
    how: str = ""


def mean_interval(values: Sequence[float], level: float = 0.95) -> Interval:
    """Student's interval of a mean over seeds; none for fewer than two values. Raises `UsageError`."""
    _check(values, level)
    n, mean = len(values), math.fsum(values) / len(values)
    if n < 2:
        return Interval(mean, level=level, how="no interval: one seed")
    from scipy.stats import t

    error = math.sqrt(math.fsum((value - mean) ** 2 for value in values) / (n - 1) / n)
    half = float(t.ppf((1 + level) / 2, n - 1)) * error
    return Interval(mean, mean - half, mean + half, level, f"Student's t over {n} seeds")


def median_interval(values: Sequence[float | None], level: float = 0.95) -> Interval:
    """The median over seeds between two order statistics, which needs no assumption on the distribution.

    `None` is a failure, worse than any value; a bound that falls on one is `None`, and so is the median. With
    fewer than 6 values nothing reaches 95 %, and `how` says the level that all of them would have.

    Raises
    ------
    UsageError
        No value, one that is not finite, or a level outside (0, 1).
    """
    _check([value for value in values if value is not None] or [0.0], level)
    if not values:
        raise UsageError("there is no median of nothing")
    n = len(values)
    ordered: list[float | None] = [*sorted(v for v in values if v is not None)]
    ordered += [None] * (n - len(ordered))
    rank = _rank(n, level)
    if rank == 0:
        reached = 1 - 2 * 0.5**n
        return Interval(
            _median(ordered), level=level, how=f"no interval: {n} seeds reach {100 * reached:.3g} % at most"
        )
    return Interval(
        _median(ordered), ordered[rank - 1], ordered[n - rank], level, f"order statistics of {n} seeds"
    )


def pool_interval(
    losses: Sequence[float],
    k: int,
    estimate: Callable[[Sequence[float], int], float],
    *,
    seed: int = 0,
    level: float = 0.95,
) -> Interval:
    """A percentile bootstrap of an estimate from one pool; none for k > n / 4.

    Beyond, resampling can't know of the losses better than the best that was seen: from 16 attempts such an
    interval for k = 16 covers the truth in 55 % of cases, not in 95 %.

    Parameters
    ----------
    estimate
        As `best_at_k`: of losses and k.

    Raises
    ------
    UsageError
        As `estimate` does; and for a level outside (0, 1).
    """
    _check(losses, level)
    value, n = estimate(losses, k), len(losses)
    if k * _LEAST_SHARE > n:
        return Interval(value, level=level, how=f"no interval: k = {k} is more than a quarter of n = {n}")
    import numpy as np

    rng = np.random.default_rng([seed, n, k])
    drawn = np.asarray(losses)[rng.integers(n, size=(_RESAMPLES, n))]
    found = [estimate(sample, k) for sample in drawn.tolist()]
    low, high = np.quantile(found, [(1 - level) / 2, (1 + level) / 2])
    return Interval(value, float(low), float(high), level, f"bootstrap of {n} attempts")


def cluster_interval(clusters: Sequence[Sequence[float]], *, seed: int = 0, level: float = 0.95) -> Interval:
    """The mean of all values, with a percentile bootstrap over whole clusters: cases of one run, say.

    Values of one cluster are not independent, and treating them as if they were makes an interval that is too
    short. None for fewer than 6 clusters: so few can't tell how clusters differ.

    Raises
    ------
    UsageError
        No value, an empty cluster, one that is not finite, or a level outside (0, 1).
    """
    _check([value for values in clusters for value in values], level)
    if not all(clusters):
        raise UsageError("a cluster without values says nothing: leave it out")
    import numpy as np

    sums = np.array([math.fsum(values) for values in clusters])
    sizes = np.array([len(values) for values in clusters])
    mean, n = float(sums.sum() / sizes.sum()), len(clusters)
    if n < _LEAST_CLUSTERS:
        return Interval(
            mean, level=level, how=f"no interval: {n} clusters, at least {_LEAST_CLUSTERS} needed"
        )
    drawn = np.random.default_rng([seed, n]).integers(n, size=(_RESAMPLES, n))
    means = sums[drawn].sum(axis=1) / sizes[drawn].sum(axis=1)
    low, high = np.quantile(means, [(1 - level) / 2, (1 + level) / 2])
    return Interval(mean, float(low), float(high), level, f"bootstrap of {n} clusters")


def _rank(n: int, level: float) -> int:
    """The largest r for which the r-th value from either end enclose the median often enough; 0: none."""
    outside, rank = 0.0, 0
    for below in range((n + 1) // 2):
        outside += 2 * math.comb(n, below) * 0.5**n
        if outside > 1 - level:
            return rank
        rank = below + 1
    return rank


def _median(ordered: Sequence[float | None]) -> float | None:
    n = len(ordered)
    low, high = ordered[(n - 1) // 2], ordered[n // 2]
    return None if low is None or high is None else (low + high) / 2


def _check(values: Sequence[float], level: float) -> None:
    if not 0 < level < 1:
        raise UsageError(f"a level is between 0 and 1, not {level}")
    if not values or not all(map(math.isfinite, values)):
        raise UsageError("an interval needs finite values, and one at least")
