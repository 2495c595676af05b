"""Drafts, then refinements of the best: each prompt shows several good programs with their results.

Source: Li et al. 2025, "CodePDE: An Inference Framework for LLM-driven PDE Solver Generation",
arXiv:2505.08783, whose last step shows programs with their errors to the model and asks for a better one.

Faithful: programs with the results that they had on dev stand in one prompt, each new program is repaired
while it fails, and the best of all is chosen.

Differs: the published code draws the programs that it shows at random from a pool that was made and scored
before; here the pool is made by the run (`drafts`), the best of different results are shown, and
refinements may be shown again. Results are the problem's feedback on dev.

Defaults: half of the candidates are drafts, 5 programs are shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from solversmith.contract.method import History, Proposal, Signal
from solversmith.methods.parts import settings
from solversmith.methods.parts.population import Population, grown
from solversmith.methods.parts.proposals import draft, listed, program, told

SUMMARY = "drafts, then refinements that are shown the best programs with their results (CodePDE)"


@dataclass(frozen=True)
class Refine:
    """Parameters: `n` candidates, of which `drafts` are made from nothing; `shown` programs in a prompt."""

    n: int = settings.whole(8, 1)
    debug_rounds: int = settings.whole(4)
    temperature: float | None = settings.number(None, 0.0, 2.0)
    drafts: int | None = settings.whole(None, 1)
    shown: int = settings.whole(5, 1)

    def __post_init__(self) -> None:
        settings.verify(self)
        if self.drafts is None:
            object.__setattr__(self, "drafts", settings.part_of(self.n, 2, 1, self.n))

    @property
    def name(self) -> str:
        """As on the command line."""
        return "refine"

    @property
    def generation(self) -> int:
        """A few at a time, so that refinements see earlier ones."""
        return 4

    def settings(self) -> Mapping[str, Any]:
        """Every setting with its value."""
        return asdict(self)

    def propose(self, history: History, number: int) -> Proposal | Signal:
        """A draft, until there are enough; then the best programs so far."""
        state, aside = history.fold(grown, Population(self.shown)), history.faulted
        if state.asked.written(aside) >= self.n:
            return Signal.DONE
        assert self.drafts is not None
        if state.asked.number_of("draft", "seed", aside=aside) < self.drafts:
            return draft(self)
        if not state.members:
            return Signal.WAIT if state.asked.under_way(aside) else draft(self)
        best, others = state.members[0], state.members[1:]
        return program(self, "refine", "refine", _instruction(told(best), listed(others)), state.members)


def _instruction(best: str, others: str) -> str:
    beside = (
        f" The others were less good: {others}. Take over what they do better, and leave out what failed."
        if others
        else ""
    )
    return (
        f"The best program so far is {best}.{beside} Compare what each of them does with the result that it "
        "had, find what limits the best one, and write a program with a lower loss."
    )


def build(options: Mapping[str, Any]) -> Refine:
    """The method. Options: `n`, `debug_rounds`, `temperature`, `drafts`, `shown`. Raises `UsageError`."""
    return settings.built(Refine, "refine", options)
