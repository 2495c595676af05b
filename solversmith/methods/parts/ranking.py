"""Which candidates can be built on, and which is better: a failure never outranks a success."""

from __future__ import annotations

import math
from bisect import insort

from solversmith.records.run import CandidateRecord

Candidates = tuple[CandidateRecord, ...]


def is_usable(candidate: CandidateRecord) -> bool:
    """Whether there is a program that solved a case: something that another can be made from."""
    return candidate.program is not None and candidate.loss is not None


def result(candidate: CandidateRecord) -> tuple[int, float]:
    """Failed cases, then loss; lower is better. The only thing that methods compare candidates by."""
    return (candidate.failed, math.inf if candidate.loss is None else candidate.loss)


def rank(candidate: CandidateRecord) -> tuple[int, float, int]:
    """`result`, and of equal ones the earlier: a strict order."""
    return (*result(candidate), candidate.number)


def with_one(members: Candidates, candidate: CandidateRecord, most: int) -> Candidates:
    """The best `most` of the members and one more, best first.

    A candidate whose result a member already has adds nothing, unless it comes before that member in `rank`.
    """
    if len(members) >= most and rank(candidate) > rank(members[-1]):
        return members
    found = [member for member in members if result(member) != result(candidate)]
    if len(found) < len(members):
        same = next(member for member in members if result(member) == result(candidate))
        if rank(same) <= rank(candidate):
            return members
    insort(found, candidate, key=rank)
    return tuple(found[:most])


def distinct(candidates: Candidates) -> Candidates:
    """Without those that have the result of an earlier one."""
    found: dict[tuple[int, float], CandidateRecord] = {}
    for candidate in candidates:
        found.setdefault(result(candidate), candidate)
    return tuple(found.values())
