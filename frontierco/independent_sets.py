"""Maximum independent set: is no edge inside, and how many vertices are there?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from frontierco.evaluation import MOST_VIOLATIONS, Evaluation
from frontierco.instances import Graph

KEY = "mis_nodes"


def evaluate_set(instance: Graph, arrays: Mapping[str, NDArray[Any]], convention: str) -> Evaluation:
    """Size of `arrays["mis_nodes"]`, vertices counting from 1, or the first violations.

    There is one convention only: vertices are counted. The empty set is feasible.
    """
    violations = tuple(islice(set_violations(instance, arrays[KEY]), MOST_VIOLATIONS))
    return Evaluation(None, violations) if violations else Evaluation(len(arrays[KEY]))


def published_set_size(instance: Graph, arrays: Mapping[str, NDArray[Any]]) -> float | str:
    """What the published evaluation makes of a set: the number of its vertices, as ours.

    It stops at the first thing that is wrong. (It takes a list only; any row of integers is one here.)
    """
    violation = next(set_violations(instance, arrays[KEY]), None)
    return len(arrays[KEY]) if violation is None else violation


def set_violations(instance: Graph, vertices: NDArray[np.int64]) -> Iterator[str]:
    """What keeps `vertices` from being an independent set; nothing if it is one."""
    outside = (vertices < 1) | (vertices > instance.num_vertices)
    for position in np.flatnonzero(outside):
        yield f"vertex {vertices[position]} is none of 1..{instance.num_vertices}"
    counts = np.bincount(vertices[~outside], minlength=instance.num_vertices + 1)
    for vertex in np.flatnonzero(counts > 1):
        yield f"vertex {vertex} listed {counts[vertex]} times"
    chosen = counts > 0
    for low, high in instance.edges[chosen[instance.edges[:, 0]] & chosen[instance.edges[:, 1]]]:
        yield f"edge {low}-{high} inside the set"
