"""What travels and what is written down: verdicts, scores, and the records of a run."""

from solversmith.records.codec import FORMAT_VERSION, canonical_json, from_json, sha256, to_json
from solversmith.records.run import (
    CallRecord,
    CandidateRecord,
    ConfirmationRecord,
    NoteRecord,
    ProposalRecord,
    Record,
    RoundRecord,
    SelectionRecord,
    SessionRecord,
    TestRecord,
)
from solversmith.records.score import CaseScore, Score, combine
from solversmith.records.verdict import Verdict, first_in_precedence

__all__ = [
    "FORMAT_VERSION",
    "CallRecord",
    "CandidateRecord",
    "CaseScore",
    "ConfirmationRecord",
    "NoteRecord",
    "ProposalRecord",
    "Record",
    "RoundRecord",
    "Score",
    "SelectionRecord",
    "SessionRecord",
    "TestRecord",
    "Verdict",
    "canonical_json",
    "combine",
    "first_in_precedence",
    "from_json",
    "sha256",
    "to_json",
]
