"""The loop: proposals in, results out, until a reason to stop; what was begun is finished."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from solversmith import rounds
from solversmith.contract.broker import Broker
from solversmith.contract.method import SearchMethod, Signal
from solversmith.contract.running import Failed, Lost, Pool, Spent, StopCriterion
from solversmith.errors import BudgetExhausted, InternalFault, SolversmithError
from solversmith.records.run import CandidateRecord, NoteRecord, ProposalRecord, Record
from solversmith.records.verdict import Verdict
from solversmith.search.proposals import Task, recorded, task_of
from solversmith.search.schedules import Schedule

METHOD_DONE = "the method is done"
_MOST_LOSSES = 3  # of the worker of one attempt, in one session


@dataclass
class Loop:
    """One session of a search. `run` returns the reason why it is over."""

    broker: Broker
    method: SearchMethod
    schedule: Schedule
    pool: Pool[Task, CandidateRecord | NoteRecord]
    stop: StopCriterion
    _journal: list[Record] = field(default_factory=list)
    _open: dict[int, ProposalRecord] = field(default_factory=dict)  # by number: without a result
    _waiting: deque[ProposalRecord] = field(default_factory=deque)
    _running: dict[int, ProposalRecord] = field(default_factory=dict)  # by the pool's id
    _lost: Counter[str] = field(default_factory=Counter)
    _proposed: int = 0
    _reason: str | None = None
    _trouble: BaseException | None = None

    def run(self) -> str:
        """Carry on what the journal holds open, then ask the method. Raises the first trouble there was."""
        self._read()
        self._waiting.extend(self._open[number] for number in sorted(self._open))
        while True:
            self._fill()
            if not self._running:
                break
            for task_id, result in self.pool.completed(None):
                self._take(self._running.pop(task_id), result)
        if self._trouble is not None:
            raise self._trouble
        assert self._reason is not None, "a search that is idle has a reason to be"
        return self._reason

    @property
    def unfinished(self) -> Sequence[ProposalRecord]:
        """Proposals without a result, in order of their numbers."""
        self._read()
        return [self._open[number] for number in sorted(self._open)]

    def _read(self) -> None:
        """Follow the journal."""
        for position, record in enumerate(self.broker.records(len(self._journal)), len(self._journal)):
            self._journal.append(record)
            self.schedule.read(position, record)
            if isinstance(record, ProposalRecord):
                self._open[record.number] = record
                self._proposed = max(self._proposed, record.number + 1)
            elif isinstance(record, CandidateRecord | NoteRecord) and not _is_fault(record):
                self._open.pop(record.number, None)

    def _fill(self) -> None:
        while self._trouble is None and (self.pool.capacity() > 0 or not self._running):
            proposal = self._waiting.popleft() if self._waiting else self._next()
            if proposal is None:
                return
            self._running[self.pool.submit(task_of(proposal, self._journal, self.broker))] = proposal

    def _next(self) -> ProposalRecord | None:
        """Ask the method for one more, and record it; `None`: not now, or no more."""
        while self._reason is None and self._trouble is None:
            self._read()
            idle = not self._running
            saw = self.schedule.next_saw(len(self._journal), idle)
            if saw is None:
                return None
            answer = self._asked(saw)
            if isinstance(answer, ProposalRecord):
                return answer
            if answer is Signal.WAIT and not self.schedule.waits(idle):
                self._trouble = InternalFault(f"method {self.method.name!r} waits, and nothing is under way")
            if not idle:
                return None
        return None

    def _asked(self, saw: int) -> ProposalRecord | Signal:
        history = self.schedule.seen(saw)
        spent = self.broker.spent() if self.schedule.may_read_spent else Spent()
        self._reason = self.stop(history, spent)
        if self._reason is not None:
            return Signal.DONE
        proposal = self.method.propose(history, self._proposed)
        if isinstance(proposal, Signal):
            self._reason = METHOD_DONE if proposal is Signal.DONE else None
            return proposal
        self.broker.put_text(proposal.instruction)
        record = recorded(proposal, self._proposed, saw)
        self.broker.record(record)
        self._read()
        return record

    def _take(
        self, proposal: ProposalRecord, result: CandidateRecord | NoteRecord | Failed[Any] | Lost
    ) -> None:
        if isinstance(result, Lost):
            self._requeue(proposal, result)
        elif isinstance(result, Failed) and isinstance(result.error, BudgetExhausted):
            self._reason = self._reason or str(result.error)
        elif isinstance(result, Failed):
            self._fail(_clear(result.error, proposal))
        elif _is_fault(result):
            self._fail(self._fault_stayed(proposal))

    def _requeue(self, proposal: ProposalRecord, lost: Lost) -> None:
        self._lost[proposal.id] += 1
        if self._lost[proposal.id] < _MOST_LOSSES:
            self._waiting.appendleft(proposal)
        else:
            often = f"the worker of {proposal.id} was lost {_MOST_LOSSES} times: {lost.reason}"
            self._fail(InternalFault(f"{often}; the same command tries it again"))

    def _fault_stayed(self, proposal: ProposalRecord) -> InternalFault:
        details = self.broker.rounds(proposal.id)[-1].details
        why = rounds.fault_message(self.broker.text(details))
        return InternalFault(
            f"a fault of ours stayed in {proposal.id}: {why}; the same command tries it again"
        )

    def _fail(self, trouble: BaseException) -> None:
        self._trouble = self._trouble or trouble
        self._waiting.clear()


def _is_fault(record: CandidateRecord | NoteRecord) -> bool:
    return isinstance(record, CandidateRecord) and record.verdict is Verdict.INTERNAL_ERROR


def _clear(error: BaseException, proposal: ProposalRecord) -> BaseException:
    """The error as it is if it says what to do, or else as a fault of ours."""
    if isinstance(error, SolversmithError) or not isinstance(error, Exception):
        return error
    fault = InternalFault(f"{proposal.id} could not be carried out: {type(error).__name__}: {error}")
    fault.__cause__ = error
    return fault
