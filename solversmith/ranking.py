"""Which result is better: the one order that methods, selection, stopping and summaries share.

Fewer failed cases come first, then less loss, so that a failure never outranks a success. Losses that differ
by no more than the error of what they were measured against (`error_floor` of the records) are ties. A tie
says nothing of a third result: of three losses each half an error from the next, the first and the last are
none. Ranks are therefore made from the best down: all that tie with the best of a rank have that rank.

No clock decides anything here: what is to be chosen among ties is the reader's own affair.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Iterable
from typing import TypeVar

from solversmith.records.run import CandidateRecord, RoundRecord

Scored = CandidateRecord | RoundRecord
Result = tuple[int, float]
Item = TypeVar("Item")


def result(record: Scored) -> Result:
    """Failed cases, then loss; lower is better."""
    return (record.failed, math.inf if record.loss is None else record.loss)


def error_of(records: Iterable[Scored]) -> float:
    """How well these losses are known; 0 where nobody says."""
    return max((record.error_floor or 0.0 for record in records), default=0.0)


def beats(one: Result, other: Result, error: float = 0.0) -> bool:
    """Whether the first is better by more than the error."""
    return one[0] < other[0] or (one[0] == other[0] and one[1] + error < other[1])


def is_better(one: Scored, other: Scored) -> bool:
    """Whether the first is better by more than the error of either."""
    return beats(result(one), result(other), error_of((one, other)))


def is_tie(one: Scored, other: Scored) -> bool:
    """Whether neither is better."""
    return not is_better(one, other) and not is_better(other, one)


def leaders(results: Iterable[Result], error: float = 0.0) -> tuple[Result, ...]:
    """The best result of every rank, the best one first."""
    found: list[Result] = []
    for each in sorted(set(results)):
        if not found or beats(found[-1], each, error):
            found.append(each)
    return tuple(found)


def ranks(records: Iterable[Scored], least: float = 0.0) -> Callable[[Scored], int]:
    """The rank of each of these records, from 0; no error is taken for less than `least`."""
    known = list(records)
    first = leaders(map(result, known), max(least, error_of(known)))
    return lambda record: bisect_right(first, result(record)) - 1


def by_rank(items: Iterable[Item], of: Callable[[Item], CandidateRecord]) -> list[Item]:
    """Best first by the candidate of each item, ties by its number, so that no clock decides."""
    known = list(items)
    rank = ranks(map(of, known))
    return sorted(known, key=lambda item: (rank(of(item)), of(item).number))


def in_order(candidates: Iterable[CandidateRecord]) -> list[CandidateRecord]:
    """Best first, ties by number."""
    return by_rank(candidates, lambda candidate: candidate)
