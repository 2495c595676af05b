"""ReEvo: reflections on pairs of programs steer crossover, and a growing reflection steers mutation.

Source: Ye et al. 2024, "ReEvo: Large Language Models as Hyper-Heuristics with Reflective Evolution",
arXiv:2402.01145 (NeurIPS 2024), and the code published with it.

Faithful: in every cycle pairs of programs with different results are drawn at random from the latest
programs and the best one so far; the reflector says what makes the better of each pair better (short-term
reflection); crossover writes a program from the pair and the reflection; the reflector then writes one
long-term reflection from the last one and the new short ones; and the best program is mutated by it.

Differs: every call is a proposal of its own, so that a run stops and resumes between them. With several
workers a cycle's pairs are drawn while earlier ones are still evaluated. Programs that fail are repaired in
their attempt (`debug_rounds`; 0 is as published). The published run begins with a seed program; here that
is what `--start` gives, and drafts otherwise.

Defaults are for short runs, which would else have no second cycle and hardly climb: the pairs of a cycle
are a twentieth of `n`, from 1 to 10 (published: 10), mutations as many (published: half as many), and the
first programs twice as many (published: 30).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from solversmith.contract.method import Event, History, Proposal, Signal
from solversmith.methods.parts import settings
from solversmith.methods.parts.asked import NOTHING_ASKED, Asked, follow
from solversmith.methods.parts.draws import Draws
from solversmith.methods.parts.proposals import draft, noted, paragraphs, program, told, words
from solversmith.methods.parts.ranking import Candidates, distinct, is_usable, with_one
from solversmith.records.run import CandidateRecord, NoteRecord, ProposalRecord

SUMMARY = "crossover by short-term reflections, mutation of the best by a long-term one (ReEvo)"
SHORT, CROSSOVER, LONG, MUTATION = "reflect", "crossover", "reflect-long", "mutation"
_MOST_SHORT_NOTE = 700


@dataclass(frozen=True)
class Reflection:
    """A short-term reflection: its note, and the ids of the pair that it compares, the better first."""

    note: str
    text: str  # SHA-256
    pair: tuple[str, ...]


@dataclass(frozen=True)
class State:
    """The best candidate, the latest ones, and the latest reflections with those that were used."""

    window: int
    best: Candidates = ()
    latest: Candidates = ()
    asked: Asked = NOTHING_ASKED
    short: tuple[Reflection, ...] = ()
    used: tuple[str, ...] = ()
    long: str | None = None

    @property
    def parents(self) -> Candidates:
        """What pairs are drawn from: of different results."""
        return distinct(tuple({c.id: c for c in (*self.best, *self.latest)}.values()))

    def free(self, aside: Collection[str]) -> Reflection | None:
        """The oldest reflection that no crossover uses; one whose crossover is set aside is free again."""
        lost = [p.tags["note"] for p in self.asked.open.values() if p.id in aside and p.operator == CROSSOVER]
        for reflection in self.short:
            if self.used.count(reflection.note) <= lost.count(reflection.note):
                return reflection
        return None


@dataclass(frozen=True)
class ReEvo:
    """Parameters: `n` candidates; `pairs` and `mutations` of a cycle; `initial` programs."""

    n: int = settings.whole(8, 1)
    debug_rounds: int = settings.whole(4)
    temperature: float | None = settings.number(None, 0.0, 2.0)
    pairs: int | None = settings.whole(None, 1)
    mutations: int | None = settings.whole(None, 1)
    initial: int | None = settings.whole(None, 1)

    def __post_init__(self) -> None:
        settings.verify(self)
        pairs = settings.part_of(self.n, 20, 1, 10) if self.pairs is None else self.pairs
        object.__setattr__(self, "pairs", pairs)
        if self.mutations is None:
            object.__setattr__(self, "mutations", pairs)
        if self.initial is None:
            object.__setattr__(self, "initial", min(self.n, max(2, 2 * pairs)))

    @property
    def name(self) -> str:
        """As on the command line."""
        return "reevo"

    @property
    def generation(self) -> int:
        """As many as a cycle has pairs."""
        assert self.pairs is not None
        return self.pairs

    def settings(self) -> Mapping[str, Any]:
        """Every setting with its value."""
        return asdict(self)

    def propose(self, history: History, number: int) -> Proposal | Signal:
        """The next step of the cycle: reflections, crossovers, the long reflection, mutations."""
        assert self.pairs is not None
        assert self.mutations is not None
        assert self.initial is not None
        state, aside = history.fold(step, State(self.pairs + self.mutations)), history.faulted
        asked = state.asked
        if asked.written(aside) >= self.n:
            return Signal.DONE
        if asked.number_of("draft", "seed", aside=aside) < self.initial:
            return draft(self)
        parents = state.parents
        if len(parents) < 2:
            return Signal.WAIT if asked.under_way(aside) else draft(self)
        cycle = 1 + asked.number_of(MUTATION, aside=aside) // self.mutations
        if asked.number_of(SHORT, aside=aside) < cycle * self.pairs:
            return _short(parents, Draws(history.seed, number))
        if asked.number_of(CROSSOVER, aside=aside) < cycle * self.pairs:
            if (reflection := state.free(aside)) is not None:
                return self._crossover(reflection, history)
            return (
                Signal.WAIT if asked.under_way(aside, SHORT) else _short(parents, Draws(history.seed, number))
            )
        if asked.number_of(LONG, aside=aside) < cycle:
            return self._long(state, history)
        return Signal.WAIT if asked.under_way(aside, LONG) else self._mutation(state, history)

    def _crossover(self, reflection: Reflection, history: History) -> Proposal:
        better, worse = reflection.pair
        instruction = paragraphs(
            f"Join {better}, the better one, and {worse} in one program that is better than both: keep what "
            "makes the better one better.",
            noted("reflection on the two:", [history.text(reflection.text)]),
        )
        tags = {"note": reflection.note}
        return program(self, CROSSOVER, "combine", instruction, reflection.pair, tags=tags)

    def _long(self, state: State, history: History) -> Proposal:
        assert self.pairs is not None
        earlier = [] if state.long is None else [history.text(state.long)]
        short = [history.text(each.text) for each in state.short[-self.pairs :]]
        instruction = paragraphs(
            "Programs for this problem were compared in pairs. Put together what was learned from it, for "
            "whoever writes the next program: which choices lower the loss, which do not, what is untried. "
            "At most 100 words; keep of the earlier summary what still holds.",
            noted("earlier summary:", earlier),
            noted("new reflections:", short, _MOST_SHORT_NOTE),
        )
        return words(LONG, instruction, ())

    def _mutation(self, state: State, history: History) -> Proposal:
        best = state.parents[0]
        learned = [] if state.long is None else [history.text(state.long)]
        instruction = paragraphs(
            f"Change {told(best)}, the best program so far, into a better one by what was learned.",
            noted("what was learned:", learned),
        )
        return program(self, MUTATION, "mutate", instruction, (best,))


def step(state: State, event: Event) -> State:
    """A step to fold."""
    asked, proposal = follow(state.asked, event)
    state = replace(state, asked=asked)
    if isinstance(event, ProposalRecord):
        if event.operator != CROSSOVER:
            return state
        return replace(state, used=(*state.used, str(event.tags["note"]))[-4 * state.window :])
    if isinstance(event, NoteRecord):
        return state if proposal is None else _reflected(state, event, proposal)
    if not is_usable(event):
        return state
    latest = (*state.latest, event)[-state.window :]
    return replace(state, best=with_one(state.best, event, 1), latest=latest)


def _reflected(state: State, note: NoteRecord, proposal: ProposalRecord) -> State:
    if proposal.operator == LONG:
        return replace(state, long=note.text)
    reflection = Reflection(note.id, note.text, proposal.context)
    return replace(state, short=(*state.short, reflection)[-4 * state.window :])


def _short(parents: Sequence[CandidateRecord], draws: Draws) -> Proposal:
    # By the ranks among all parents: of two from neighbouring ranks either may have the lower loss.
    better, worse = sorted(draws.sample(parents, 2), key=parents.index)
    instruction = (
        f"{told(better)} is better than {told(worse)}. Compare the two, and say what the next program should "
        "take from this: which differences explain the results, and how to go further in that direction. At "
        "most 60 words, no code."
    )
    return words(SHORT, instruction, (better, worse))


def build(options: Mapping[str, Any]) -> ReEvo:
    """The method. Options: the fields of `ReEvo`. Raises `UsageError`."""
    return settings.built(ReEvo, "reevo", options)
