"""What a method may look at: the journal's proposals, candidates and notes as of one position."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from solversmith.contract.method import Event, State, Step
from solversmith.records.run import CandidateRecord, NoteRecord, ProposalRecord, Record
from solversmith.records.verdict import Verdict

_MOST_FOLDS = 64


def event_of(record: Record) -> Event | None:
    """The record if a method may know of it: no calls, no rounds, and nothing of the test split.

    Of a candidate that ended with a fault of ours it learns no more than that (`History.faulted`).
    """
    return record if isinstance(record, ProposalRecord | CandidateRecord | NoteRecord) else None


def is_fault(record: Record) -> bool:
    """Whether it says that a proposal is set aside for a fault of ours."""
    return isinstance(record, CandidateRecord) and record.verdict is Verdict.INTERNAL_ERROR


@dataclass
class _Fold:
    start: Any
    count: int
    state: Any


@dataclass(frozen=True)
class _Aside:
    """Which proposals are set aside after so many events."""

    count: int = 0
    ids: frozenset[str] = frozenset()

    def after(self, events: Sequence[Event]) -> _Aside:
        ids = self.ids
        for event in events:
            if isinstance(event, CandidateRecord) and is_fault(event):
                ids |= {event.proposal}
            elif ids and not isinstance(event, ProposalRecord):
                ids -= {event.proposal}
        return _Aside(self.count + len(events), ids)


@dataclass
class Past:
    """Events in order, each at a position; gives out views of any beginning of it. For one thread."""

    seed: int
    text: Callable[[str], str]
    events: list[Event] = field(default_factory=list)
    _positions: list[int] = field(default_factory=list)
    _folds: dict[Step[Any], _Fold] = field(default_factory=dict)
    _aside: _Aside = field(default_factory=lambda: _Aside())

    def add(self, position: int, event: Event) -> None:
        """Append an event; positions only grow."""
        self.events.append(event)
        self._positions.append(position)

    def aside(self, count: int) -> frozenset[str]:
        """Ids of proposals whose last result among the first `count` events is a fault of ours.

        Goes on from where it was last time: a method asks for this before every proposal.
        """
        if self._aside.count > count:
            self._aside = _Aside()
        self._aside = self._aside.after(self.events[self._aside.count : count])
        return self._aside.ids

    def view(self, position: int) -> View:
        """What stands before this position."""
        return View(self, position, bisect_left(self._positions, position))

    def fold(self, step: Step[State], start: State, count: int) -> State:
        """`step` over the first `count` events, going on from where the same fold was last time."""
        known = self._folds.get(step)
        if known is None or known.count > count or not _same(known.start, start):
            known = _Fold(start, 0, start)
        state: State = known.state
        for event in self.events[known.count : count]:
            state = state if is_fault(event) else step(state, event)
        self._folds.pop(step, None)
        if len(self._folds) >= _MOST_FOLDS:
            del self._folds[next(iter(self._folds))]  # the one that was not asked for longest
        self._folds[step] = _Fold(start, count, state)
        return state


@dataclass(frozen=True)
class View:
    """A `History`: the first `count` events of a `Past`."""

    past: Past = field(repr=False)
    position: int
    count: int

    @property
    def seed(self) -> int:
        """The run's seed."""
        return self.past.seed

    @cached_property
    def proposals(self) -> Sequence[ProposalRecord]:
        """In order of their numbers."""
        found = [event for event in self._events if isinstance(event, ProposalRecord)]
        return tuple(sorted(found, key=lambda proposal: proposal.number))

    @cached_property
    def candidates(self) -> Sequence[CandidateRecord]:
        """In order of the journal; by number within a generation where there are generations."""
        found = (event for event in self._events if isinstance(event, CandidateRecord))
        return tuple(candidate for candidate in found if not is_fault(candidate))

    @cached_property
    def faulted(self) -> frozenset[str]:
        """Ids of proposals whose last result is a fault of ours."""
        return self.past.aside(self.count)

    @cached_property
    def notes(self) -> Sequence[NoteRecord]:
        """In the same order as candidates."""
        return tuple(event for event in self._events if isinstance(event, NoteRecord))

    def text(self, sha: str) -> str:
        """A text that a record cites."""
        return self.past.text(sha)

    def fold(self, step: Step[State], start: State) -> State:
        """`step` over the events in order, memoised; `step` must not change the state that it is given."""
        return self.past.fold(step, start, self.count)

    @property
    def _events(self) -> Sequence[Event]:
        return self.past.events[: self.count]


def _same(one: object, other: object) -> bool:
    return one is other or (type(one) is type(other) and bool(one == other))
