"""Intervals against scipy, and against how often they hold the truth."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats as scipy_stats

from solversmith import stats
from solversmith.errors import UsageError


def test_a_mean_as_scipy_has_it() -> None:
    values = [0.3, 0.1, 0.7, 0.45, 0.2]
    found = stats.mean_interval(values)
    low, high = scipy_stats.t.interval(0.95, 4, np.mean(values), scipy_stats.sem(values))
    assert found.low == pytest.approx(low)
    assert found.high == pytest.approx(high)
    assert stats.mean_interval([0.5]).low is None


def test_a_median_covers_at_least_its_level() -> None:
    rng = np.random.default_rng(3)
    for n in (6, 8, 15, 40):
        hits = 0
        for _ in range(400):
            found = stats.median_interval(rng.exponential(size=n).tolist())
            assert found.low is not None
            assert found.high is not None
            hits += found.low <= math.log(2) <= found.high
        assert hits / 400 > 0.92  # three standard errors below 95 %
    assert "order statistics" in stats.median_interval([0.1] * 6).how


def test_few_seeds_and_failures_have_no_interval() -> None:
    assert stats.median_interval([0.1] * 5) == stats.Interval(
        0.1, how="no interval: 5 seeds reach 93.8 % at most"
    )
    assert stats.median_interval([0.1, 0.2, None, None]).value is None
    found = stats.median_interval([0.1, 0.2, 0.3, 0.4, 0.5, None])
    assert found.value == pytest.approx(0.35)
    assert found.low == 0.1
    assert found.high is None


def test_a_pool_tells_its_spread_up_to_a_quarter() -> None:
    losses = np.random.default_rng(0).random(16).tolist()
    assert stats.pool_interval(losses, 5, stats.best_at_k).low is None
    found = stats.pool_interval(losses, 4, stats.best_at_k)
    assert found.low is not None
    assert found.high is not None
    assert found.low <= stats.best_at_k(losses, 4) <= found.high
    assert found == stats.pool_interval(losses, 4, stats.best_at_k)


@pytest.mark.parametrize("values", [[], [math.nan], [math.inf, 1.0]])
def test_nonsense_is_refused(values: list[float]) -> None:
    with pytest.raises(UsageError):
        stats.mean_interval(values)
    with pytest.raises(UsageError):
        stats.median_interval(values)


def test_a_level_is_a_probability() -> None:
    with pytest.raises(UsageError):
        stats.mean_interval([0.1, 0.2], 95)
