"""Estimators for comparisons that hold up: best of k, searches, intervals, agreement of answers."""

from solversmith.stats.costs import Cost, cost_at_k
from solversmith.stats.intervals import Interval, mean_interval, median_interval, pool_interval
from solversmith.stats.pool import (
    best_at_k,
    chosen_at_k,
    median_best_at_k,
    pass_at_k,
    weights_at_k,
)
from solversmith.stats.sequential import Step, best_at_budget, curve

__all__ = [
    "Cost",
    "Interval",
    "Step",
    "best_at_budget",
    "best_at_k",
    "chosen_at_k",
    "cost_at_k",
    "curve",
    "mean_interval",
    "median_best_at_k",
    "median_interval",
    "pass_at_k",
    "pool_interval",
    "weights_at_k",
]
