"""FunSearch: islands of clusters, prompts with two versions of a program, and resets of the weaker half.

Source: Romera-Paredes et al. 2023, "Mathematical discoveries from program search with large language
models", Nature 625 (2024) 468-475, and the code published with it.

Faithful: a program that is given or drafted founds an island, and what is made from an island's programs
belongs to it. Programs of equal results (signatures) form clusters. A prompt shows one program from each of
two clusters of one island, the worse first, and asks for the next version. Clusters are drawn by a softmax
of their scores whose temperature falls linearly from `temperature_of_clusters` to 0 and starts again every
`period` programs; within a cluster short programs are likelier. From time to time the weaker half of the
islands is emptied, and each gets the best program of an island that is kept. Programs that solve nothing
are never stored.

Differs: a signature is (failed cases, loss), as a history tells no losses of single cases. Scores are
ranks, from 0 to 1: losses of PDEs span decades, so that no temperature fits them all. The two clusters are
different ones. Programs given by `--start` are on all islands, and nothing is drafted then; otherwise each
island drafts its own. Resets come after so many stored programs, where the published code counts 4 hours.
At most 30 clusters an island and 10 programs a cluster are kept; what is dropped would hardly ever be
drawn.

Defaults: 2 programs in a prompt and temperature 0.1 as published; islands one for 32 candidates, from 2 to
10 (published: 10), period 30 and a reset every 32 programs (published: 30000 programs, millions in all).
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from solversmith.contract.method import Event, History, Proposal, Signal
from solversmith.methods.parts import settings
from solversmith.methods.parts.asked import NOTHING_ASKED, Asked, follow
from solversmith.methods.parts.draws import Draws, softmax
from solversmith.methods.parts.proposals import draft, program, told
from solversmith.methods.parts.ranking import Candidates, in_order, is_tie, is_usable, ranks, result
from solversmith.records.run import CandidateRecord

SUMMARY = "islands of clusters, prompts with two versions of a program, resets of the weakest (FunSearch)"
MOST_CLUSTERS, MOST_PROGRAMS = 30, 10
_LENGTH = "nodes"


@dataclass(frozen=True)
class Island:
    """Clusters, the best first, each of programs with one result; how many programs it ever had."""

    clusters: tuple[Candidates, ...] = ()
    programs: int = 0


@dataclass(frozen=True)
class State:
    """All islands; `seed` and `reset_every` are the run's, for resets happen while folding."""

    seed: int
    reset_every: int
    islands: tuple[Island, ...]
    asked: Asked = NOTHING_ASKED
    stored: int = 0


@dataclass(frozen=True)
class FunSearch:
    """Parameters: `n` candidates, `islands`, programs in a prompt (`shown`), sampling and resets."""

    n: int = settings.whole(8, 1)
    debug_rounds: int = settings.whole(4)
    temperature: float | None = settings.number(None, 0.0, 2.0)
    islands: int | None = settings.whole(None, 1)
    shown: int = settings.whole(2, 1)
    temperature_of_clusters: float = settings.number(0.1, 1e-6, 1e6)
    period: int = settings.whole(30, 1)
    reset_every: int = settings.whole(32, 1)

    def __post_init__(self) -> None:
        settings.verify(self)
        if self.islands is None:
            object.__setattr__(self, "islands", settings.part_of(self.n, 32, 2, 10))

    @property
    def name(self) -> str:
        """As on the command line."""
        return "funsearch"

    @property
    def generation(self) -> int:
        """As many as there are islands."""
        assert self.islands is not None
        return self.islands

    def settings(self) -> Mapping[str, Any]:
        """Every setting with its value."""
        return asdict(self)

    def propose(self, history: History, number: int) -> Proposal | Signal:
        """A draft for an island that has nothing; else the next version of programs of any island."""
        start = State(history.seed, self.reset_every, (Island(),) * self.generation)
        state, aside = history.fold(step, start), history.faulted
        if state.asked.written(aside) >= self.n:
            return Signal.DONE
        filled = [place for place, island in enumerate(state.islands) if island.clusters]
        empty = state.asked.without_draft(aside, filled, self.generation)
        if empty is not None:
            return draft(self, tags={"island": empty})
        if not filled:
            return Signal.WAIT
        draws = Draws(history.seed, number)
        place = draws.pick(filled)
        versions = self._versions(state.islands[place], draws)
        return program(self, "best-shot", "refine", _instruction(versions), versions, tags={"island": place})

    def _versions(self, island: Island, draws: Draws) -> list[CandidateRecord]:
        """The worse first."""
        count = len(island.clusters)
        scores = [1.0 - place / max(1, count - 1) for place in range(count)]
        left = 1.0 - (island.programs % self.period) / self.period
        weights = softmax(scores, self.temperature_of_clusters * left)
        chosen = draws.weighted_sample(island.clusters, weights, self.shown)
        return in_order(_short_one(cluster, draws) for cluster in chosen)[::-1]


