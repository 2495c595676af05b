"""Iterated local search with vertices in and out by random swaps that are forbidden for a while.

A set grows as long as a vertex is free. Otherwise a vertex with a single neighbour inside takes that one's
place (a plateau step, from which a vertex may become free: a (1,2)-swap in two halves); what left stays out
for some steps. After long without success the search goes on from a random vertex that is forced in. After
D. V. Andrade, M. G. C. Resende, R. F. Werneck, Fast local search for the maximum independent set problem,
Journal of Heuristics 18 (2012), and Q. Wu, J.-K. Hao, F. Glover, Multi-neighborhood tabu search for the
maximum weight clique problem, Annals of Operations Research 196 (2012).
"""

import json
import os
import random
import time
from collections.abc import Iterator
from typing import Any

import numpy as np

BEGIN_S = time.perf_counter() - 0.3  # the imports count, too
CASE = json.loads(os.environ.get("SOLVERSMITH_CASE", "{}"))
LIMIT_S = float(CASE.get("time_limit_s", 10.0))
DEPTH = 4000  # steps without success before the search starts elsewhere
LONGEST_BAN = 10


def solve(**kwargs: Any) -> Iterator[dict[str, list[int]]]:
    """Yield a greedy set, then larger ones until the time is nearly over."""
    search = Search(kwargs["graph"], random.Random(int(CASE.get("seed", 1))))
    search.fill_by_degree()
    best = search.size
    yield {"mis_nodes": search.nodes()}
    stop_s = BEGIN_S + 0.97 * LIMIT_S - 0.1
    steps = since_success = record = 0
    while steps % 64 or time.perf_counter() < stop_s:
        steps += 1
        search.step()
        since_success += 1
        if search.size > record:
            record, since_success = search.size, 0
        if search.size > best:
            best = search.size
            yield {"mis_nodes": search.nodes()}
        if since_success > DEPTH:
            search.restart()
            record, since_success = search.size, 0


class Search:
    """An independent set and, for every vertex, how many of its neighbours are inside."""

    def __init__(self, graph: Any, rng: random.Random) -> None:
        self.names = list(graph)
        index = {name: place for place, name in enumerate(self.names)}
        self.adjacent = [
            np.fromiter((index[other] for other in graph[name]), dtype=np.int64, count=len(graph[name]))
            for name in self.names
        ]
        self.rng = rng
        count = len(self.names)
        self.far = count + 2  # added to the tightness of members: no step takes them for candidates
        self.tightness = np.zeros(count, dtype=np.int64)
        self.inside = np.zeros(count, dtype=bool)
        self.free_from = np.zeros(count, dtype=np.int64)  # the step from which a vertex may come in
        self.size, self.now = 0, 0

    def nodes(self) -> list[int]:
        """The set under the names of the graph."""
        return [self.names[place] for place in np.flatnonzero(self.inside)]

    def put_in(self, vertex: int) -> None:
        """Take a vertex in."""
        self.inside[vertex] = True
        self.tightness[self.adjacent[vertex]] += 1
        self.tightness[vertex] += self.far
        self.size += 1

    def take_out(self, vertex: int, ban: int) -> None:
        """Take a vertex out for `ban` steps."""
        self.inside[vertex] = False
        self.tightness[self.adjacent[vertex]] -= 1
        self.tightness[vertex] -= self.far
        self.free_from[vertex] = self.now + ban
        self.size -= 1

    def fill_by_degree(self) -> None:
        """Add free vertices, always one with the fewest free neighbours."""
        free = self.tightness == 0
        degree = np.array([np.count_nonzero(free[row]) for row in self.adjacent])
        while free.any():
            vertex = int(np.where(free, degree, len(free)).argmin())
            gone = self.adjacent[vertex][free[self.adjacent[vertex]]]
            free[vertex] = False
            free[gone] = False
            for other in gone:
                degree[self.adjacent[other]] -= 1
            self.put_in(vertex)

    def step(self) -> None:
        """One vertex more, or one for another, or one less."""
        self.now += 1
        allowed = self.free_from <= self.now
        chosen = self.pick((self.tightness == 0) & allowed)
        if chosen is not None:
            self.put_in(chosen)
            return
        loose = self.tightness == 1
        chosen = self.pick(loose & allowed)
        if chosen is not None:
            neighbours = self.adjacent[chosen]
            rival = int(neighbours[self.inside[neighbours]][0])
            self.take_out(rival, LONGEST_BAN + self.rng.randrange(1 + int(np.count_nonzero(loose))))
            self.put_in(chosen)
            return
        if self.size:
            members = np.flatnonzero(self.inside)
            self.take_out(int(members[self.rng.randrange(len(members))]), 7)

    def pick(self, candidates: Any) -> int | None:
        """One of the vertices where `candidates` holds, at random."""
        places = candidates.nonzero()[0]
        return int(places[self.rng.randrange(len(places))]) if len(places) else None

    def restart(self) -> None:
        """Force a random vertex in and forget all bans."""
        self.free_from[:] = 0
        outside = np.flatnonzero(~self.inside)
        if not len(outside):
            return
        vertex = int(outside[self.rng.randrange(len(outside))])
        neighbours = self.adjacent[vertex]
        for rival in neighbours[self.inside[neighbours]]:
            self.take_out(int(rival), 7)
        self.put_in(vertex)
