"""The Steiner tree problem: do edges join the terminals, and what do they cost?"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from frontierco.evaluation import MOST_VIOLATIONS, Evaluation
from frontierco.terminal_graphs import TerminalGraph, components

EDGES, CLAIM, CLAIMED_COUNT = "edges", "declared_cost", "num_edges"
PUBLISHED_TOLERANCE = 1e-6

Ints = NDArray[np.int64]


def evaluate_tree(instance: TerminalGraph, arrays: Mapping[str, NDArray[Any]], convention: str) -> Evaluation:
    """What the edges of `arrays["edges"]` cost, or the first violations.

    They must be edges of the graph, each at most once in whatever direction, and make a connected subgraph
    over all terminals. Cycles are allowed; they only cost. A single terminal needs no edge.
    """
    edges = arrays[EDGES]
    places = _places_of_a_tree(instance, edges)
    if places is not None:
        return Evaluation(_cost(instance, places))
    violations = tuple(islice(_violations(instance, edges), MOST_VIOLATIONS))
    if violations:
        return Evaluation(None, violations)
    return Evaluation(_cost(instance, _places(instance, edges)))


def published_agrees(instance: TerminalGraph, arrays: Mapping[str, NDArray[Any]], ours: Evaluation) -> bool:
    """Whether the published evaluation surely takes what ours takes, at the same cost."""
    claim, count = arrays[CLAIM], arrays[CLAIMED_COUNT]
    if ours.objective is None or not (claim.size and count.size and len(arrays[EDGES])):
        return False
    right = bool(abs(claim[0] - ours.objective) <= PUBLISHED_TOLERANCE)
    return right and instance.has_whole_costs and bool(count[0] == len(arrays[EDGES]))


def published_cost(instance: TerminalGraph, arrays: Mapping[str, NDArray[Any]]) -> float | str:
    """The cost by the published arithmetic, or why that rejects a solution.

    It wants `declared_cost` (right within 10⁻⁶) and `num_edges`, and takes edges that stand twice (and cost
    twice), pieces that are joined to no terminal, and NaN as a declared cost. It rejects a single terminal
    without edges.
    """
    edges, claim, count = arrays[EDGES], arrays[CLAIM], arrays[CLAIMED_COUNT]
    if not claim.size or not count.size:
        return f"a solution must have {CLAIM!r} and {CLAIMED_COUNT!r}"
    if count[0] != len(edges):
        return f"{CLAIMED_COUNT} is {count[0]:g}, but there are {len(edges)} edges"
    if found := next(_missing(instance, edges), None):
        return found
    cost = sum(instance.costs[_places(instance, edges)].tolist())
    if abs(claim[0] - cost) > PUBLISHED_TOLERANCE:  # false for NaN
        return f"{CLAIM} is {claim[0]:g}, but the edges cost {cost:g}"
    return next(_apart(instance, edges, alone=False), None) or cost


def _places_of_a_tree(instance: TerminalGraph, edges: Ints) -> Ints | None:
    """Places of the edges, sorted, if all is as it should be; `None` if not, or where that is not so simple.

    In order of the graph's own rows, so that neither looking them up nor joining them jumps about in memory.
    """
    if not len(edges) or edges.min() < 1 or edges.max() > instance.num_vertices:
        return None
    low, high = np.minimum(edges[:, 0], edges[:, 1]), np.maximum(edges[:, 0], edges[:, 1])
    wanted = np.sort(low * (instance.num_vertices + 1) + high)
    places = np.minimum(np.searchsorted(instance.keys, wanted), len(instance.keys) - 1)
    if (instance.keys[places] != wanted).any() or (np.diff(wanted) == 0).any():
        return None
    own = instance.edges[places]
    component = components(instance.num_vertices + 1, own)
    joined = component[own[0, 0]]
    is_whole = (component[own[:, 0]] == joined).all() and (component[instance.terminals] == joined).all()
    return places if is_whole else None


def _cost(instance: TerminalGraph, places: Ints) -> int | float:
    costs = instance.costs[places]
    return int(costs.sum()) if instance.has_whole_costs else math.fsum(costs.tolist())


def _violations(instance: TerminalGraph, edges: Ints) -> Iterator[str]:
    missing = list(islice(_missing(instance, edges), MOST_VIOLATIONS))
    yield from missing
    if missing:
        return
    yield from _repeated(instance, edges)
    yield from _apart(instance, edges, alone=len(instance.terminals) == 1)
    yield from _stray(instance, edges)


def _places(instance: TerminalGraph, edges: Ints) -> Ints:
    """Where each edge stands in the graph's own rows, −1 if it is not there; any integers will do."""
    if not len(instance.keys):
        return np.full(len(edges), -1)
    low, high = np.minimum(edges[:, 0], edges[:, 1]), np.maximum(edges[:, 0], edges[:, 1])
    inside = (low >= 1) & (high <= instance.num_vertices)
    wanted = np.where(inside, low, 0) * (instance.num_vertices + 1) + np.where(inside, high, 0)
    places = np.minimum(np.searchsorted(instance.keys, wanted), len(instance.keys) - 1)
    result: Ints = np.where(inside & (instance.keys[places] == wanted), places, -1)
    return result


def _missing(instance: TerminalGraph, edges: Ints) -> Iterator[str]:
    for entry in np.flatnonzero(_places(instance, edges) < 0):
        first, second = edges[entry]
        outside = [end for end in (first, second) if not 1 <= end <= instance.num_vertices]
        why = f"there is no vertex {outside[0]}" if outside else "the graph has no such edge"
        yield f"edge {first}-{second} (entry {entry}): {why}"


def _repeated(instance: TerminalGraph, edges: Ints) -> Iterator[str]:
    places = _places(instance, edges)
    order = np.argsort(places, kind="stable")
    for again in np.flatnonzero(np.diff(places[order]) == 0):
        one, other = order[again], order[again + 1]
        low, high = np.sort(edges[one])
        yield f"edge {low}-{high} stands twice (entries {one} and {other})"


def _apart(instance: TerminalGraph, edges: Ints, alone: bool) -> Iterator[str]:
    """Terminals that are not joined to the first one; `alone` if that one may be without an edge."""
    touched = np.zeros(instance.num_vertices + 1, dtype=bool)
    touched[edges.ravel()] = True
    bare = instance.terminals[~touched[instance.terminals]]
    if not (alone and not len(edges)):
        for terminal in bare:
            yield f"terminal {terminal} has no edge"
    if len(bare):
        return
    component = components(instance.num_vertices + 1, edges)[instance.terminals]
    for place in np.flatnonzero(component != component[0]):
        yield f"terminal {instance.terminals[place]} is not joined to terminal {instance.terminals[0]}"


def _stray(instance: TerminalGraph, edges: Ints) -> Iterator[str]:
    """Edges that are joined to no terminal; the first of them all."""
    component = components(instance.num_vertices + 1, edges)
    joined = np.isin(component[edges[:, 0]], component[instance.terminals])
    if not joined.all():
        first, second = edges[np.flatnonzero(~joined)[0]]
        yield f"{np.count_nonzero(~joined)} edges are joined to no terminal, such as {first}-{second}"