def step(state: State, event: Event) -> State:
    """A step to fold: store what is usable on its island, or on all if it was given."""
    asked, proposal = follow(state.asked, event)
    state = replace(state, asked=asked)
    if proposal is None or not isinstance(event, CandidateRecord) or not is_usable(event):
        return state
    own = proposal.tags.get("island")
    islands = tuple(
        _stored(island, event) if own is None or place == own else island
        for place, island in enumerate(state.islands)
    )
    stored = state.stored + 1
    if stored % state.reset_every == 0:
        islands = _reset(islands, Draws(state.seed, "reset", stored))
    return replace(state, islands=islands, stored=stored)


def _stored(island: Island, candidate: CandidateRecord) -> Island:
    clusters = [list(cluster) for cluster in island.clusters]
    # A tie with every member: with one alone, a cluster would follow whoever improves by less than the error.
    same = next((each for each in clusters if all(is_tie(member, candidate) for member in each)), None)
    if same is None:
        insort(clusters, [candidate], key=lambda cluster: min(map(result, cluster)))
    else:
        same.append(candidate)
        same.sort(key=lambda member: (_length(member), member.number))
    kept = (tuple(cluster[:MOST_PROGRAMS]) for cluster in clusters[:MOST_CLUSTERS])
    return Island(tuple(kept), island.programs + 1)


def _reset(islands: tuple[Island, ...], draws: Draws) -> tuple[Island, ...]:
    """The weaker half begins again, each with the best program of an island that is kept."""
    places = range(len(islands))
    filled = [place for place in places if islands[place].clusters]
    best = {place: islands[place].clusters[0][0] for place in filled}
    rank = ranks(best.values())
    strength = sorted(filled, key=lambda place: (rank(best[place]), place))
    empty = [place for place in places if place not in filled]
    weakest = [*empty, *reversed(strength)][: len(islands) // 2]
    kept = [place for place in strength if place not in weakest]
    if not kept:
        return islands
    begun = {place: islands[draws.pick(kept)].clusters[0][0] for place in weakest}
    return tuple(
        Island(((begun[place],),), 1) if place in begun else island for place, island in enumerate(islands)
    )


def _short_one(cluster: Candidates, draws: Draws) -> CandidateRecord:
    lengths = [_length(member) for member in cluster]
    scores = [-(length - min(lengths)) / (max(lengths) + 1e-6) for length in lengths]
    return draws.weighted(cluster, softmax(scores, 1.0))


def _length(candidate: CandidateRecord) -> int:
    found = candidate.features.get(_LENGTH, candidate.features.get("lines", 0))
    return found if isinstance(found, int) else 0


def _instruction(versions: list[CandidateRecord]) -> str:
    last, before = told(versions[-1]), [told(version) for version in versions[:-1]]
    since = f", which came after {', '.join(before)}" if before else ""
    return (
        f"Write the version that comes after {last}{since}: go on with what made the later version better. "
        "Each version is a whole program, and the next has a lower loss."
    )


def build(options: Mapping[str, Any]) -> FunSearch:
    """The method. Options: the fields of `FunSearch`. Raises `UsageError`."""
    return settings.built(FunSearch, "funsearch", options)
