"""What a method has asked for, and what of it is still under way: the part that every fold shares.

A fold does not show faults of ours (`History.faulted` does), so a proposal that is set aside stays open
here. Every count therefore takes the ids that are set aside: they count towards nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from solversmith.contract.method import Event
from solversmith.records.run import ProposalRecord

PROGRAM, TEXT, SEED = "program", "text", "seed"


@dataclass(frozen=True)
class Asked:
    """Proposals by operator, how many of them ask for programs, and those without a result."""

    counts: Mapping[str, int] = field(default_factory=dict)
    programs: int = 0
    open: Mapping[str, ProposalRecord] = field(default_factory=dict)

    def number_of(self, *operators: str, aside: Collection[str]) -> int:
        """Proposals of these operators."""
        lost = sum(p.operator in operators for p in self._lost(aside))
        return sum(self.counts.get(operator, 0) for operator in operators) - lost

    def written(self, aside: Collection[str]) -> int:
        """Proposals of programs that a model writes, which is what `n` counts: not those that were given."""
        return self.programs - sum(p.what == PROGRAM for p in self._lost(aside))

    def under_way(self, aside: Collection[str], *operators: str) -> list[ProposalRecord]:
        """Proposals that will still have a result; only those of some operators, if any are named."""
        return [
            proposal
            for proposal in self.open.values()
            if proposal.id not in aside and (not operators or proposal.operator in operators)
        ]

    def without_draft(self, aside: Collection[str], filled: Collection[int], islands: int) -> int | None:
        """The first island that has no program, and for which no draft is under way."""
        coming = {proposal.tags.get("island") for proposal in self.under_way(aside, "draft")}
        empty = (place for place in range(islands) if place not in filled and place not in coming)
        return next(empty, None)

    def _lost(self, aside: Collection[str]) -> list[ProposalRecord]:
        return [self.open[name] for name in aside if name in self.open] if aside else []


NOTHING_ASKED = Asked()


def follow(asked: Asked, event: Event) -> tuple[Asked, ProposalRecord | None]:
    """What is asked for after this event, and of a result the proposal that it is for.

    `None` for a result whose proposal had one before.
    """
    if isinstance(event, ProposalRecord):
        counts = {**asked.counts, event.operator: asked.counts.get(event.operator, 0) + 1}
        programs = asked.programs + (event.what == PROGRAM)
        return Asked(counts, programs, {**asked.open, event.id: event}), None
    proposal = asked.open.get(event.proposal)
    if proposal is None:
        return asked, None
    left = {name: each for name, each in asked.open.items() if name != event.proposal}
    return Asked(asked.counts, asked.programs, left), proposal
