"""Minimum dominating set: is every vertex chosen or next to a chosen one, and how many are?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from frontierco.evaluation import MOST_VIOLATIONS, Evaluation
from frontierco.instances import Graph

KEY = "mds_nodes"


def evaluate_set(instance: Graph, arrays: Mapping[str, NDArray[Any]], convention: str) -> Evaluation:
    """Size of `arrays["mds_nodes"]`, vertices counting from 1, or the first violations.

    There is one convention only: vertices are counted.
    """
    violations = tuple(islice(set_violations(instance, arrays[KEY]), MOST_VIOLATIONS))
    return Evaluation(None, violations) if violations else Evaluation(len(arrays[KEY]))


def set_violations(instance: Graph, vertices: NDArray[np.int64]) -> Iterator[str]:
    """What keeps `vertices` from being a dominating set; nothing if it is one."""
    outside = (vertices < 1) | (vertices > instance.num_vertices)
    for position in np.flatnonzero(outside):
        yield f"vertex {vertices[position]} is none of 1..{instance.num_vertices}"
    counts = np.bincount(vertices[~outside], minlength=instance.num_vertices + 1)
    for vertex in np.flatnonzero(counts > 1):
        yield f"vertex {vertex} listed {counts[vertex]} times"
    missed = _undominated(instance, counts > 0)
    for vertex in missed:
        yield f"vertex {vertex} has no chosen neighbour and is not chosen ({len(missed)} such)"


def published_size(instance: Graph, arrays: Mapping[str, NDArray[Any]]) -> float | str:
    """What the published evaluation counts: the set of chosen vertices, each once.

    It turns the list into a set first, so that a vertex listed twice passes (unverified, read in notes on
    FrontierCO's evaluation code).
    """
    distinct = np.unique(arrays[KEY])
    if distinct.size and not (distinct[0] >= 1 and distinct[-1] <= instance.num_vertices):
        return "a vertex that is not in the graph"
    violations = next(set_violations(instance, distinct), None)
    return "not a dominating set" if violations else float(distinct.size)


def _undominated(instance: Graph, chosen: NDArray[np.bool_]) -> NDArray[np.int64]:
    low, high = instance.edges[:, 0], instance.edges[:, 1]
    has_low, has_high = chosen.take(low), chosen.take(high)
    dominated = chosen.copy()
    dominated[np.compress(has_high & ~has_low, low)] = True
    dominated[np.compress(has_low & ~has_high, high)] = True
    dominated[0] = True  # vertices count from 1
    return np.flatnonzero(~dominated)
