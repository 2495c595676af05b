"""What a run's journal says to the estimators: independent attempts as a pool, searches as curves. Pure.

A run is a pool if every program was asked for without showing another one, of one model, and none was cut off
by what others had reached; and if as many attempts as were wanted are over: n was fixed beforehand, and no
result decided how many there are.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from solversmith.records.run import (
    CallRecord,
    CandidateRecord,
    ProposalRecord,
    Record,
    RoundRecord,
    TestRecord,
)
from solversmith.records.verdict import Verdict
from solversmith.rounds import SAVED
from solversmith.stats.costs import Cost, cost_at_k
from solversmith.stats.intervals import Interval, pool_interval
from solversmith.stats.pool import chosen_at_k, median_best_at_k, pass_at_k
from solversmith.stats.sequential import Step

UNITS = ("calls", "tokens", "usd", "cpu_s")


@dataclass(frozen=True)
class Pool:
    """Independent attempts of one run, in order of their numbers. `None` is a failure on all cases.

    `test` is `None` unless every attempt was scored there; `failure_loss` where losses of failures are
    averaged with others (combinatorial problems), `None` where they are not.
    """

    dev: tuple[float | None, ...]
    failed: tuple[int, ...]  # cases
    costs: tuple[Cost, ...]
    test: tuple[float | None, ...] | None = None
    failure_loss: float | None = None

    @property
    def valid(self) -> tuple[bool, ...]:
        """Whether it solved every case."""
        return tuple(failed == 0 for failed in self.failed)

    @property
    def places(self) -> tuple[float, ...]:
        """On dev, as candidates are chosen: by failed cases, then loss. Equal ones share a place."""
        losses = [math.inf if loss is None else loss for loss in self.dev]
        keys = list(zip(self.failed, losses, strict=True))
        place = {key: float(at) for at, key in enumerate(sorted(set(keys)))}
        return tuple(place[key] for key in keys)


@dataclass(frozen=True)
class AtK:
    """The best of k attempts of a pool, and what k of them cost."""

    k: int
    best: Interval | None  # expected loss on dev of the first in rank; None: failures have no loss to average
    median: float | None  # median loss on dev of what solved every case; None: most subsets hold none
    passed: float  # the chance that one of k is valid, or at most as bad as was asked
    test: float | None  # expected loss on test of the best on dev; None: not all were scored
    cost: Cost


def pool_of(
    records: Iterable[Record], wanted: int, failure_loss: float | None, averaged: bool
) -> Pool | None:
    """The attempts of a run; `None` if they are no pool.

    Parameters
    ----------
    wanted
        How many attempts the run was made for.
    failure_loss, averaged
        What a failed case counts, where that is known, and whether failures are averaged with others.
    """
    journal = list(records)
    asked = {r.id: r for r in journal if isinstance(r, ProposalRecord) and r.what == "program"}
    if not asked or any(r.context or r.task != "draft" or r.cutoff is not None for r in asked.values()):
        return None
    if len({r.model for r in asked.values()}) > 1:  # of a mixture, which may go by what its members have done
        return None
    done = {
        r.proposal: r
        for r in journal
        if isinstance(r, CandidateRecord) and r.proposal in asked and r.verdict is not Verdict.INTERNAL_ERROR
    }
    attempts = sorted(done.values(), key=lambda record: record.number)
    if len(attempts) != wanted:
        return None
    costs = costs_of(journal)
    tests = {record.candidate: record.loss for record in journal if isinstance(record, TestRecord)}
    test: tuple[float | None, ...] | None = None
    if all(attempt.id in tests for attempt in attempts):
        test = tuple(tests[attempt.id] for attempt in attempts)
        if failure_loss is None and None in test:
            test = None
        elif failure_loss is not None:
            test = tuple(failure_loss if loss is None else loss for loss in test)
    return Pool(
        tuple(attempt.loss for attempt in attempts),
        tuple(attempt.failed for attempt in attempts),
        tuple(costs.get(attempt.proposal, Cost()) for attempt in attempts),
        test,
        failure_loss if averaged else None,
    )


def at_k(pool: Pool, k: int, good: float | None = None) -> AtK:
    """The estimates for k. Raises `UsageError` unless 1 <= k <= n.

    What passes is what solved every case, with a loss of at most `good` if that is given.
    """
    n = len(pool.dev)
    limit = math.inf if good is None else good
    both = zip(pool.dev, pool.valid, strict=True)
    passed = sum(valid and loss is not None and loss <= limit for loss, valid in both)
    best = None
    if pool.failure_loss is not None:
        losses = [pool.failure_loss if loss is None else loss for loss in pool.dev]
        best = _best(pool.places, losses, k)
    test = None
    if pool.test is not None:
        test = chosen_at_k(pool.places, [loss for loss in pool.test if loss is not None], k)
    solved = [loss if valid else None for loss, valid in zip(pool.dev, pool.valid, strict=True)]
    median = median_best_at_k(solved, k)
    return AtK(k, best, median, pass_at_k(passed, n, k), test, cost_at_k(pool.costs, k))


def _best(places: Sequence[float], losses: Sequence[float], k: int) -> Interval:
    """Of attempts in the order in which candidates are chosen, so that no failure goes before a success.

    Where no attempt fails in part this is `best_at_k` of the losses.
    """

    def of(attempts: Sequence[float], k: int) -> float:
        drawn = [int(attempt) for attempt in attempts]
        return chosen_at_k([places[index] for index in drawn], [losses[index] for index in drawn], k)

    return pool_interval([float(index) for index in range(len(losses))], k, of)


def sizes(n: int) -> tuple[int, ...]:
    """1, 2, 4, ... and n."""
    return tuple(sorted({*(2**power for power in range(n.bit_length()) if 2**power <= n), n}))


def costs_of(journal: Iterable[Record]) -> dict[str, Cost]:
    """What each proposal cost, by id: completions at their first price, tries in doubt at their most."""
    found: dict[str, list[Cost]] = defaultdict(list)
    for record in journal:
        if (cost := _cost(record)) is not None:
            assert isinstance(record, CallRecord | RoundRecord)
            found[record.proposal].append(cost)
    return {proposal: _sum(costs) for proposal, costs in found.items()}


def steps_of(journal: Iterable[Record], unit: str) -> tuple[Step, ...]:
    """Each candidate, with what the run had spent of a unit when it was recorded; words cost, too.

    Raises `KeyError` for a unit that is none of `UNITS`.
    """
    if unit not in UNITS:
        raise KeyError(unit)
    spent: list[float] = []
    found = []
    for record in journal:
        if (cost := _cost(record)) is not None:
            spent.append(float(getattr(cost, unit) or 0.0))
        if isinstance(record, CandidateRecord) and record.verdict is not Verdict.INTERNAL_ERROR:
            whole = record.failed == 0 and record.loss is not None
            found.append(Step(math.fsum(spent), record.loss if whole else None))
    return tuple(found)


def _cost(record: Record) -> Cost | None:
    """What a record charges."""
    if isinstance(record, RoundRecord):
        return Cost(cpu_s=_number(record.measured, "cpu_s") + _number(record.measured, SAVED))
    if not isinstance(record, CallRecord):
        return None
    if record.event == "completed":
        return Cost(1, record.input_tokens + record.output_tokens, record.original_usd)
    if record.event in ("failed", "in_doubt") and record.most_tokens is not None:
        return Cost(1, record.most_tokens, record.most_usd)
    return None


def _sum(costs: Sequence[Cost]) -> Cost:
    usd = [cost.usd for cost in costs if cost.usd is not None]
    return Cost(
        math.fsum(cost.calls for cost in costs),
        math.fsum(cost.tokens for cost in costs),
        math.fsum(usd) if len(usd) == len(costs) else None,
        math.fsum(cost.cpu_s for cost in costs),
    )


def _number(measured: Mapping[str, object], key: str) -> float:
    value = measured.get(key)
    return float(value) if isinstance(value, int | float) else 0.0
