"""Shortest paths from terminal to terminal, again and again over costs with a little noise.

The tree grows by the terminal that is nearest to it. H. Takahashi, A. Matsuyama, An approximate solution for
the Steiner problem in graphs, Mathematica Japonica 24 (1980). Then a minimum spanning tree of the vertices
met, and dead ends are cut off.
"""

import heapq
import random
from collections.abc import Iterator
from typing import Any

import numpy as np

ROUNDS = 12  # knob: log 1 5000 fast=low
NOISE = 0.2  # knob: log 0.001 3.0
PERCENTILE = 0  # knob: int 0 160 safe=low
STARTS = 3  # knob: log 1 100


def solve(**kwargs: Any) -> Iterator[dict[str, Any]]:
    """Yield a tree, then cheaper ones."""
    costs, terminals = kwargs["graph_edges"], kwargs["terminals"]
    rng = random.Random(1)
    near = neighbours(costs)
    # A small constant on top of every cost prefers paths of few edges.
    extra = float(np.percentile(list(costs.values()), PERCENTILE)) if PERCENTILE else 0.0
    starts = rng.choices(terminals, k=int(STARTS))
    best = None
    for number in range(int(ROUNDS)):
        factor = {edge: 1 + NOISE * rng.random() for edge in costs} if number else {}
        met = grow(near, costs, set(terminals), starts[number % len(starts)], factor, extra)
        edges = cut(span(costs, met), set(terminals))
        cost = sum(costs[edge] for edge in edges)
        if best is None or cost < best:
            best = cost
            yield {"declared_cost": cost, "num_edges": len(edges), "edges": edges}


def neighbours(costs: Any) -> dict[int, list[int]]:
    """For each vertex, those at the other end of its edges."""
    near: dict[int, list[int]] = {}
    for u, v in costs:
        near.setdefault(u, []).append(v)
        near.setdefault(v, []).append(u)
    return near


def grow(near: Any, costs: Any, terminals: set[int], start: int, factor: Any, extra: float) -> set[int]:
    """Vertices of a tree that joins the nearest terminal as long as there is one outside."""
    met, left = {start}, terminals - {start}
    distance: dict[int, float] = {start: 0.0}
    parent = {start: start}
    heap = [(0.0, start)]
    while left:
        far, u = heapq.heappop(heap)
        if far > distance[u]:
            continue
        if u in left:
            left.remove(u)
            while u not in met:  # the path becomes part of the tree: the search goes on from it
                met.add(u)
                distance[u] = 0.0
                heapq.heappush(heap, (0.0, u))
                u = parent[u]
            continue
        for v in near[u]:
            edge = (u, v) if u < v else (v, u)
            there = far + costs[edge] * factor.get(edge, 1.0) + extra
            if there < distance.get(v, np.inf):
                distance[v] = there
                parent[v] = u
                heapq.heappush(heap, (there, v))
    return met


def span(costs: Any, met: set[int]) -> list[tuple[int, int]]:
    """A minimum spanning tree of these vertices."""
    inside = sorted((cost, edge) for edge, cost in costs.items() if edge[0] in met and edge[1] in met)
    leader = {u: u for u in met}

    def find(u: int) -> int:
        while leader[u] != u:
            leader[u] = leader[leader[u]]
            u = leader[u]
        return u

    edges = []
    for _, (u, v) in inside:
        if find(u) != find(v):
            leader[find(u)] = find(v)
            edges.append((u, v))
    return edges


def cut(edges: list[tuple[int, int]], terminals: set[int]) -> list[tuple[int, int]]:
    """Take away edges that lead to nothing."""
    at: dict[int, set[tuple[int, int]]] = {}
    for edge in edges:
        for u in edge:
            at.setdefault(u, set()).add(edge)
    ends = [u for u in at if len(at[u]) == 1 and u not in terminals]
    while ends:
        u = ends.pop()
        if not at[u]:
            continue
        edge = at[u].pop()
        v = edge[0] + edge[1] - u
        at[v].remove(edge)
        if len(at[v]) == 1 and v not in terminals:
            ends.append(v)
    return sorted({edge for left in at.values() for edge in left})
