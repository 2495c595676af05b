"""What a search has reached at a budget: the best so far, run by run, over seeds.

Programs of a search that learns from its results are not independent. Estimating its best of k from subsets
of one run, as for a pool, is wrong: it takes late programs for early ones, and on a hill climb gives
a fraction of the true loss. Here each run counts once, at each budget, and only other seeds make a spread.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from solversmith.errors import UsageError


@dataclass(frozen=True)
class Step:
    """An attempt that ended when `spent` of the budget (calls, tokens, USD or CPU seconds) was used."""

    spent: float
    loss: float | None  # None: it failed


def curve(steps: Iterable[Step]) -> tuple[Step, ...]:
    """The steps at which a run's best loss became better, in order of what was spent.

    Raises
    ------
    UsageError
        A negative or non-finite amount, or a loss that is not finite.
    """
    found: list[Step] = []
    for step in sorted(steps, key=lambda step: step.spent):
        if not (math.isfinite(step.spent) and step.spent >= 0):
            raise UsageError(f"{step.spent} can't have been spent")
        if step.loss is None:
            continue
        if not math.isfinite(step.loss):
            raise UsageError("a loss is a finite number; a failure has none")
        if not found or step.loss < (found[-1].loss or 0.0):
            found.append(step)
    return tuple(found)


def best_at_budget(reached: Sequence[Step], budget: float) -> float | None:
    """The best loss that a run had when this much was spent; `None` if nothing had succeeded yet.

    Parameters
    ----------
    reached
        As `curve` gives it.
    """
    count = bisect_right([step.spent for step in reached], budget)
    return reached[count - 1].loss if count else None
