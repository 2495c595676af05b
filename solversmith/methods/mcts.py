"""MCTS-AHD: a tree in which every program is a node, searched by UCT with progressive widening.

Source: Zheng et al. 2025, "Monte Carlo Tree Search for Comprehensive Exploration in LLM-Based Automatic
Heuristic Design", arXiv:2501.08603 (ICML 2025), and the code published with it.

Faithful: `initial` programs below the root, the first by I1, the others by E1 (unlike those that there
are); then from the root to a leaf by UCT with exploration constant 0.1, which falls linearly to 0 with the
budget; a node on the way is widened, the root by E1 and others by E2, when the root of its visits is larger
than its number of children (alpha 1/2); at the leaf E2, M1 twice, M2 twice, and S1, which shows the way
from the root; the value of a node is the best of its children's, its own if it has none; no deeper than 10;
failures get no node. A post-thought call describes a program in words, and the description stands beside it
in later prompts.

Differs: a program is described when it is first chosen as a leaf, not when it is made, so that those that
nothing is made from cost no call. Values are normalised by rank among all results, as losses of PDEs span
decades. With several workers the actions of a leaf are asked for before the results of earlier ones are in;
children that are under way count when it is decided whether to widen. Descriptions of the latest 256
programs are kept.

Defaults: as published: 4 initial programs (at most a quarter of `n`, at least 2), an elite set of 10 for
E2, actions once, twice, twice, once.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right, insort
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from typing import Any

from solversmith.contract.method import Event, History, Proposal, Signal
from solversmith.methods.parts import settings
from solversmith.methods.parts.asked import NOTHING_ASKED, Asked, follow
from solversmith.methods.parts.draws import Draws
from solversmith.methods.parts.nodes import Node, Path, grown, node_at, nodes_along, nodes_below
from solversmith.methods.parts.proposals import draft, listed, noted, paragraphs, program, told, words
from solversmith.methods.parts.ranking import Candidates, in_order, is_usable, leaders, result, with_one
from solversmith.ranking import Result, error_of
from solversmith.records.run import CandidateRecord, NoteRecord, ProposalRecord

SUMMARY = "UCT over a tree of programs with progressive widening and post-thoughts (MCTS-AHD)"
THOUGHT = "post-thought"
ACTIONS = ("e2", "m1", "m1", "m2", "m2", "s1")
MOST_DEPTH, ALPHA, EXPLORATION = 10, 0.5, 0.1
MOST_ELITES, MOST_SHOWN, MOST_THOUGHTS = 10, 5, 256
_MOST_THOUGHT = 500


@dataclass(frozen=True)
class State:
    """The tree, what it is compared by, and what of the plan is left."""

    root: Node = field(default_factory=Node)
    results: tuple[Result, ...] = ()  # different ones, the best first
    error: float = 0.0  # how well they are known
    elites: Candidates = ()
    asked: Asked = NOTHING_ASKED
    plan: tuple[str, ...] = ()  # actions that are left at the leaf
    leaf: Path = ()
    described: tuple[str, ...] = ()  # candidates whose post-thought was asked for
    thoughts: Mapping[str, str] = field(default_factory=dict)  # candidate to SHA-256

    def value(self, node: Node) -> float:
        """From 0, the worst rank so far, to 1, the best."""
        most = len(self._leaders) - 1
        return 1.0 - (bisect_right(self._leaders, node.value) - 1) / most if most > 0 else 1.0

    @cached_property
    def _leaders(self) -> tuple[Result, ...]:
        return leaders(self.results, self.error)


START = State()


@dataclass(frozen=True)
class MCTS:
    """Parameters: `n` candidates, of which `initial` ones stand below the root."""

    n: int = settings.whole(8, 1)
    debug_rounds: int = settings.whole(4)
    temperature: float | None = settings.number(None, 0.0, 2.0)
    initial: int | None = settings.whole(None, 1)

    def __post_init__(self) -> None:
        settings.verify(self)
        if self.initial is None:
            object.__setattr__(self, "initial", settings.part_of(self.n, 4, 2, 4))

    @property
    def name(self) -> str:
        """As on the command line."""
        return "mcts"

    @property
    def generation(self) -> int:
        """The actions at one leaf."""
        return len(ACTIONS)

    def settings(self) -> Mapping[str, Any]:
        """Every setting with its value."""
        return asdict(self)

    def propose(self, history: History, number: int) -> Proposal | Signal:
        """A description that is missing, an initial program, or the next action in the tree."""
        assert self.initial is not None
        state, aside = history.fold(step, START), history.faulted
        written = state.asked.written(aside)
        if written >= self.n:
            return Signal.DONE
        if state.asked.number_of("i1", "seed", "e1", aside=aside) < self.initial or not state.root.children:
            if not state.root.children and state.asked.number_of("i1", "seed", aside=aside):
                return Signal.WAIT if state.asked.under_way(aside) else self._first()
            return self._different(state, history, number) if state.root.children else self._first()
        action, path, plan = self._next(state, aside, max(0.0, 1.0 - written / self.n))
        if action == "e1":
            return self._different(state, history, number)
        if not state.plan and plan and path[-1] not in state.described:
            return _post_thought(path[-1])
        if any(thought.context == path[-1:] for thought in state.asked.under_way(aside, THOUGHT)):
            return Signal.WAIT
        return self._changed(action, path, plan, state, history, number)

    def _first(self) -> Proposal:
        return replace(draft(self, tags={"path": [], "plan": []}), operator="i1")

    def _next(self, state: State, aside: frozenset[str], left: float) -> tuple[str, Path, tuple[str, ...]]:
        """Action, path of the node that it is done at, and the actions that come after it there."""
        if state.plan:
            return state.plan[0], state.leaf, state.plan[1:]
        coming = [tuple(p.tags["path"]) for p in state.asked.under_way(aside) if "path" in p.tags]
        path: Path = ()
        node = state.root
        while node.children and len(path) < MOST_DEPTH:
            if int(node.visits**ALPHA) > len(node.children) + coming.count(path):
                return ("e2" if path else "e1"), path, ()
            node = _best_child(state, node, left)
            path = (*path, node.id)
        actions = ACTIONS if len(path) > 1 else tuple(action for action in ACTIONS if action != "s1")
        return actions[0], path, actions[1:]

    def _different(self, state: State, history: History, number: int) -> Proposal:
        """E1: unlike one program of each subtree of the root."""
        draws = Draws(history.seed, number)
        below = draws.sample(state.root.children, MOST_SHOWN)
        shown = [draws.pick(nodes_below(child)).holder for child in below]
        instruction = paragraphs(
            f"There are {listed(shown)}. Write a program that works in quite another way than all of them.",
            self._described(shown, state, history),
        )
        return program(self, "e1", "draft", instruction, shown, tags={"path": [], "plan": []})

    def _changed(
        self, action: str, path: Path, plan: Sequence[str], state: State, history: History, number: int
    ) -> Proposal:
        own = node_at(state.root, path).holder
        shown = self._shown(action, path, own, state, Draws(history.seed, number))
        instruction = paragraphs(_instruction(action, own, shown), self._described(shown, state, history))
        tags = {"path": list(path), "plan": list(plan)}
        return program(self, action, _TASKS[action], instruction, shown, tags=tags)

    def _shown(
        self, action: str, path: Path, own: CandidateRecord, state: State, draws: Draws
    ) -> Sequence[CandidateRecord]:
        if action == "s1":
            way = [node.holder for node in nodes_along(state.root, path)]
            return [own, *in_order(each for each in way if each.id != own.id)[: MOST_SHOWN - 1]]
        others = [elite for elite in state.elites if elite.id != own.id]
        if action != "e2" or not others:
            return [own]
        size = len(others)
        return [own, draws.weighted(others, [1 / (place + 1 + size) for place in range(size)])]

    def _described(self, shown: Sequence[CandidateRecord], state: State, history: History) -> str:
        known = [(each.id, state.thoughts[each.id]) for each in shown if each.id in state.thoughts]
        said = (noted(f"what {name} does:", [history.text(sha)], _MOST_THOUGHT) for name, sha in known)
        return paragraphs(*said)


_TASKS = {"e2": "combine", "m1": "mutate", "m2": "refine", "s1": "refine"}


def step(state: State, event: Event) -> State:
    """A step to fold."""
    asked, proposal = follow(state.asked, event)
    state = replace(state, asked=asked)
    if isinstance(event, ProposalRecord):
        return _proposed(state, event)
    if proposal is None:
        return state
    if isinstance(event, NoteRecord):
        thoughts = {**state.thoughts, proposal.context[0]: event.text}
        return replace(state, thoughts=dict(list(thoughts.items())[-MOST_THOUGHTS:]))
    return _added(state, event, tuple(proposal.tags.get("path", ()))) if is_usable(event) else state


def _proposed(state: State, proposal: ProposalRecord) -> State:
    if proposal.operator == THOUGHT:
        return replace(state, described=(*state.described, *proposal.context)[-MOST_THOUGHTS:])
    path, plan = proposal.tags.get("path", ()), proposal.tags.get("plan", ())
    return replace(state, leaf=tuple(path), plan=tuple(plan))


def _added(state: State, candidate: CandidateRecord, path: Path) -> State:
    results = list(state.results)
    place = bisect_left(results, result(candidate))
    if place == len(results) or results[place] != result(candidate):
        insort(results, result(candidate))
    return replace(
        state,
        root=grown(state.root, path, candidate),
        results=tuple(results),
        error=max(state.error, error_of((candidate,))),
        elites=with_one(state.elites, candidate, MOST_ELITES),
    )


def _best_child(state: State, node: Node, left: float) -> Node:
    """By UCT; `left` is the part of the budget that is left."""

    def uct(child: Node) -> float:
        return state.value(child) + EXPLORATION * left * math.sqrt(math.log(node.visits + 1) / child.visits)

    return max(node.children, key=uct)


def _post_thought(name: str) -> Proposal:
    instruction = (
        f"Describe in at most three sentences how {name} works and what its result rests on, for whoever "
        "is to improve it. No code."
    )
    return words(THOUGHT, instruction, (name,))


def _instruction(action: str, own: CandidateRecord, shown: Sequence[CandidateRecord]) -> str:
    if action == "s1":
        return (
            f"{told(own)} was made in steps from {listed(shown[1:])}. See which steps lowered the loss and "
            f"which did not, and write the program that {own.id} leads to."
        )
    if action == "m1":
        return f"Give {told(own)} a new mechanism that it does not have, and keep what makes it good."
    if action == "m2":
        return f"Keep how {told(own)} works, and choose its parameters and settings anew."
    beside = f" Take from {told(shown[1])} what it does better." if len(shown) > 1 else ""
    return f"Start from {told(own)} and write a better program.{beside}"


def build(options: Mapping[str, Any]) -> MCTS:
    """The method. Options: `n`, `debug_rounds`, `temperature`, `initial`. Raises `UsageError`."""
    return settings.built(MCTS, "mcts", options)
