"""Estimators and tests for comparisons that hold up: best of k, intervals, pairs, ranks, profiles."""

from solversmith.stats.costs import Cost, cost_at_k
from solversmith.stats.intervals import (
    Interval,
    cluster_interval,
    mean_interval,
    median_interval,
    pool_interval,
)
from solversmith.stats.paired import PairedTest, Tally, differences, holm, signed_rank_test, tally
from solversmith.stats.pool import (
    best_at_k,
    chosen_at_k,
    median_best_at_k,
    pass_at_k,
    weights_at_k,
)
from solversmith.stats.profiles import Profile, profile
from solversmith.stats.ranks import Ranking, critical_difference, ranking, ranks
from solversmith.stats.sequential import Step, best_at_budget, curve

__all__ = [
    "Cost",
    "Interval",
    "PairedTest",
    "Profile",
    "Ranking",
    "Step",
    "Tally",
    "best_at_budget",
    "best_at_k",
    "chosen_at_k",
    "cluster_interval",
    "cost_at_k",
    "critical_difference",
    "curve",
    "differences",
    "holm",
    "mean_interval",
    "median_best_at_k",
    "median_interval",
    "pass_at_k",
    "pool_interval",
    "profile",
    "ranking",
    "ranks",
    "signed_rank_test",
    "tally",
    "weights_at_k",
]
