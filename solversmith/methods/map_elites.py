"""MAP-Elites on islands: a grid of kinds of programs, of which the best of each kind is kept.

Source: Mouret and Clune 2015, "Illuminating search spaces by mapping elites", arXiv:1504.04909; as in
OpenEvolve, the open re-implementation of AlphaEvolve (Novikov et al. 2025, arXiv:2506.13131).

Faithful: islands take turns; each has a grid of two features of the program's text, and a cell holds the
best program of its kind; the parent is drawn from the island with probability `explore`, from the archive
of the best of all islands (own ones first) with probability `exploit`, and else from the island by rank;
the prompt shows the best of the island and others of it beside the parent; islands give their best to both
neighbours on a ring from time to time.

Differs: the features are the number of lines and the number of loops and functions, on logarithmic scales
with fixed ends, as a history holds them with every candidate (published: length and mean edit distance to
other programs, whose bins move with what was seen). An island keeps its cells alone, not a population
beside them. Programs are written whole, not as differences. Random draws from the island are weighted by 1
/ (rank + N).

Defaults: explore .2, exploit .7, 10 bins a feature, 3 best and 2 others in a prompt as published; the
archive is a tenth of `n`, from 2 to 100 (published: 100 beside a population of 1000); islands one for 16
candidates, from 2 to 5 (published: 5), migration after every 10 programs of an island (published: 50).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from solversmith.contract.method import Event, History, Proposal, Signal
from solversmith.methods.parts import settings
from solversmith.methods.parts.asked import NOTHING_ASKED, Asked, follow
from solversmith.methods.parts.draws import Draws
from solversmith.methods.parts.proposals import draft, listed, program, told
from solversmith.methods.parts.ranking import by_rank, in_order, is_usable, replaces
from solversmith.records.run import CandidateRecord

SUMMARY = "a grid of the best program of each kind, on islands with migration (MAP-Elites, OpenEvolve)"
MOST_LINES, MOST_PARTS = 1000, 60
Cell = tuple[int, int]
Elites = tuple[tuple[CandidateRecord, int], ...]  # with their islands, the best first


@dataclass(frozen=True)
class Island:
    """The best program of each kind, and how many programs were made for this island."""

    cells: Mapping[Cell, CandidateRecord]
    programs: int = 0

    @property
    def members(self) -> Sequence[CandidateRecord]:
        """Best first."""
        return in_order({each.id: each for each in self.cells.values()}.values())


@dataclass(frozen=True)
class State:
    """All islands and the archive."""

    bins: int
    migrate_every: int
    most_elites: int
    islands: tuple[Island, ...]
    elites: Elites = ()
    asked: Asked = NOTHING_ASKED


@dataclass(frozen=True)
class MapElites:
    """Parameters: `n` candidates, `islands`, grid, archive, how parents are drawn, what else is shown."""

    n: int = settings.whole(8, 1)
    debug_rounds: int = settings.whole(4)
    temperature: float | None = settings.number(None, 0.0, 2.0)
    islands: int | None = settings.whole(None, 1)
    bins: int = settings.whole(10, 1)
    archive: int | None = settings.whole(None, 1)
    explore: float = settings.number(0.2, 0.0, 1.0)
    exploit: float = settings.number(0.7, 0.0, 1.0)
    best: int = settings.whole(3)
    others: int = settings.whole(2)
    migrate_every: int = settings.whole(10, 1)

    def __post_init__(self) -> None:
        settings.verify(self)
        if self.islands is None:
            object.__setattr__(self, "islands", settings.part_of(self.n, 16, 2, 5))
        if self.archive is None:
            object.__setattr__(self, "archive", settings.part_of(self.n, 10, 2, 100))

    @property
    def name(self) -> str:
        """As on the command line."""
        return "map-elites"

    @property
    def generation(self) -> int:
        """One for each island."""
        assert self.islands is not None
        return self.islands

    def settings(self) -> Mapping[str, Any]:
        """Every setting with its value."""
        return asdict(self)

    def propose(self, history: History, number: int) -> Proposal | Signal:
        """A draft for an island that is empty; else a change of a parent of the island whose turn it is."""
        assert self.archive is not None
        start = State(self.bins, self.migrate_every, self.archive, (Island({}),) * self.generation)
        state, aside = history.fold(step, start), history.faulted
        if state.asked.written(aside) >= self.n:
            return Signal.DONE
        filled = [place for place, island in enumerate(state.islands) if island.cells]
        empty = state.asked.without_draft(aside, filled, self.generation)
        if empty is not None:
            return draft(self, tags={"island": empty})
        if not filled:
            return Signal.WAIT
        place = filled[number % len(filled)]
        draws = Draws(history.seed, number)
        parent = self._parent(state, place, draws)
        shown = (parent, *self._inspirations(state.islands[place], parent, draws))
        instruction = _instruction(told(parent), listed(shown[1:]))
        return program(self, "evolve", "refine", instruction, shown, (parent,), {"island": place})

    def _parent(self, state: State, place: int, draws: Draws) -> CandidateRecord:
        members = state.islands[place].members
        chance = draws.chance()
        if chance < self.explore:
            return draws.pick(members)
        if chance < self.explore + self.exploit:
            own = [elite for elite, island in state.elites if island == place]
            return draws.pick(own or [elite for elite, _ in state.elites])
        size = len(members)
        return draws.weighted(members, [1 / (position + 1 + size) for position in range(size)])

    def _inspirations(self, island: Island, parent: CandidateRecord, draws: Draws) -> list[CandidateRecord]:
        members = [member for member in island.members if member.id != parent.id]
        return [*members[: self.best], *draws.sample(members[self.best :], self.others)]


def step(state: State, event: Event) -> State:
    """A step to fold: a usable candidate competes for its cell and for the archive."""
    asked, proposal = follow(state.asked, event)
    state = replace(state, asked=asked)
    if proposal is None or not isinstance(event, CandidateRecord) or not is_usable(event):
        return state
    own = proposal.tags.get("island")
    places = range(len(state.islands)) if own is None else [int(own)]
    for place in places:
        state = _placed(state, place, event)
    return state


def _placed(state: State, place: int, candidate: CandidateRecord) -> State:
    islands = list(state.islands)
    island = islands[place] = _with(islands[place], candidate, state.bins, own=True)
    if island.programs % state.migrate_every == 0:
        for neighbour in {(place - 1) % len(islands), (place + 1) % len(islands)} - {place}:
            islands[neighbour] = _with(islands[neighbour], island.members[0], state.bins, own=False)
    by_place = sorted((*state.elites, (candidate, place)), key=lambda elite: elite[1])
    elites = by_rank(by_place, lambda elite: elite[0])
    return replace(state, islands=tuple(islands), elites=tuple(elites[: state.most_elites]))


def _with(island: Island, candidate: CandidateRecord, bins: int, *, own: bool) -> Island:
    cell = _cell(candidate, bins)
    wins = replaces(candidate, island.cells.get(cell))
    cells = {**island.cells, cell: candidate} if wins else island.cells
    return Island(cells, island.programs + own)


def _cell(candidate: CandidateRecord, bins: int) -> Cell:
    found = {name: candidate.features.get(name, 0) for name in ("lines", "loops", "functions")}
    parts = found["loops"] + found["functions"]
    return _bin(found["lines"], MOST_LINES, bins), _bin(parts, MOST_PARTS, bins)


def _bin(value: float, most: float, bins: int) -> int:
    return min(bins - 1, int(bins * math.log1p(value) / math.log1p(most)))


def _instruction(parent: str, others: str) -> str:
    beside = (
        f" Others of its kind and of other kinds are {others}: take from them what helps." if others else ""
    )
    return f"Change {parent} into a program with a lower loss.{beside} Keep what makes each of them good."


def build(options: Mapping[str, Any]) -> MapElites:
    """The method. Options: the fields of `MapElites`. Raises `UsageError`."""
    return settings.built(MapElites, "map-elites", options)
