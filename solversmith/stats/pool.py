"""What the best of k attempts is worth, from one pool of n independent attempts of one setting.

Every function here averages over all subsets of size k without drawing any of them, which is unbiased where
the attempts are independent, equal in distribution, and n was fixed beforehand. The programs of a search
whose prompts depend on earlier results are no such pool: see `solversmith.stats.sequential`.

Losses are better if lower. A failed attempt is `None` where a function says so, and never a number there.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from solversmith.errors import UsageError


def weights_at_k(n: int, k: int) -> tuple[float, ...]:
    """The chance of each of n attempts, in order from the best, to be the best of k drawn without repetition.

    Weight i, from 1, is C(n - i, k - 1) / C(n, k); they add up to 1.

    Raises
    ------
    UsageError
        Unless 1 <= k <= n.
    """
    if not 1 <= k <= n:
        raise UsageError(f"the best of {k} of {n} attempts makes no sense: k is from 1 to n")
    found, weight = [], k / n
    for i in range(1, n + 1):
        found.append(weight)
        left = n - i  # the weight of the next one is this one's times (left - k + 1) / left
        weight = weight * (left - k + 1) / left if left else 0.0
    return tuple(found)


def best_at_k(losses: Sequence[float], k: int) -> float:
    """Expected loss of the best of k: the mean of the least of k values over all subsets of the pool.

    Failed attempts enter with the loss that their problem gives to a failure (for combinatorial problems a
    gap of 1); where failures have no such number, see `median_best_at_k`.

    Raises
    ------
    UsageError
        Unless 1 <= k <= n and every loss is finite.
    """
    return math.fsum(
        w * x for w, x in zip(weights_at_k(len(losses), k), sorted(_finite(losses)), strict=True)
    )


def median_best_at_k(losses: Sequence[float | None], k: int) -> float | None:
    """Median loss of the best of k over all subsets; `None` if at least half of them hold failures only.

    `None` among the losses is a failed attempt, worse than any loss. The lower median: the least loss that
    at least half of the subsets reach.

    Raises
    ------
    UsageError
        Unless 1 <= k <= n and every loss is finite or `None`.
    """
    valid = sorted(_finite([loss for loss in losses if loss is not None]))
    reached = 0.0
    for weight, loss in zip(weights_at_k(len(losses), k), valid, strict=False):
        reached += weight
        if reached >= 0.5 * (1 - 1e-12):
            return loss
    return None


def pass_at_k(passed: int, n: int, k: int) -> float:
    """The chance that k of n attempts hold one of those that passed: 1 - C(n - passed, k) / C(n, k).

    With a threshold, or with mere validity as what is passed.

    Chen et al. 2021, "Evaluating Large Language Models Trained on Code", equation 1.

    Raises
    ------
    UsageError
        Unless 1 <= k <= n and 0 <= passed <= n.
    """
    if not 1 <= k <= n or not 0 <= passed <= n:
        raise UsageError(f"pass@{k} of {passed} passed among {n} attempts makes no sense")
    return 1.0 - math.comb(n - passed, k) / math.comb(n, k)


def chosen_at_k(dev: Sequence[float | None], test: Sequence[float], k: int) -> float:
    """Expected test loss of the attempt that is best of k on dev.

    The order comes from dev and the values from test: ordering by test would let the test split choose.
    Attempts that are equal on dev are chosen alike often. `None` on dev is a failure there, chosen only among
    failures; a failure on test is given as the loss of a failure.

    Raises
    ------
    UsageError
        Unless 1 <= k <= n, every loss is finite, and there are as many of one as of the other.
    """
    if len(dev) != len(test):
        raise UsageError(f"{len(dev)} losses on dev and {len(test)} on test: each attempt needs both")
    _finite(test)
    _finite([loss for loss in dev if loss is not None])
    ranked = sorted((math.inf if one is None else one, other) for one, other in zip(dev, test, strict=True))
    weights = weights_at_k(len(dev), k)
    total, start = 0.0, 0
    while start < len(ranked):
        end = start
        while end < len(ranked) and ranked[end][0] == ranked[start][0]:
            end += 1
        mean = math.fsum(loss for _, loss in ranked[start:end]) / (end - start)
        total += mean * math.fsum(weights[start:end])
        start = end
    return total


def _finite(losses: Sequence[float]) -> Sequence[float]:
    if not all(map(math.isfinite, losses)):
        raise UsageError("a loss that is averaged is a finite number; a failure is not given as one")
    return losses
