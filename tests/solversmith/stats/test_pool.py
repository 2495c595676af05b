"""The estimators equal the mean over all subsets, which is what they stand for."""

from __future__ import annotations

import math
from itertools import combinations
from statistics import fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from solversmith import stats
from solversmith.errors import UsageError

LOSSES = st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=8)
POOLS = st.tuples(LOSSES, st.integers(1, 8)).filter(lambda pool: pool[1] <= len(pool[0]))
SOMETIMES = st.lists(st.none() | st.floats(0, 1), min_size=1, max_size=8)
TWO = st.lists(
    st.tuples(st.none() | st.sampled_from([0.1, 0.2, 0.3, 0.4]), st.floats(0, 1)), min_size=1, max_size=7
)


@given(POOLS)
def test_best_at_k_is_the_mean_over_all_subsets(pool: tuple[list[float], int]) -> None:
    losses, k = pool
    found = fmean(min(chosen) for chosen in combinations(losses, k))
    assert stats.best_at_k(losses, k) == pytest.approx(found, rel=1e-9, abs=1e-9)


@given(SOMETIMES, st.data())
def test_the_median_is_over_all_subsets(losses: list[float | None], data: st.DataObject) -> None:
    k = data.draw(st.integers(1, len(losses)))
    best = sorted(min(math.inf if x is None else x for x in chosen) for chosen in combinations(losses, k))
    lower = best[(len(best) - 1) // 2]
    assert stats.median_best_at_k(losses, k) == (None if math.isinf(lower) else lower)


@given(st.integers(1, 9), st.data())
def test_pass_at_k_is_the_share_of_subsets(n: int, data: st.DataObject) -> None:
    k, passed = data.draw(st.integers(1, n)), data.draw(st.integers(0, n))
    subsets = list(combinations(range(n), k))
    share = sum(any(i < passed for i in chosen) for chosen in subsets) / len(subsets)
    assert stats.pass_at_k(passed, n, k) == pytest.approx(share)


@given(TWO, st.data())
def test_dev_orders_and_test_counts(pool: list[tuple[float | None, float]], data: st.DataObject) -> None:
    """Ties on dev are broken at random: the mean over every order of equal ones."""
    k = data.draw(st.integers(1, len(pool)))

    def of(chosen: tuple[tuple[float | None, float], ...]) -> float:
        ranks = [math.inf if dev is None else dev for dev, _ in chosen]
        return fmean(test for rank, (_, test) in zip(ranks, chosen, strict=True) if rank == min(ranks))

    found = fmean(of(chosen) for chosen in combinations(pool, k))
    assert stats.chosen_at_k([d for d, _ in pool], [t for _, t in pool], k) == pytest.approx(found, abs=1e-9)


def test_weights_stay_exact_for_large_pools() -> None:
    n, k = 2000, 700
    weights = stats.weights_at_k(n, k)
    exact = [math.comb(n - i, k - 1) / math.comb(n, k) if n - i >= k - 1 else 0.0 for i in range(1, 40)]
    assert weights[:39] == pytest.approx(exact, rel=1e-11)
    assert math.fsum(weights) == pytest.approx(1, rel=1e-12)


@pytest.mark.parametrize("call", [
    lambda: stats.best_at_k([1.0, 2.0], 3),
    lambda: stats.best_at_k([1.0, math.nan], 1),
    lambda: stats.best_at_k([], 1),
    lambda: stats.pass_at_k(3, 2, 1),
    lambda: stats.chosen_at_k([0.1], [0.1, 0.2], 1),
    lambda: stats.chosen_at_k([0.1], [math.inf], 1),
    lambda: stats.median_best_at_k([math.inf], 1),
    lambda: stats.cost_at_k([stats.Cost()], 2),
])  # fmt: skip
def test_nonsense_is_refused(call: object) -> None:
    assert callable(call)
    with pytest.raises(UsageError):
        call()


def test_costs_are_k_times_the_mean() -> None:
    costs = [stats.Cost(1, 100, 0.01, 5.0), stats.Cost(3, 500, 0.05, 1.0)]
    found = stats.cost_at_k(costs, 2)
    assert (found.calls, found.tokens, found.cpu_s) == (4, 600, 6.0)
    assert found.usd == pytest.approx(0.06)
    assert stats.cost_at_k([*costs, stats.Cost(usd=None)], 1).usd is None
