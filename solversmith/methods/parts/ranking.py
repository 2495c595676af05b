"""Which candidates can be built on, and the best of them, in the order of `solversmith.ranking`."""

from __future__ import annotations

from solversmith.ranking import by_rank, in_order, is_better, is_tie, leaders, ranks, result
from solversmith.records.run import CandidateRecord

__all__ = [
    "Candidates",
    "by_rank",
    "distinct",
    "in_order",
    "is_better",
    "is_tie",
    "is_usable",
    "leaders",
    "ranks",
    "replaces",
    "result",
    "with_one",
]
Candidates = tuple[CandidateRecord, ...]


def is_usable(candidate: CandidateRecord) -> bool:
    """Whether there is a program that solved a case: something that another can be made from."""
    return candidate.program is not None and candidate.loss is not None


def replaces(candidate: CandidateRecord, holder: CandidateRecord | None) -> bool:
    """Whether a place is the candidate's and no more its holder's: it is better, or a tie and earlier."""
    if holder is None or is_better(candidate, holder):
        return True
    return is_tie(candidate, holder) and candidate.number < holder.number


def with_one(members: Candidates, candidate: CandidateRecord, most: int) -> Candidates:
    """The best `most` of the members and one more, best first, no two of which tie.

    A candidate that ties with a member adds nothing, unless it has a lower number than all such members: then
    it takes their place.
    """
    same = [member for member in members if is_tie(member, candidate)]
    if not all(candidate.number < member.number for member in same):
        return members
    kept = [member for member in members if member not in same]
    return tuple(in_order([*kept, candidate])[:most])


def distinct(candidates: Candidates) -> Candidates:
    """Best first, of every rank the one with the lowest number."""
    rank = ranks(candidates)
    found: dict[int, CandidateRecord] = {}
    for candidate in in_order(candidates):
        found.setdefault(rank(candidate), candidate)
    return tuple(found.values())
