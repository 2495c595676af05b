"""A method's proposal as a record, and what an attempt at it needs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from solversmith.attempt import AttemptSettings, attempt
from solversmith.contract.broker import Broker
from solversmith.contract.method import Proposal
from solversmith.contract.problem import Problem
from solversmith.evaluate import Evaluator
from solversmith.prompts import Shown
from solversmith.records.codec import sha256
from solversmith.records.run import CandidateRecord, NoteRecord, ProposalRecord, Record, RoundRecord


@dataclass(frozen=True)
class Task:
    """A proposal to carry out, with the programs that its prompt shows."""

    proposal: ProposalRecord
    shown: tuple[Shown, ...] = ()


@dataclass(frozen=True)
class Work:
    """What a pool does with a task; called in a worker."""

    problem: Problem
    broker: Broker
    evaluator: Evaluator
    settings: AttemptSettings

    def __call__(self, task: Task) -> CandidateRecord | NoteRecord:
        """Carry the proposal on from behind its recorded rounds."""
        recorded = self.broker.rounds(task.proposal.id)
        return attempt(
            task.proposal, recorded, self.problem, self.broker, self.evaluator, self.settings, task.shown
        )


def recorded(proposal: Proposal, number: int, saw: int, model: str = "") -> ProposalRecord:
    """The record of a proposal, for a member of a mixture; its instruction is cited by its SHA-256."""
    return ProposalRecord(
        id=f"p{number:04d}",
        number=number,
        what=proposal.what,
        operator=proposal.operator,
        task=proposal.task,
        parents=tuple(proposal.parents),
        context=tuple(proposal.context),
        instruction=sha256(proposal.instruction),
        role=proposal.role,
        temperature=proposal.temperature,
        debug_rounds=proposal.debug_rounds,
        tags=dict(proposal.tags),
        saw=saw,
        model=model,
    )


def task_of(proposal: ProposalRecord, records: Iterable[Record], broker: Broker) -> Task:
    """The task: programs of the candidates in `context`, in that order. Notes stand in the instruction."""
    if not proposal.context:
        return Task(proposal)
    candidates: dict[str, CandidateRecord] = {}
    rounds: dict[tuple[str, int], RoundRecord] = {}
    for record in records:
        if isinstance(record, CandidateRecord):
            candidates[record.id] = record
        elif isinstance(record, RoundRecord):
            rounds[record.proposal, record.round] = record
    found = (candidates[name] for name in proposal.context if name in candidates)
    return Task(proposal, tuple(_shown(c, rounds, broker) for c in found if c.program is not None))


def _shown(
    candidate: CandidateRecord, rounds: Mapping[tuple[str, int], RoundRecord], broker: Broker
) -> Shown:
    assert candidate.program is not None, "only candidates with a program are shown"
    feedback = broker.text(rounds[candidate.proposal, candidate.round].feedback)
    program = broker.text(candidate.program)
    return Shown(candidate.id, candidate.loss, candidate.verdict.value, program, feedback)
