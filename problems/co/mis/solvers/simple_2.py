"""Greedy by smallest remaining degree, the first picks at random among the best, many times over."""

import random
from collections.abc import Iterator
from typing import Any

STARTS = 20  # knob: log 1 3000 fast=low
RANDOM_PICKS = 2  # knob: int 0 8 safe=low
CANDIDATES = 8  # knob: int 2 60 safe=low
ROUNDS = 200  # knob: log 10 100000


def solve(**kwargs: Any) -> Iterator[dict[str, list[int]]]:
    """Yield the largest of STARTS greedy sets, then larger ones as they turn up."""
    adjacent = {vertex: set(graph_row) for vertex, graph_row in kwargs["graph"].adjacency()}
    rng = random.Random(1)
    best = max((greedy(adjacent, rng) for _ in range(int(STARTS))), key=len)
    yield {"mis_nodes": best}
    for _ in range(int(ROUNDS)):
        chosen = greedy(adjacent, rng)
        if len(chosen) > len(best):
            best = chosen
            yield {"mis_nodes": best}


def greedy(adjacent: dict[int, set[int]], rng: random.Random) -> list[int]:
    """A maximal set: RANDOM_PICKS vertices of small degree at random, then always one of the smallest."""
    left = set(adjacent)
    degree = {vertex: len(neighbours) for vertex, neighbours in adjacent.items()}
    chosen: list[int] = []
    while left:
        if len(chosen) < RANDOM_PICKS:
            vertex = rng.sample(sorted(left, key=degree.__getitem__)[:CANDIDATES], CANDIDATES)[0]
        else:
            vertex = min(left, key=degree.__getitem__)
        chosen.append(vertex)
        removed = (adjacent[vertex] & left) | {vertex}
        left -= removed
        for gone in removed:
            for neighbour in adjacent[gone] & left:
                degree[neighbour] -= 1
    return chosen
