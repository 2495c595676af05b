"""Evolution of heuristics: a population of programs with their ideas, and five operators.

Source: Liu et al. 2024, "Evolution of Heuristics: Towards Efficient Automatic Algorithm Design Using Large
Language Model", arXiv:2401.02051 (ICML 2024).

Faithful: each individual is an idea in words and a program, written in one reply; I1 makes the first ones,
E1 asks for something as different as possible from the parents, E2 for something new on the idea that they
have in common, M1 changes the structure of one program, M2 its parameters; parents are drawn with a
probability in proportion to 1 / (rank + N) for rank = 1, 2, ..., N; the next population is the best of
parents and offspring, with no result twice.

Differs: the idea stands in the program, as its docstring, so that it travels with it (the published code
cuts it out of the reply by braces). Operators take turns, one offspring each, where the published code
makes a population's worth of offspring by each before it drops the worst. Parents are different programs. A
result is the loss on dev and the number of failed cases; failures that solved nothing are never parents.

Defaults: 2 parents for E1 and E2 as in the published code; the population is a tenth of `n`, from 2 to 10
(published: 10 and 20 generations).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from solversmith.contract.method import History, Proposal, Signal
from solversmith.methods.parts import settings
from solversmith.methods.parts.draws import Draws
from solversmith.methods.parts.population import Population, grown
from solversmith.methods.parts.proposals import draft, listed, program, told
from solversmith.methods.parts.ranking import Candidates
from solversmith.records.run import CandidateRecord

SUMMARY = "a population of ideas with programs under five operators, I1, E1, E2, M1 and M2 (EoH)"
OPERATORS = ("e1", "e2", "m1", "m2")
IDEA = "Begin the program with a docstring that says in one to three sentences what its idea is."


@dataclass(frozen=True)
class EoH:
    """Parameters: `n` candidates, a `population`, `parents` of E1 and E2."""

    n: int = settings.whole(8, 1)
    debug_rounds: int = settings.whole(4)
    temperature: float | None = settings.number(None, 0.0, 2.0)
    population: int | None = settings.whole(None, 1)
    parents: int = settings.whole(2, 2)

    def __post_init__(self) -> None:
        settings.verify(self)
        if self.population is None:
            object.__setattr__(self, "population", settings.part_of(self.n, 10, 2, 10))

    @property
    def name(self) -> str:
        """As on the command line."""
        return "eoh"

    @property
    def generation(self) -> int:
        """As many as the population has members."""
        assert self.population is not None
        return self.population

    def settings(self) -> Mapping[str, Any]:
        """Every setting with its value."""
        return asdict(self)

    def propose(self, history: History, number: int) -> Proposal | Signal:
        """I1 until the population is full; then E1, E2, M1 and M2 in turn."""
        assert self.population is not None
        state, aside = history.fold(grown, Population(self.population)), history.faulted
        asked = state.asked
        if asked.written(aside) >= self.n:
            return Signal.DONE
        if asked.number_of("draft", "seed", aside=aside) < self.population:
            return draft(self, IDEA)
        if not state.members:
            return Signal.WAIT if asked.under_way(aside) else draft(self, IDEA)
        operator = OPERATORS[asked.number_of(*OPERATORS, aside=aside) % len(OPERATORS)]
        return self._evolved(operator, state.members, Draws(history.seed, number))

    def _evolved(self, operator: str, members: Candidates, draws: Draws) -> Proposal:
        several = operator in ("e1", "e2") and len(members) > 1
        size = len(members)
        weights = [1 / (place + 1 + size) for place in range(size)]
        parents = draws.weighted_sample(members, weights, self.parents if several else 1)
        parents.sort(key=members.index)
        return program(self, operator, _TASKS[operator], _instruction(operator, parents), parents)


_TASKS = {"e1": "draft", "e2": "combine", "m1": "mutate", "m2": "refine"}


def _instruction(operator: str, parents: Sequence[CandidateRecord]) -> str:
    first, names = told(parents[0]), listed(parents)
    text = {
        "e1": f"There are {names}. Write a program whose idea is as different from theirs as you can make "
        "it, and that could still be better.",
        "e2": f"There are {names}. Find the idea that they have in common, and write a program that builds "
        "on it and is not like any of them in its parts.",
        "m1": f"There is {first}. Change how it works: another step, another rule, another order; keep what "
        "makes it good.",
        "m2": f"There is {first}. Find the parameters and settings on which its result depends, and choose "
        "them anew; leave its structure as it is.",
    }[operator]
    return f"{text} {IDEA}"


def build(options: Mapping[str, Any]) -> EoH:
    """The method. Options: the fields of `EoH`. Raises `UsageError`."""
    return settings.built(EoH, "eoh", options)
