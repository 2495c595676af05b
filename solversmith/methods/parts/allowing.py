"""What a run allows every program that a method asks for: runs before it is handed in, edits, a cutoff."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from solversmith.contract.method import Event, History, Proposal, Signal
from solversmith.methods.parts.around import Around
from solversmith.methods.parts.asked import PROGRAM
from solversmith.methods.parts.ranking import Candidates, is_usable, result, with_one
from solversmith.records.run import CandidateRecord


@dataclass(frozen=True)
class Allowing(Around):
    """A method whose proposals of programs say what more they may do. It proposes what the method does.

    `interactions` programs may be run without a score before one is handed in; `edits` of the first program
    that is shown count as a program; with a `cascade` of K, what can't be among the K best results that the
    proposal knows of is cut off.
    """

    interactions: int = 0
    edits: bool = False
    cascade: int = 0

    def settings(self) -> Mapping[str, Any]:
        """The method's, and what is allowed: with more or less it is another run."""
        allowed = {"interactions": self.interactions, "edits": self.edits, "cascade": self.cascade}
        return {**self.method.settings(), **{name: value for name, value in allowed.items() if value}}

    def propose(self, history: History, number: int) -> Proposal | Signal:
        """The method's proposal; words and given programs stay as they are."""
        said = self.method.propose(history, number)
        if isinstance(said, Signal) or said.what != PROGRAM:
            return said
        best = history.fold(the_best, Best(self.cascade)).members if self.cascade else ()
        cutoff = result(best[-1]) if best and len(best) == self.cascade else None
        return replace(said, interactions=self.interactions, edits=self.edits, cutoff=cutoff)


@dataclass(frozen=True)
class Best:
    """The best so many candidates, best first: a state of its own, whatever the method folds."""

    most: int
    members: Candidates = ()


def the_best(best: Best, event: Event) -> Best:
    """A step to fold."""
    if not isinstance(event, CandidateRecord) or not is_usable(event):
        return best
    return Best(best.most, with_one(best.members, event, best.most))
