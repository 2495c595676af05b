"""AIDE's tree: draft a few, then improve the best or repair a failure; every repair is a step of its own.

Source: Jiang et al. 2025, "AIDE: AI-Driven Exploration in the Space of Code", arXiv:2502.13138, and the
code published with it.

Faithful: first `drafts` programs from nothing; then, with probability `debug`, a repair of a random failing
leaf that is not deeper than the bound in a chain of repairs, and otherwise one atomic improvement of the
best program; a draft where there is nothing to improve. Prompts hold a short memory of earlier results.

Differs: no attempt has rounds of its own, so `debug_rounds` is the bound on a chain of repairs (published:
3). A reply without a program can't be repaired. A program that fails on some cases only counts as failing
and can be improved, too, if nothing is better. The memory holds results, not the plans of the model. At
most 64 failing leaves are remembered, the latest ones. A leaf whose repair is under way is no leaf.

Defaults: 5 drafts, at most half of `n`, and probability 1/2, as published.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from solversmith.contract.method import Event, History, Proposal, Signal
from solversmith.methods.parts import settings
from solversmith.methods.parts.asked import NOTHING_ASKED, Asked, follow
from solversmith.methods.parts.draws import Draws
from solversmith.methods.parts.proposals import draft, paragraphs, program, told
from solversmith.methods.parts.ranking import Candidates, by_rank, is_usable, with_one
from solversmith.records.run import CandidateRecord, ProposalRecord

SUMMARY = "a tree of drafts, repairs and improvements, each a step of its own (AIDE)"
IMPROVE, REPAIR = "improve", "debug"
_MOST_FAILING = 64
_MOST_REMEMBERED = 8


Memory = tuple[tuple[CandidateRecord, str], ...]  # candidates with their lines, the best first


@dataclass(frozen=True)
class Failing:
    """A leaf that fails, and how many repairs lie between it and the last program that was none."""

    candidate: CandidateRecord
    depth: int


@dataclass(frozen=True)
class State:
    """The best candidate, failing leaves, and lines of the memory."""

    asked: Asked = NOTHING_ASKED
    best: Candidates = ()
    failing: tuple[Failing, ...] = ()
    memory: Memory = ()


START = State()


@dataclass(frozen=True)
class Tree:
    """Parameters: `n` candidates; `drafts`; repairs in a chain (`debug_rounds`), and how likely one is."""

    n: int = settings.whole(8, 1)
    debug_rounds: int = settings.whole(3)
    temperature: float | None = settings.number(None, 0.0, 2.0)
    drafts: int | None = settings.whole(None, 1)
    debug: float = settings.number(0.5, 0.0, 1.0)

    def __post_init__(self) -> None:
        settings.verify(self)
        if self.drafts is None:
            object.__setattr__(self, "drafts", settings.part_of(self.n, 2, 1, 5))

    @property
    def name(self) -> str:
        """As on the command line."""
        return "tree"

    @property
    def generation(self) -> int:
        """As many as there are drafts."""
        assert self.drafts is not None
        return self.drafts

    def settings(self) -> Mapping[str, Any]:
        """Every setting with its value."""
        return asdict(self)

    def propose(self, history: History, number: int) -> Proposal | Signal:
        """Draft, repair or improve."""
        assert self.drafts is not None
        state, aside = history.fold(step, START), history.faulted
        if state.asked.written(aside) >= self.n:
            return Signal.DONE
        memory = _memory(state)
        if state.asked.number_of("draft", "seed", aside=aside) < self.drafts:
            return self._single(draft(self, memory))
        draws = Draws(history.seed, number)
        failing = [leaf for leaf in state.failing if leaf.depth < self.debug_rounds]
        if draws.chance() < self.debug and failing:
            return self._repair(draws.pick(failing))
        if state.best:
            return self._improve(state.best[0], memory)
        if state.asked.under_way(aside):
            return Signal.WAIT
        return self._repair(draws.pick(failing)) if failing else self._single(draft(self, memory))

    def _repair(self, leaf: Failing) -> Proposal:
        instruction = (
            f"{told(leaf.candidate)} failed; the feedback says how. Find the cause, say in a few sentences "
            "how to remove it, and write the repaired program."
        )
        tags = {"depth": leaf.depth + 1}
        return self._single(program(self, REPAIR, "debug", instruction, (leaf.candidate,), tags=tags))

    def _improve(self, best: CandidateRecord, memory: str) -> Proposal:
        instruction = paragraphs(
            f"The best program so far is {told(best)}. Choose one change to it that can be tested by itself, "
            "say in a few sentences why it lowers the loss, and write the program with this change alone.",
            memory,
        )
        return self._single(program(self, IMPROVE, "refine", instruction, (best,)))

    def _single(self, proposal: Proposal) -> Proposal:
        """Without rounds inside the attempt: a repair is a node of the tree."""
        return replace(proposal, debug_rounds=0)


def step(state: State, event: Event) -> State:
    """A step to fold."""
    asked, proposal = follow(state.asked, event)
    state = replace(state, asked=asked)
    if isinstance(event, ProposalRecord):
        if event.operator != REPAIR:
            return state
        left = tuple(leaf for leaf in state.failing if leaf.candidate.id not in event.parents)
        return replace(state, failing=left)
    if proposal is None or not isinstance(event, CandidateRecord):
        return state
    if is_usable(event):
        state = replace(
            state, best=with_one(state.best, event, 1), memory=_remembered(state, event, proposal)
        )
    if event.failed and event.program is not None:
        leaf = Failing(event, int(proposal.tags.get("depth", 0)))
        state = replace(state, failing=(*state.failing, leaf)[-_MOST_FAILING:])
    return state


def _remembered(state: State, candidate: CandidateRecord, proposal: ProposalRecord) -> Memory:
    made = f"{proposal.operator} of {proposal.parents[0]}" if proposal.parents else proposal.operator
    line = (candidate, f"- {told(candidate)}: {made}")
    return tuple(by_rank((*state.memory, line), lambda each: each[0])[:_MOST_REMEMBERED])


def _memory(state: State) -> str:
    if not state.memory:
        return ""
    lines = [line for _, line in state.memory]
    return "\n".join(["Best results so far, each with how it was made (do not do the same again):", *lines])


def build(options: Mapping[str, Any]) -> Tree:
    """The method. Options: `n`, `debug_rounds`, `temperature`, `drafts`, `debug`. Raises `UsageError`."""
    return settings.built(Tree, "tree", options)
