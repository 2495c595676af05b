"""Performance profiles of examples that can be counted by hand."""

from __future__ import annotations

import math

import pytest

from solversmith.errors import UsageError
from solversmith.stats import cluster_interval, profile


def test_a_profile_counts_units_within_a_factor_of_the_best() -> None:
    found = profile({"a": [1.0, 4.0, 2.0, 1.0], "b": [2.0, 1.0, 2.0, None]})
    assert found.factor
    assert found.needed == {"a": (1.0, 1.0, 1.0, 4.0), "b": (1.0, 1.0, 2.0, math.inf)}
    assert [found.share("a", tau) for tau in (0.5, 1, 3.9, 4)] == [0, 0.75, 0.75, 1]
    assert [found.share("b", tau) for tau in (1, 2, 1e9)] == [0.5, 0.75, 0.75]


def test_where_a_loss_is_zero_or_beats_the_best_known_differences_are_counted() -> None:
    found = profile({"a": [0.0, -0.01], "b": [0.1, 0.02]})
    assert not found.factor
    assert found.needed["b"] == pytest.approx((0.03, 0.1))


def test_below_the_reference_s_error_all_are_best() -> None:
    found = profile({"a": [1e-9], "b": [1e-7]}, [1e-6])
    assert found.needed == {"a": (1.0,), "b": (1.0,)}


def test_a_unit_on_which_all_fail_counts_against_all() -> None:
    found = profile({"a": [None, 1.0], "b": [None, 1.0]})
    assert found.share("a", 1e12) == 0.5


@pytest.mark.parametrize("losses", [{}, {"a": []}, {"a": [1.0], "b": []}, {"a": [math.nan]}])
def test_what_is_no_table_of_losses_is_refused(losses: dict[str, list[float | None]]) -> None:
    with pytest.raises(UsageError):
        profile(losses)


def test_an_interval_over_clusters_covers_the_truth_where_one_over_cases_does_not() -> None:
    """Eight runs of ten cases; runs differ by 1, cases within a run by .1; the true mean is 0."""
    import numpy as np

    rng = np.random.default_rng(1)
    right = wrong = 0
    for seed in range(60):
        runs = rng.normal(0, 1, size=(8, 1)) + rng.normal(0, 0.1, size=(8, 10))
        by_run = cluster_interval(runs.tolist(), seed=seed)
        by_case = cluster_interval([[value] for value in runs.ravel().tolist()], seed=seed)
        for interval, name in ((by_run, "run"), (by_case, "case")):
            assert interval.low is not None
            assert interval.high is not None
            covers = interval.low <= 0 <= interval.high
            right += covers and name == "run"
            wrong += covers and name == "case"
    assert right >= 50  # 95 % at best; a percentile bootstrap of 8 clusters is somewhat short
    assert wrong <= 35


def test_too_few_clusters_have_no_interval() -> None:
    found = cluster_interval([[1.0, 3.0], [2.0]])
    assert (found.value, found.low) == (2.0, None)
    assert "at least 6" in found.how
    with pytest.raises(UsageError):
        cluster_interval([[1.0], []])
