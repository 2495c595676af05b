"""Cases in order of their size, until a candidate can't be among the best any more. Pure.

What is left out has the verdict `cut`: it was not measured, and counts as failed. The bound takes a loss of 0
(as good as the best known) for every case that is left, so a candidate that beats best-known values by more
than it has lost before may be cut: that is the price of not measuring.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from solversmith.contract.problem import Case
from solversmith.records.score import CaseScore
from solversmith.records.verdict import Verdict

Key = tuple[int, float]  # failed cases, mean loss
_WHY = "not run: with what came before, this program could not be among the best"


def run(
    cases: Sequence[Case],
    size: Callable[[Case], int],
    scored: Callable[[Case], CaseScore],
    cutoff: Key,
    failure_loss: float,
) -> list[CaseScore]:
    """Every case's score in the order of the cases, carried out from the smallest one on."""
    done: dict[str, CaseScore] = {}
    for case in sorted(cases, key=size):
        if is_beyond(list(done.values()), len(cases), cutoff, failure_loss):
            done[case.name] = CaseScore(case.name, Verdict.CUT, message=_WHY)
        else:
            done[case.name] = scored(case)
    return [done[case.name] for case in cases]


def is_beyond(done: Sequence[CaseScore], cases: int, cutoff: Key, failure_loss: float) -> bool:
    """Whether the best that can still become of a candidate is worse than the cutoff.

    A fault of ours says nothing, and a case that is ok without a loss is left out of the mean.
    """
    if any(score.verdict is Verdict.INTERNAL_ERROR for score in done):
        return False
    failed = sum(score.verdict is not Verdict.OK for score in done)
    losses = [failure_loss if score.verdict is not Verdict.OK else score.loss for score in done]
    counted = [loss for loss in losses if loss is not None]
    of = cases - (len(losses) - len(counted))
    return (failed, math.fsum(counted) / of if of else 0.0) > cutoff
