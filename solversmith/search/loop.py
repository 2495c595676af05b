"""The loop: proposals in, results out, until a reason to stop; what was begun is finished.

A proposal that ends with a fault of ours is set aside: the others go on, the method may propose another in
its place, and the next session tries it once more.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from solversmith.contract.broker import Broker
from solversmith.contract.method import SearchMethod, Signal
from solversmith.contract.running import Failed, Lost, Pool, Spent, StopCriterion
from solversmith.errors import BudgetExhausted, InternalFault, SharedBudgetExhausted, SolversmithError
from solversmith.history import is_fault
from solversmith.records.run import CandidateRecord, NoteRecord, ProposalRecord, Record
from solversmith.search.choice import Choice
from solversmith.search.faults import FEWEST, fault_record, too_many, why_aside
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
    choice: Choice = field(default_factory=lambda: Choice({}))
    halted: Callable[[], bool] = lambda: False  # nothing more is begun, what was begun is finished
    _journal: list[Record] = field(default_factory=list)
    _candidates: dict[str, CandidateRecord] = field(default_factory=dict)  # by id
    _open: dict[int, ProposalRecord] = field(default_factory=dict)  # by number: without a result
    _faulted: dict[int, ProposalRecord] = field(default_factory=dict)  # by number: set aside
    _waiting: deque[ProposalRecord] = field(default_factory=deque)
    _running: dict[int, ProposalRecord] = field(default_factory=dict)  # by the pool's id
    _lost: Counter[str] = field(default_factory=Counter)
    _proposed: int = 0
    _reason: str | None = None
    _known: frozenset[str] = frozenset()  # which were set aside as far as the reason knows
    _is_spent: bool = False
    _aside: int = 0  # how many were set aside in this session
    _trouble: BaseException | None = None

    def run(self) -> str:
        """Carry on what the journal holds open, then ask the method. Raises the first trouble there was."""
        self._read()
        for left in (self._open, self._faulted):
            self._waiting.extend(left[number] for number in sorted(left))
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
        """Proposals without a result, in order of their numbers; not those that are set aside."""
        self._read()
        return [self._open[number] for number in sorted(self._open)]

    def _read(self) -> None:
        """Follow the journal."""
        for position, record in enumerate(self.broker.records(len(self._journal)), len(self._journal)):
            self._journal.append(record)
            self.schedule.read(position, record)
            self.choice.read(position, record)
            if isinstance(record, ProposalRecord):
                self._open[record.number] = record
                self._proposed = max(self._proposed, record.number + 1)
            elif isinstance(record, CandidateRecord | NoteRecord):
                self._result(record)
                if isinstance(record, CandidateRecord):
                    self._candidates[record.id] = record

    def _result(self, record: CandidateRecord | NoteRecord) -> None:
        proposal = self._open.pop(record.number, None) or self._faulted.pop(record.number, None)
        if proposal is not None and is_fault(record):
            self._faulted[record.number] = proposal

    def _fill(self) -> None:
        if self.halted():
            self._fail(KeyboardInterrupt())
        while self._trouble is None and (self.pool.capacity() > 0 or not self._running):
            proposal = self._waiting.popleft() if self._waiting else self._next()
            if proposal is None:
                return
            self._running[self.pool.submit(task_of(proposal, self._candidates, self.broker))] = proposal

    def _next(self) -> ProposalRecord | None:
        """Ask the method for one more, and record it; `None`: not now, or no more."""
        while self._trouble is None and self._may_ask():
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

    def _may_ask(self) -> bool:
        """Whether there is no reason to stop; one that did not know of a fault is thought over again."""
        self._read()
        if any(proposal.number in self._faulted for proposal in self._running.values()):
            return False  # what is tried once more may need no other in its place
        faulted = {proposal.id for proposal in self._faulted.values()}
        if self._reason is not None and not self._is_spent and faulted - self._known:
            self._reason = None
            self.schedule.reopen()
        return self._reason is None

    def _asked(self, saw: int) -> ProposalRecord | Signal:
        history = self.schedule.seen(saw)
        self._known = history.faulted
        spent = self.broker.spent() if self.schedule.may_read_spent else Spent()
        self._reason = self.stop(history, spent)
        if self._reason is not None:
            return Signal.DONE
        proposal = self.method.propose(history, self._proposed)
        if isinstance(proposal, Signal):
            self._reason = METHOD_DONE if proposal is Signal.DONE else None
            return proposal
        self.broker.put_text(proposal.instruction)
        model = self.choice.model_for(proposal, self._proposed, saw, history)
        record = recorded(proposal, self._proposed, saw, model)
        self.broker.record(record)
        self._read()
        return record

    def _take(
        self, proposal: ProposalRecord, result: CandidateRecord | NoteRecord | Failed[Any] | Lost
    ) -> None:
        if isinstance(result, Lost):
            self._requeue(proposal, result)
        elif isinstance(result, Failed) and isinstance(result.error, SharedBudgetExhausted):
            self._fail(result.error)
        elif isinstance(result, Failed) and isinstance(result.error, BudgetExhausted):
            self._reason, self._is_spent = self._reason or str(result.error), True
        elif isinstance(result, Failed) and _is_clear(result.error):
            self._fail(result.error)
        elif isinstance(result, Failed):
            self._set_aside(proposal, result.error)
        elif isinstance(result, CandidateRecord) and is_fault(result):
            self._count(result)

    def _requeue(self, proposal: ProposalRecord, lost: Lost) -> None:
        self._read()
        if proposal.number not in self._open | self._faulted:
            return  # it had recorded its result before it was lost
        self._lost[proposal.id] += 1
        if self._lost[proposal.id] < _MOST_LOSSES:
            self._waiting.appendleft(proposal)
        else:
            often = f"the worker of {proposal.id} was lost {_MOST_LOSSES} times: {lost.reason}"
            self._set_aside(proposal, InternalFault(often))

    def _set_aside(self, proposal: ProposalRecord, error: BaseException) -> None:
        record = fault_record(proposal, self.broker, error)
        self.broker.record(record)
        self._count(record, error)

    def _count(self, record: CandidateRecord, error: BaseException | None = None) -> None:
        """A machine that faults on everything must not go through money for replacements."""
        self._aside += 1
        if self._aside > max(FEWEST, self.method.generation):
            why = why_aside(record, self.broker.rounds(record.proposal), self.broker.text)
            fault = too_many(self._aside, why)
            fault.__cause__ = error
            self._fail(fault)

    def _fail(self, trouble: BaseException) -> None:
        self._trouble = self._trouble or trouble
        self._waiting.clear()


def _is_clear(error: BaseException) -> bool:
    """Whether it says what to do, or is no error of one proposal."""
    return isinstance(error, SolversmithError) or not isinstance(error, Exception)
