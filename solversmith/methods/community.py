"""A community: agents that work alone, and share idea cards and reports of experience.

Source: Li et al. 2025, "CoMind: Towards Community-Driven Agents for Machine Learning Engineering",
arXiv:2506.20640 (ICLR 2026).

Faithful: every agent goes through select and draft an idea, implement it, report; ideas and reports of all
are open to all, while an agent's programs are its own: what it implements is made from the problem, its
idea and its own best program alone. Agents work side by side.

Differs: five roles of the paper (coordinator, analyzer, idea proposer, coding agent, evaluator) are three
kinds of proposals; there is no outside community whose notebooks are read, and no ranking of ideas by a
model: the latest cards and reports are shown, those of other agents first. An implementation is one attempt
with repairs, not a session of its own. Reports know of results on dev only.

Defaults: 4 agents, at most half of `n`; 6 cards and 6 reports in a prompt; `share` is `all`, `ideas`,
`reports` or `none`: with `none` every agent reads its own notes alone, which is the control of an
experiment.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from solversmith.contract.method import Event, History, Proposal, Signal
from solversmith.methods.parts import settings
from solversmith.methods.parts.asked import NOTHING_ASKED, Asked, follow
from solversmith.methods.parts.proposals import noted, paragraphs, program, told, words
from solversmith.methods.parts.ranking import Candidates, is_usable, with_one
from solversmith.records.run import CandidateRecord, NoteRecord

SUMMARY = "agents with their own programs that share idea cards and reports (CoMind)"
IDEA, IMPLEMENT, REPORT = "idea", "implement", "report"
ALL, IDEAS, REPORTS, NONE = "all", "ideas", "reports", "none"
MOST_CARDS, MOST_REPORTS = 6, 6
_MOST_CARD = 600
_MOST_KEPT = 48  # notes of a kind


@dataclass(frozen=True)
class Note:
    """Who wrote it, and its text's SHA-256."""

    agent: int
    text: str


@dataclass(frozen=True)
class Agent:
    """Where an agent stands: what it does next, its idea, its best program and its last one."""

    next: str = IDEA
    idea: str | None = None
    best: Candidates = ()
    last: CandidateRecord | None = None
    done: int = 0  # steps


@dataclass(frozen=True)
class State:
    """All agents, and what they have shared."""

    agents: tuple[Agent, ...]
    ideas: tuple[Note, ...] = ()
    reports: tuple[Note, ...] = ()
    given: Candidates = ()  # the best program that nobody of them made
    asked: Asked = NOTHING_ASKED


