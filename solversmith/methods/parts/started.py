"""Programs that a person gives enter any method first: as candidates that no model was asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from solversmith.contract.method import Event, History, Proposal, Signal
from solversmith.methods.parts.around import Around
from solversmith.methods.parts.asked import SEED
from solversmith.records.codec import sha256
from solversmith.records.run import ProposalRecord

NONE_GIVEN: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Started(Around):
    """A method that begins with programs: it is asked when all of them are scored.

    So its first proposal sees them, whatever the schedule and the number of workers. They don't count towards
    its `n`, and its own proposals are numbered without them.
    """

    programs: tuple[str, ...]

    def settings(self) -> Mapping[str, Any]:
        """The method's, and digests of the programs: with others it is another run."""
        return {**self.method.settings(), "start": [sha256(program)[:16] for program in self.programs]}

    def propose(self, history: History, number: int) -> Proposal | Signal:
        """The programs one after another; then what the method proposes."""
        if number < len(self.programs):
            return Proposal(SEED, SEED, "draft", instruction=self.programs[number])
        waiting = history.fold(unscored, NONE_GIVEN)
        if waiting - history.faulted:
            return Signal.WAIT
        # A method may end at n + set aside: a program of ours that is set aside is none that it lost.
        own = number - len(self.programs) + len(waiting & history.faulted)
        return self.method.propose(history, own)


def unscored(waiting: frozenset[str], event: Event) -> frozenset[str]:
    """A step to fold: ids of proposals of given programs that have no result."""
    if isinstance(event, ProposalRecord):
        return waiting | {event.id} if event.what == SEED else waiting
    return waiting - {event.proposal} if event.proposal in waiting else waiting
