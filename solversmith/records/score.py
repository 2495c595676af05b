"""Scores: of one case, and of a candidate over a split."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from solversmith.records.verdict import Verdict, first_in_precedence


@dataclass(frozen=True)
class CaseScore:
    """What one program achieved on one case.

    `loss`: lower is better, 0 is the reference or best known, negative beats it; `None` unless the verdict
    is ok, or ok without a best-known value (`metrics["objective"]` stands alone then).
    `message` is for people and, on dev, for the model: no reference value in it.
    `fingerprint`: at most 4 kB of JSON that tells solutions apart.
    """

    case: str
    verdict: Verdict
    loss: float | None = None
    metrics: Mapping[str, Any] = field(default_factory=dict)
    message: str = ""
    fingerprint: Any = None
    measured: Mapping[str, Any] = field(default_factory=dict)
    values: Any = field(default=None, repr=False, compare=False)  # the answer itself, where it is to be kept

    def __post_init__(self) -> None:
        if self.loss is not None and not math.isfinite(self.loss):
            raise ValueError(
                f"loss of case {self.case!r} is {self.loss}: a record holds finite numbers or None"
            )
        if self.verdict is not Verdict.OK and self.loss is not None:
            raise ValueError(f"case {self.case!r} has verdict {self.verdict} and yet a loss")


@dataclass(frozen=True)
class Score:
    """What one program achieved on a split, or on a part of it: verdict, loss, and every case.

    `loss` is the mean over the cases, a failed one counting with `failure_loss`; `None` without any ok case
    that has a loss.
    """

    verdict: Verdict
    loss: float | None
    cases: tuple[CaseScore, ...]

    @property
    def failed(self) -> int:
        """How many cases did not end with ok."""
        return sum(case.verdict is not Verdict.OK for case in self.cases)

    @property
    def key(self) -> tuple[int, float]:
        """Ranking key: (failed cases, mean loss), lower first."""
        return (self.failed, math.inf if self.loss is None else self.loss)


def combine(cases: Sequence[CaseScore], failure_loss: float) -> Score:
    """The score of a candidate from those of its cases, in case order.

    A case that is ok but has no loss (no best-known value) is left out of the mean. Where a case was cut
    there is no loss: it was not measured.
    Raises `ValueError` for an empty split.
    """
    verdict = first_in_precedence(case.verdict for case in cases)
    valid = [case.loss for case in cases if case.verdict is Verdict.OK and case.loss is not None]
    failures = sum(case.verdict is not Verdict.OK for case in cases)
    loss = math.fsum([*valid, failures * failure_loss]) / (len(valid) + failures) if valid else None
    if verdict is Verdict.INTERNAL_ERROR or any(case.verdict is Verdict.CUT for case in cases):
        loss = None  # a fault of ours is never averaged, and what was not measured is no loss
    return Score(verdict, loss, tuple(cases))


def averaged(repeats: Sequence[CaseScore]) -> CaseScore:
    """One case's score from several executions of it: the mean loss, and the first verdict in precedence.

    Metrics, message and fingerprint are those of the execution whose loss is the median, or of the first one
    with that verdict; metrics say every loss (`repeats`), `measured` the mean wall time and all CPU time.
    """
    if len(repeats) == 1:
        return repeats[0]
    verdict = first_in_precedence(score.verdict for score in repeats)
    losses = [score.loss for score in repeats]
    known = [loss for loss in losses if loss is not None]
    whole = verdict is Verdict.OK and len(known) == len(losses)
    if whole:
        kept = sorted(repeats, key=lambda score: score.loss or 0.0)[(len(repeats) - 1) // 2]
    else:
        kept = next(score for score in repeats if score.verdict is verdict)
    means = {"wall_s": _summed(repeats, "wall_s") / len(repeats), "cpu_s": _summed(repeats, "cpu_s")}
    return replace(
        kept,
        loss=math.fsum(known) / len(known) if whole else None,
        metrics={**kept.metrics, "repeats": losses},
        measured={**kept.measured, **{key: round(value, 6) for key, value in means.items()}},
    )


def _summed(scores: Sequence[CaseScore], key: str) -> float:
    return math.fsum(float(score.measured.get(key) or 0.0) for score in scores)


def by_part(score: Score, failure_loss: float) -> dict[str, Score]:
    """The parts of a split that are averaged apart, too (`metrics["part"]`): easy and hard.

    Empty unless every case belongs to a part and there are several.
    """
    parts: dict[str, list[CaseScore]] = {}
    for case in score.cases:
        parts.setdefault(str(case.metrics.get("part") or ""), []).append(case)
    if len(parts) < 2 or "" in parts:
        return {}
    return {part: combine(cases, failure_loss) for part, cases in parts.items()}
