"""A method's proposal as a record, and what an attempt at it needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from solversmith.attempt import AttemptSettings, attempt
from solversmith.contract.broker import Broker
from solversmith.contract.method import Proposal
from solversmith.contract.problem import Problem
from solversmith.evaluate import Evaluator
from solversmith.prompts import Shown
from solversmith.records.codec import sha256
from solversmith.records.run import CandidateRecord, NoteRecord, ProposalRecord


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
        interactions=proposal.interactions,
        edits=proposal.edits,
        cutoff=proposal.cutoff,
    )


def task_of(proposal: ProposalRecord, candidates: Mapping[str, CandidateRecord], broker: Broker) -> Task:
    """The task: programs of the candidates in `context`, in that order. Notes stand in the instruction.

    `candidates` are all that there are, by id.
    """
    found = (candidates[name] for name in proposal.context if name in candidates)
    return Task(proposal, tuple(_shown(each, broker) for each in found if each.program is not None))


def _shown(candidate: CandidateRecord, broker: Broker) -> Shown:
    assert candidate.program is not None, "only candidates with a program are shown"
    done = [each for each in broker.rounds(candidate.proposal) if each.round == candidate.round]
    feedback = broker.text(done[-1].feedback)
    program = broker.text(candidate.program)
    return Shown(candidate.id, candidate.loss, candidate.verdict.value, program, feedback)
