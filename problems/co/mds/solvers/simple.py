"""Greedy by how much a vertex would dominate; then take some out, cover again, leave out what is spare.

The greedy choice for set covering: V. Chvátal, A greedy heuristic for the set-covering problem, Mathematics
of Operations Research 4 (1979). Taking a part away and building it up again: R. Ruiz, T. Stützle, A simple
and effective iterated greedy algorithm, European Journal of Operational Research 177 (2007).
"""

import heapq
import random
from collections.abc import Iterator
from typing import Any

WARM_UP = 5  # knob: log 1 20000 fast=low
ROUNDS = 400  # knob: log 10 100000
TAKEN_OUT = 8  # knob: int 1 200
FIRST = 3  # knob: int 0 300 safe=low
WORST_LOSS = 0  # knob: int 0 5

Closed = dict[int, set[int]]


def solve(**kwargs: Any) -> Iterator[dict[str, list[int]]]:
    """Yield a greedy set that was improved for WARM_UP rounds, then smaller ones as they turn up."""
    closed: Closed = {vertex: {vertex, *row} for vertex, row in kwargs["graph"].adjacency()}
    rng = random.Random(1)
    chosen = without_spare(cover(set(rng.sample(list(closed), FIRST)), closed), closed)
    best = set(chosen)
    for step in range(int(WARM_UP) + int(ROUNDS)):
        part = set(rng.sample(sorted(chosen), max(0, len(chosen) - TAKEN_OUT)))
        chosen = without_spare(cover(part, closed), closed)
        if len(chosen) < len(best):
            best = set(chosen)
            if step >= int(WARM_UP):
                yield {"mds_nodes": list(best)}
        elif len(chosen) > len(best) + WORST_LOSS:
            chosen = set(best)
        if step == int(WARM_UP) - 1:
            yield {"mds_nodes": list(best)}


def cover(chosen: set[int], closed: Closed) -> set[int]:
    """Add vertices, always one that dominates the most of what is not dominated yet."""
    open_ = set(closed)
    for vertex in chosen:
        open_ -= closed[vertex]
    near = {other for vertex in open_ for other in closed[vertex]}
    heap = [(-len(closed[vertex] & open_), vertex) for vertex in near]
    heapq.heapify(heap)
    filled = set(chosen)
    while open_:
        promised, vertex = heapq.heappop(heap)
        gain = len(closed[vertex] & open_)
        if gain < -promised:
            heapq.heappush(heap, (-gain, vertex))
            continue
        filled.add(vertex)
        open_ -= closed[vertex]
    return filled


def without_spare(chosen: set[int], closed: Closed) -> set[int]:
    """Take out what nothing needs, vertices of small degree first."""
    times = dict.fromkeys(closed, 0)
    for vertex in chosen:
        for other in closed[vertex]:
            times[other] += 1
    kept = set(chosen)
    for vertex in sorted(chosen, key=lambda v: (len(closed[v]), v)):
        if all(times[other] > 1 for other in closed[vertex]):
            kept.remove(vertex)
            for other in closed[vertex]:
                times[other] -= 1
    return kept
