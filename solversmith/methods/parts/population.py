"""The best so many candidates of different results: the state of methods that keep one population."""

from __future__ import annotations

from dataclasses import dataclass, replace

from solversmith.contract.method import Event
from solversmith.methods.parts.asked import NOTHING_ASKED, Asked, follow
from solversmith.methods.parts.ranking import Candidates, is_usable, with_one
from solversmith.records.run import CandidateRecord


@dataclass(frozen=True)
class Population:
    """At most `most` members, best first."""

    most: int
    members: Candidates = ()
    asked: Asked = NOTHING_ASKED


def grown(population: Population, event: Event) -> Population:
    """A step to fold: every usable candidate competes for a place."""
    asked, _ = follow(population.asked, event)
    if isinstance(event, CandidateRecord) and is_usable(event):
        members = with_one(population.members, event, population.most)
        return Population(population.most, members, asked)
    return replace(population, asked=asked)