@dataclass(frozen=True)
class Community:
    """Parameters: `n` candidates, `agents`, and what they `share`."""

    n: int = settings.whole(8, 1)
    debug_rounds: int = settings.whole(4)
    temperature: float | None = settings.number(None, 0.0, 2.0)
    agents: int | None = settings.whole(None, 1)
    share: str = settings.choice(ALL, IDEAS, REPORTS, NONE)

    def __post_init__(self) -> None:
        settings.verify(self)
        if self.agents is None:
            object.__setattr__(self, "agents", settings.part_of(self.n, 2, 1, 4))

    @property
    def name(self) -> str:
        """As on the command line."""
        return "community"

    @property
    def generation(self) -> int:
        """A step of every agent."""
        assert self.agents is not None
        return self.agents

    def settings(self) -> Mapping[str, Any]:
        """Every setting with its value."""
        return asdict(self)

    def propose(self, history: History, number: int) -> Proposal | Signal:
        """The next step of the agent that is free and has done least."""
        state, aside = history.fold(step, State((Agent(),) * self.generation)), history.faulted
        if state.asked.written(aside) >= self.n:
            return Signal.DONE
        busy = {proposal.tags.get("agent") for proposal in state.asked.under_way(aside)}
        free = [place for place in range(len(state.agents)) if place not in busy]
        if not free:
            return Signal.WAIT
        place = min(free, key=lambda place: state.agents[place].done)
        agent = state.agents[place]
        steps = {IDEA: self._idea, IMPLEMENT: self._implementation, REPORT: self._report}
        return replace(steps[agent.next](agent, place, state, history), tags={"agent": place})

    def _idea(self, agent: Agent, place: int, state: State, history: History) -> Proposal:
        shares_ideas, shares_reports = self.share in (ALL, IDEAS), self.share in (ALL, REPORTS)
        ideas = _read(state.ideas, place, MOST_CARDS, shares_ideas)
        reports = _read(state.reports, place, MOST_REPORTS, shares_reports)
        best = agent.best or state.given
        own = f"Your own best program is {told(best[0])}." if best else "You have no program of your own yet."
        instruction = paragraphs(
            f"{own} Choose what to try next, and write it as an idea card: a title, the idea in at most four "
            "sentences, and why it should lower the loss. It may go on from a card or a report below, and "
            "must not repeat what was tried without success.",
            noted("idea cards:", map(history.text, ideas), _MOST_CARD),
            noted("reports:", map(history.text, reports), _MOST_CARD),
        )
        return words(IDEA, instruction, best)

    def _implementation(self, agent: Agent, place: int, state: State, history: History) -> Proposal:
        idea = [] if agent.idea is None else [history.text(agent.idea)]
        best = agent.best or state.given
        start = f" Begin from {told(best[0])}, your best program." if best else ""
        instruction = paragraphs(f"Carry out this idea.{start}", noted("idea:", idea))
        return program(self, IMPLEMENT, "refine" if best else "draft", instruction, best)

    def _report(self, agent: Agent, place: int, state: State, history: History) -> Proposal:
        assert agent.last is not None
        idea = [] if agent.idea is None else [history.text(agent.idea)]
        instruction = paragraphs(
            f"Write a report of at most 80 words for the others: what {told(agent.last)} tried, how it did, "
            "and what should be done or avoided next. No code.",
            noted("the idea was:", idea, _MOST_CARD),
        )
        return words(REPORT, instruction, (agent.last,))


def step(state: State, event: Event) -> State:
    """A step to fold: an agent goes on when its step has a result."""
    asked, proposal = follow(state.asked, event)
    state = replace(state, asked=asked)
    if proposal is None or not isinstance(event, CandidateRecord | NoteRecord):
        return state
    place = proposal.tags.get("agent")
    if place is None:
        assert isinstance(event, CandidateRecord)
        return replace(state, given=with_one(state.given, event, 1)) if is_usable(event) else state
    agent = state.agents[place]
    done = agent.done + 1
    if isinstance(event, CandidateRecord):
        best = with_one(agent.best, event, 1) if is_usable(event) else agent.best
        agent = replace(agent, next=REPORT, best=best, last=event, done=done)
    elif proposal.operator == IDEA:
        agent = replace(agent, next=IMPLEMENT, idea=event.text, done=done)
        state = replace(state, ideas=(*state.ideas, Note(place, event.text))[-_MOST_KEPT:])
    else:
        agent = replace(agent, next=IDEA, done=done)
        state = replace(state, reports=(*state.reports, Note(place, event.text))[-_MOST_KEPT:])
    agents = (*state.agents[:place], agent, *state.agents[place + 1 :])
    return replace(state, agents=agents)


def _read(notes: Sequence[Note], place: int, most: int, is_shared: bool) -> Iterable[str]:
    """The latest notes, those of others first; only one's own where nothing is shared."""
    latest = list(reversed(notes))
    own = [note.text for note in latest if note.agent == place]
    others = [note.text for note in latest if note.agent != place] if is_shared else []
    return dict.fromkeys([*others, *own][:most])


def build(options: Mapping[str, Any]) -> Community:
    """The method. Options: the fields of `Community`. Raises `UsageError`."""
    return settings.built(Community, "community", options)
