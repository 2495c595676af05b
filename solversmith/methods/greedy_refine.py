"""One draft, then always a refinement of the best program so far.

Source: Sun et al. 2025, "CO-Bench: Benchmarking Language Model Agents in Algorithm Search for Combinatorial
Optimization", arXiv:2504.04310, agent "greedy refinement".

Faithful: the prompt shows the one best program with its result on dev, asks for a plan first, and allows to
give the program up for another approach.

Differs: a program that fails is repaired inside its attempt (`debug_rounds`; 0 is as published). While
nothing solves a case, another draft is made instead of a refinement of a failure. With several workers
several refinements of one program are under way at once.

Defaults: 64 steps as published are `n`; here `n` is 8 as for every method.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from solversmith.contract.method import History, Proposal, Signal
from solversmith.methods.parts import settings
from solversmith.methods.parts.population import Population, grown
from solversmith.methods.parts.proposals import draft, program, told

SUMMARY = "one draft, then refinements of the best program so far (CO-Bench)"


@dataclass(frozen=True)
class GreedyRefine:
    """Hill climbing: `n` candidates, each made from the best."""

    n: int = settings.whole(8, 1)
    debug_rounds: int = settings.whole(4)
    temperature: float | None = settings.number(None, 0.0, 2.0)

    def __post_init__(self) -> None:
        settings.verify(self)

    @property
    def name(self) -> str:
        """As on the command line."""
        return "greedy-refine"

    @property
    def generation(self) -> int:
        """One: each step sees the last."""
        return 1

    def settings(self) -> Mapping[str, Any]:
        """Every setting with its value."""
        return asdict(self)

    def propose(self, history: History, number: int) -> Proposal | Signal:
        """A refinement of the best; a draft where there is none."""
        state, aside = history.fold(grown, Population(1)), history.faulted
        if state.asked.written(aside) >= self.n:
            return Signal.DONE
        if not state.members:
            return Signal.WAIT if state.asked.under_way(aside) else draft(self)
        instruction = (
            f"The best program so far is {told(state.members[0])}. Say in a few sentences what holds it back "
            "and how to change that; then write the changed program. If quite another approach is clearly "
            "better, take that."
        )
        return program(self, "refine", "refine", instruction, state.members)


def build(options: Mapping[str, Any]) -> GreedyRefine:
    """The method. Options: `n`, `debug_rounds`, `temperature`. Raises `UsageError`."""
    return settings.built(GreedyRefine, "greedy-refine", options)
