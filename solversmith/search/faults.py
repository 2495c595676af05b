"""Proposals that are set aside for a fault of ours: how that is recorded, and what a run says of it.

A proposal is set aside when its last result is a candidate with the verdict `internal_error`. It counts
towards no n, so a method proposes another in its place, and it is tried once more by every later session
until the search is frozen.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable

from solversmith import rounds
from solversmith.contract.broker import Broker
from solversmith.errors import InternalFault
from solversmith.history import is_fault
from solversmith.records.run import CandidateRecord, NoteRecord, ProposalRecord, Record, RoundRecord
from solversmith.records.verdict import Verdict

FEWEST = 3  # so many may be set aside in one session, or a whole generation if that is more
_MOST_NAMED = 8
_MOST_WHY = 400


def fault_record(proposal: ProposalRecord, broker: Broker, error: BaseException) -> CandidateRecord:
    """What sets a proposal aside whose attempt did not even end; `measured` says why."""
    why = str(error) if isinstance(error, InternalFault) else f"{type(error).__name__}: {error}"
    return CandidateRecord(
        id=f"c{proposal.number:04d}",
        proposal=proposal.id,
        number=proposal.number,
        round=0,
        rounds=len(broker.rounds(proposal.id)),
        program=None,
        verdict=Verdict.INTERNAL_ERROR,
        loss=None,
        failed=0,
        measured={
            "fault": " ".join(why.split())[:_MOST_WHY],
            "traceback": broker.put_text("".join(traceback.format_exception(error))),
        },
    )


def too_many(aside: int, why: str) -> InternalFault:
    """What ends a session in which more proposals fault than anything but a broken machine explains."""
    return InternalFault(
        f"{aside} proposals of this session ended with a fault of ours, the last with: {why}; see "
        "`solversmith doctor`; the same command tries them again"
    )


def why_aside(record: CandidateRecord, journal: Iterable[Record], text: Callable[[str], str]) -> str:
    """What went wrong, in one line."""
    if "fault" in record.measured:
        return str(record.measured["fault"])
    faults = (
        r
        for r in journal
        if isinstance(r, RoundRecord)
        and r.proposal == record.proposal
        and r.verdict is Verdict.INTERNAL_ERROR
    )
    last = max(faults, key=lambda r: r.round, default=None)
    return "no message" if last is None else rounds.fault_message(text(last.details))


def set_aside(broker: Broker) -> InternalFault | None:
    """The fault to raise when everything else of a run is done; `None` if no proposal is set aside."""
    journal = tuple(broker.records())
    results = (record for record in journal if isinstance(record, CandidateRecord | NoteRecord))
    last = {record.proposal: record for record in results}
    faulted = [r for r in last.values() if isinstance(r, CandidateRecord) and is_fault(r)]
    if not faulted:
        return None
    faulted.sort(key=lambda record: record.number)
    names = ", ".join(record.proposal for record in faulted[:_MOST_NAMED])
    more = f" and {len(faulted) - _MOST_NAMED} more" if len(faulted) > _MOST_NAMED else ""
    return InternalFault(
        f"a fault of ours stayed in {names}{more}: {why_aside(faulted[0], journal, broker.text)}; all "
        "else is done, and the same command prints it"
    )
