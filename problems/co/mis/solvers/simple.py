"""Greedy by smallest degree, then local search: put vertices in by force, take out what is adjacent, fill up.

The (1,2)-swap, one vertex out and two in: D. V. Andrade, M. G. C. Resende, R. F. Werneck, Fast local search
for the maximum independent set problem, Journal of Heuristics 18 (2012).
"""

import random
from collections.abc import Iterator
from itertools import combinations
from typing import Any

POOL = 8  # knob: int 1 300 safe=low
FORCED = 1  # knob: int 1 8
WARM_UP = 10  # knob: log 1 10000 fast=low
STEPS = 3000  # knob: log 10 100000
WORST_LOSS = 1  # knob: int 0 4

Graph = dict[int, set[int]]


def solve(**kwargs: Any) -> Iterator[dict[str, list[int]]]:
    """Yield a greedy set that was improved for WARM_UP steps, then larger ones as they turn up."""
    adjacent: Graph = {vertex: set(row) for vertex, row in kwargs["graph"].adjacency()}
    rng = random.Random(1)
    first = min(rng.sample(list(adjacent), POOL), key=lambda vertex: len(adjacent[vertex]))
    chosen = fill({first}, adjacent, rng)
    best = set(chosen)
    for step in range(int(WARM_UP) + int(STEPS)):
        chosen = improve(change(chosen, adjacent, rng), adjacent, rng)
        if len(chosen) > len(best):
            best = set(chosen)
            if step >= int(WARM_UP):
                yield {"mis_nodes": list(best)}
        elif len(chosen) < len(best) - WORST_LOSS:
            chosen = set(best)
        if step == int(WARM_UP) - 1:
            yield {"mis_nodes": list(best)}


def change(chosen: set[int], adjacent: Graph, rng: random.Random) -> set[int]:
    """Put FORCED random vertices in, and take their neighbours out."""
    changed = set(chosen)
    for vertex in rng.sample(list(adjacent), FORCED):
        changed -= adjacent[vertex]
        changed.add(vertex)
    return changed


def improve(chosen: set[int], adjacent: Graph, rng: random.Random) -> set[int]:
    """Fill up, and swap one vertex for two as long as that is possible."""
    chosen = fill(chosen, adjacent, rng)
    while swap := two_for_one(chosen, adjacent):
        vertex, pair = swap
        chosen = fill(chosen - {vertex} | set(pair), adjacent, rng)
    return chosen


def two_for_one(chosen: set[int], adjacent: Graph) -> tuple[int, tuple[int, int]] | None:
    """A chosen vertex, and two that it alone keeps out and that are not adjacent."""
    keepers: dict[int, list[int]] = {}
    for vertex in chosen:
        for other in adjacent[vertex]:
            keepers.setdefault(other, []).append(vertex)
    kept_out: dict[int, list[int]] = {}
    for other, those in keepers.items():
        if len(those) == 1:
            kept_out.setdefault(those[0], []).append(other)
    for vertex, others in kept_out.items():
        for one, two in combinations(others, 2):
            if two not in adjacent[one]:
                return vertex, (one, two)
    return None


def fill(chosen: set[int], adjacent: Graph, rng: random.Random) -> set[int]:
    """Add vertices that nothing chosen is adjacent to, those with the smallest degree first."""
    free = set(adjacent) - chosen
    for vertex in chosen:
        free -= adjacent[vertex]
    filled = set(chosen)
    while free:
        vertex = min(free, key=lambda v: (len(adjacent[v] & free), rng.random()))
        filled.add(vertex)
        free -= adjacent[vertex] | {vertex}
    return filled
