"""The candidates of a run as they count: how each ended, what it took, and what had been spent until then."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from solversmith.records.run import CallRecord, CandidateRecord, ProposalRecord, Record, RoundRecord
from solversmith.records.verdict import Verdict
from solversmith.stats.costs import Cost
from solversmith.stats.pool import chosen_at_k

_WITHOUT_ANSWER = {
    Verdict.NO_CODE,
    Verdict.SYNTAX_ERROR,
    Verdict.IMPORT_ERROR,
    Verdict.RUNTIME_ERROR,
    Verdict.CRASH,
    Verdict.TIME_LIMIT,
    Verdict.MEMORY_LIMIT,
    Verdict.OUTPUT_LIMIT,
    Verdict.PROTOCOL_ERROR,
}


@dataclass(frozen=True)
class Counted:
    """A candidate that counts. Its loss is that of its best round, on dev; `None` without any scored case."""

    id: str
    verdict: Verdict
    loss: float | None
    failed: int
    rounds: int = 1
    wall_s: float | None = None  # of the program of its best round
    cost: Cost = field(default_factory=Cost)  # of all its rounds
    spent: Cost = field(
        default_factory=Cost
    )  # by the run until it was there, other attempts and texts included

    @property
    def key(self) -> tuple[int, float]:
        """Ranking key: (failed cases, loss), lower first."""
        return (self.failed, math.inf if self.loss is None else self.loss)


@dataclass(frozen=True)
class Funnel:
    """Of so many attempts: in how many a program was found, which gave answers, all of them valid, and good.

    An attempt stands where its best round does. `good` is `None` where nothing says what good is.
    """

    asked: int
    code: int
    runs: int
    valid: int
    good: int | None = None

    def __str__(self) -> str:
        stages = (self.asked, self.code, self.runs, self.valid, self.good)
        return " > ".join("?" if stage is None else str(stage) for stage in stages)


def funnel(candidates: Sequence[Counted], good: float | None = None) -> Funnel:
    """How far the candidates came. `good`: the largest loss of a good one."""
    valid = [one for one in candidates if one.verdict is Verdict.OK]
    return Funnel(
        asked=len(candidates),
        code=sum(one.verdict is not Verdict.NO_CODE for one in candidates),
        runs=sum(one.verdict not in _WITHOUT_ANSWER for one in candidates),
        valid=len(valid),
        good=None if good is None else sum(one.loss is not None and one.loss <= good for one in valid),
    )


def losses_of(candidates: Sequence[Counted], failure_loss: float) -> list[float]:
    """The dev loss of each, one without any counting as a failure does."""
    return [failure_loss if one.loss is None else one.loss for one in candidates]


def best_of_k(candidates: Sequence[Counted], k: int, failure_loss: float, is_pool: bool) -> float | None:
    """Loss of the best of k candidates by (failed cases, loss); `None` for more than there are.

    Of a pool of independent ones its expectation over all subsets; of a search, whose later candidates learn
    from the earlier ones, that of its first k.
    """
    losses = losses_of(candidates, failure_loss)
    if not 1 <= k <= len(losses):
        return None
    if not is_pool:
        return losses[min(range(k), key=lambda index: candidates[index].key)]
    places = {key: float(place) for place, key in enumerate(sorted({one.key for one in candidates}))}
    return chosen_at_k([places[one.key] for one in candidates], losses, k)


def counted(journal: Sequence[Record]) -> tuple[Counted, ...]:
    """The candidates by number, without those that ended with a fault of ours.

    Completions count at their original price, whoever paid for them, and nothing else of a call does.
    """
    costs: dict[str, Cost] = {}
    total = Cost()
    found: list[tuple[int, Counted]] = []
    for record in journal:
        if isinstance(record, CallRecord) and record.event == "completed":
            tokens = record.input_tokens + record.output_tokens
            cost = Cost(1, tokens, record.original_usd, 0.0)
        elif isinstance(record, RoundRecord) and record.verdict is not Verdict.INTERNAL_ERROR:
            cost = Cost(cpu_s=float(record.measured.get("cpu_s", 0.0)))
        elif isinstance(record, CandidateRecord) and record.verdict is not Verdict.INTERNAL_ERROR:
            found.append((record.number, _counted(record, costs.get(record.proposal, Cost()), total)))
            continue
        else:
            continue
        costs[record.proposal] = _sum(costs.get(record.proposal, Cost()), cost)
        total = _sum(total, cost)
    return tuple(one for _, one in sorted(found, key=lambda pair: pair[0]))


def independent(journal: Sequence[Record]) -> bool:
    """Whether the candidates are draws from one distribution: every prompt alike, none showing a result.

    Then the best of k is known from all subsets of them; of a search that learns it is not.
    """
    proposals = [record for record in journal if isinstance(record, ProposalRecord)]
    return (
        bool(proposals)
        and all(
            one.what == "program"
            and not one.parents
            and not one.context
            and one.cutoff is None  # what others had reached
            and one.model == proposals[0].model
            for one in proposals
        )
        and len({one.instruction for one in proposals}) == 1
    )


def _counted(record: CandidateRecord, cost: Cost, spent: Cost) -> Counted:
    return Counted(
        record.id,
        record.verdict,
        record.loss,
        record.failed,
        record.rounds,
        record.measured.get("wall_s"),
        cost,
        spent,
    )


def _sum(one: Cost, other: Cost) -> Cost:
    usd = None if one.usd is None or other.usd is None else one.usd + other.usd
    return Cost(one.calls + other.calls, one.tokens + other.tokens, usd, one.cpu_s + other.cpu_s)
