"""The door of a search method: it is asked, it never drives."""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar, runtime_checkable

from numpy.typing import NDArray

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
    interactions: int = 0  # programs that may be run before one is handed in; not for methods to set
    edits: bool = False  # whether the first program that is shown may be edited; not for methods to set
    cutoff: tuple[int, float] | None = None  # (failed, loss) that must be reached; not for methods to set


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


@dataclass(frozen=True)
class Chosen:
    """Which candidate goes to the test split, and by which rule, in a few words."""

    candidate: str | None
    rule: str


class Chooser(Protocol):
    """How a method chooses, where it is not by the best loss on dev."""

    def choose(
        self, candidates: Sequence[CandidateRecord], answers: Mapping[str, NDArray[Any]], cases: int
    ) -> Chosen:
        """The choice. Pure.

        Parameters
        ----------
        candidates
            All but faults of ours, in order of their numbers.
        answers
            What candidates that solved every case answered on dev, by id, as `contract.beside.Answered` says;
            empty where the problem has no such door.
        cases
            How many cases the dev split has.
        """
        ...


@runtime_checkable
class SearchMethod(Protocol):
    """A pure function of the history. Randomness is made anew from (seed, proposal number).

    A method that chooses by something else than the best loss on dev has an attribute `chooser`, a `Chooser`.
    """

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
