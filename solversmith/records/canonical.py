"""The part of a journal that does not depend on chance: equal for a killed and an undisturbed run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from solversmith.records.codec import canonical_json, to_json
from solversmith.records.run import (
    CallRecord,
    CandidateRecord,
    ConfirmationRecord,
    NoteRecord,
    ProposalRecord,
    Record,
    RoundRecord,
    SessionRecord,
    TestRecord,
)
from solversmith.records.verdict import Verdict

# Which try it was that succeeded, and what a try might have cost at most, depend on the tries before.
_OF_THE_TRY = ("attempt", "most_usd", "most_tokens", "error", "from_cache", "saved_usd")
_CALL, _ROUND, _RESULT, _SELECTION, _TEST = range(1, 6)
_Key = tuple[int, int, str, int, int, str]


def canonical(records: Iterable[Record]) -> str:
    """The journal as JSON lines without `measured`, retries, in-doubt, internal-error and session records.

    Of a call only the completion is kept, without the number of the try. What a proposal `saw` becomes the
    number of results (candidates and notes) that stood before that journal position, since positions count
    what is dropped. Sorted by (proposal, round, step), selection and test at the end. Under the generational
    schedule, with a scripted model and clock-free losses, two runs with equal settings have equal canonical
    journals, whatever the number of workers and however often one was killed.
    """
    journal = list(records)
    seen = _results_before(journal)
    kept = [record for record in journal if _is_kept(record)]
    lines = sorted((_key(record), canonical_json(_body(record, seen))) for record in kept)
    return "".join(line + "\n" for _, line in lines)


def _is_kept(record: Record) -> bool:
    if isinstance(record, SessionRecord):
        return False
    if isinstance(record, CallRecord):
        return record.event == "completed"
    if isinstance(record, RoundRecord | CandidateRecord | ConfirmationRecord | TestRecord):
        return record.verdict is not Verdict.INTERNAL_ERROR
    return True


def _results_before(journal: Sequence[Record]) -> list[int]:
    """For every journal position, how many kept candidates and notes stand before it."""
    counts = [0]
    for record in journal:
        is_result = isinstance(record, CandidateRecord | NoteRecord) and _is_kept(record)
        counts.append(counts[-1] + is_result)
    return counts


def _body(record: Record, seen: Sequence[int]) -> dict[str, Any]:
    body = to_json(record)
    del body["measured"]
    if isinstance(record, CallRecord):
        body["cost_usd"] = record.original_usd  # whether it was bought or kept on disk is chance, too
        for name in _OF_THE_TRY:
            del body[name]
    if isinstance(record, ProposalRecord):
        body["saw"] = seen[min(record.saw, len(seen) - 1)]
    return body


def _key(record: Record) -> _Key:
    match record:
        case ProposalRecord():
            return (0, *_natural(record.id), -1, 0, "")
        case CallRecord():
            return (0, *_natural(record.proposal), record.round, _CALL, f"{record.step:09d}")
        case RoundRecord():
            return (0, *_natural(record.proposal), record.round, _ROUND, "")
        case CandidateRecord() | NoteRecord():
            return (0, *_natural(record.proposal), 2**31, _RESULT, record.id)
        case ConfirmationRecord():
            return (_SELECTION, *_natural(record.candidate), -1, 0, "")
        case TestRecord():
            return (_TEST, *_natural(record.candidate), 0, 0, "")
        case _:
            return (_SELECTION, 2**31, "", 0, 0, "")


def _natural(name: str) -> tuple[int, str]:
    """`p10000` after `p9999`."""
    return (len(name), name)
