"""The door of a search method: it is asked, it never drives."""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar, runtime_checkable

from solversmith.records.run import CandidateRecord, NoteRecord, ProposalRecord

State = TypeVar("State")
Step = Callable[[State, "Event"], State]
Event = ProposalRecord | CandidateRecord | NoteRecord


class Signal(enum.Enum):
    """Instead of a proposal."""

    WAIT = "wait"  # ask again when something has come back
    DONE = "done"  # no further proposal, unless one of those there are is set aside for a fault of ours


@dataclass(frozen=True)
class Proposal:
    """What a method wants tried. `instruction` is the method's part of the prompt, rendered."""

    what: str  # program | text | seed
    operator: str
    task: str  # draft | debug | refine | combine | mutate | text
    instruction: str = ""
    parents: tuple[str, ...] = ()
    context: tuple[str, ...] = ()
    role: str = "writer"
    temperature: float | None = None
    debug_rounds: int = 0
    tags: Mapping[str, Any] = field(default_factory=dict)


class History(Protocol):
    """What a method may look at: dev results only, as of one journal position."""

    @property
    def seed(self) -> int:
        """The run's seed."""
        ...

    @property
    def position(self) -> int:
        """How many journal records this history was made from."""
        ...

    @property
    def proposals(self) -> Sequence[ProposalRecord]:
        """In order of their numbers."""
        ...

    @property
    def candidates(self) -> Sequence[CandidateRecord]:
        """In journal order, without those that ended with internal_error."""
        ...

    @property
    def faulted(self) -> frozenset[str]:
        """Ids of proposals that are set aside for a fault of ours: they don't count towards any n."""
        ...

    @property
    def notes(self) -> Sequence[NoteRecord]:
        """In journal order."""
        ...

    def text(self, sha: str) -> str:
        """A text that a record cites."""
        ...

    def fold(self, step: Step[State], start: State) -> State:
        """`step` over proposals, candidates and notes in journal order; memoised, equal to folding anew.

        `step` must be a module-level function and must not change the state that it is given.
        """
        ...


@runtime_checkable
class SearchMethod(Protocol):
    """A pure function of the history. Randomness is made anew from (seed, proposal number)."""

    @property
    def name(self) -> str:
        """As on the command line: `best-of-n`."""
        ...

    @property
    def generation(self) -> int:
        """How many proposals make a generation under the generational schedule."""
        ...

    def settings(self) -> Mapping[str, Any]:
        """Every setting with its value, for the record."""
        ...

    def propose(self, history: History, number: int) -> Proposal | Signal:
        """Proposal `number`, from 0."""
        ...
