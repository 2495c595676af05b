"""Self-consistency: independent drafts, of which the one is chosen that the others agree with most.

Source: Wang et al. 2022, "Self-Consistency Improves Chain of Thought Reasoning in Language Models",
arXiv:2203.11171: sample several times, take the most frequent answer.

Faithful: attempts are independent, and no reference is looked at to choose among them; a repair is told what
went wrong with a program that failed, never how large an error is.

Differs: fields of numbers are hardly ever equal, so there is no most frequent one. The medoid is chosen: the
answer on dev with the least sum of distances to all others, which is a member of the largest class where the
classes are tight. The distance is the mean over the rows (each field of each sample) of
‖a − b‖₂ / max(‖a‖₂, ‖b‖₂), from 0 to 2, so that one wild answer moves no sum by more than 2.

Where answers can't be compared (a tour is no vector) the median candidate by dev result is chosen: a control
that is labelled as one, since a median needs losses, and no way to choose well.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from solversmith.contract.method import Chosen, History, Proposal, Signal
from solversmith.methods.best_of_n import BestOfN
from solversmith.methods.parts import settings
from solversmith.methods.parts.ranking import in_order, is_usable
from solversmith.records.run import CandidateRecord

SUMMARY = "n independent drafts; chosen is the one whose answers the others agree with most"
MEDOID = "medoid of the dev answers"
MEDIAN = "median on dev (a control)"


@dataclass(frozen=True)
class Agreement:
    """The medoid of the answers of those that solved every case; the median candidate without any."""

    def choose(
        self, candidates: Sequence[CandidateRecord], answers: Mapping[str, NDArray[Any]], cases: int
    ) -> Chosen:
        """Of equals the one with the lowest number."""
        compared = [c.id for c in candidates if c.id in answers and c.failed == 0]
        if compared:
            return Chosen(compared[medoid([answers[name] for name in compared])], MEDOID)
        ranked = in_order(c for c in candidates if is_usable(c) and c.failed < cases)
        return Chosen(ranked[(len(ranked) - 1) // 2].id if ranked else None, MEDIAN)


@dataclass(frozen=True)
class SelfConsistency:
    """Parameters: `n` candidates, each with up to `debug_rounds` repairs."""

    n: int = settings.whole(8, 1)
    debug_rounds: int = settings.whole(4)
    temperature: float | None = settings.number(None, 0.0, 2.0)

    chooser = Agreement()

    def __post_init__(self) -> None:
        settings.verify(self)

    @property
    def name(self) -> str:
        """As on the command line."""
        return "self-consistency"

    @property
    def generation(self) -> int:
        """All of them: no draft depends on another."""
        return self.n

    def settings(self) -> Mapping[str, Any]:
        """Every setting with its value."""
        return asdict(self)

    def propose(self, history: History, number: int) -> Proposal | Signal:
        """What best of n proposes."""
        return BestOfN(self.n, self.debug_rounds, self.temperature).propose(history, number)


def medoid(answers: Sequence[NDArray[Any]]) -> int:
    """The place of the answer with the least sum of distances to all, the first of equals.

    Answers of another shape than most are as far from all others as can be.
    """
    sums = np.zeros(len(answers))
    for i, one in enumerate(answers):
        for j in range(i):
            apart = distance(one, answers[j])
            sums[i] += apart
            sums[j] += apart
    return int(np.argmin(sums))


def distance(one: NDArray[Any], other: NDArray[Any]) -> float:
    """The mean over rows of ‖a − b‖₂ / max(‖a‖₂, ‖b‖₂): 0 where they are equal, at most 2."""
    if one.shape != other.shape:
        return 2.0
    a, b = one.astype(np.float64), other.astype(np.float64)
    size = np.maximum(np.linalg.norm(a, axis=1), np.linalg.norm(b, axis=1))
    apart = np.linalg.norm(a - b, axis=1)
    return float(np.mean(np.divide(apart, size, out=np.zeros_like(apart), where=size > 0)))


def build(options: Mapping[str, Any]) -> SelfConsistency:
    """The method. Options: `n`, `debug_rounds`, `temperature`. Raises `UsageError`."""
    return settings.built(SelfConsistency, "self-consistency", options)
