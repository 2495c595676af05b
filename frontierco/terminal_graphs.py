"""Graphs with costs and terminals: what a Steiner tree is sought in."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

_MOST_ROUNDS = 20


@dataclass(frozen=True, eq=False)
class TerminalGraph:
    """A simple undirected graph with costs of edges, some of its vertices being terminals.

    Parameters
    ----------
    num_vertices
        Vertices are 1 to this.
    edges
        Shape `(m, 2)`, int64, the smaller vertex first, rows distinct and in lexicographic order.
    costs
        Shape `(m,)`, float64, finite and at least 0.
    terminals
        Shape `(t,)`, int64, distinct, ascending, at least one.
    """

    num_vertices: int
    edges: NDArray[np.int64]
    costs: NDArray[np.float64]
    terminals: NDArray[np.int64]

    @property
    def convention(self) -> str:
        """How objectives are counted: there is one way only."""
        return "sum"

    @property
    def size(self) -> str:
        """How large it is, in words that say nothing else."""
        return f"n={self.num_vertices} m={len(self.edges)} t={len(self.terminals)}"

    @cached_property
    def digest(self) -> str:
        """SHA-256 of sorted edges, their costs and the terminals; formatting plays no part."""
        sha = hashlib.sha256(f"terminal graph {self.size}\n".encode())
        sha.update(self.edges.astype("<i8").tobytes())
        sha.update((self.costs + 0.0).astype("<f8").tobytes())  # so that -0.0 is 0.0
        sha.update(self.terminals.astype("<i8").tobytes())
        return sha.hexdigest()

    @cached_property
    def keys(self) -> NDArray[np.int64]:
        """Sorted, one per edge: smaller vertex · (num_vertices + 1) + larger vertex."""
        result: NDArray[np.int64] = self.edges[:, 0] * (self.num_vertices + 1) + self.edges[:, 1]
        return result

    @cached_property
    def has_whole_costs(self) -> bool:
        """Whether all costs are integers, so that sums of them are."""
        return bool((np.trunc(self.costs) == self.costs).all())


def terminal_graph(
    num_vertices: int,
    edges: NDArray[np.integer],
    costs: NDArray[np.number],
    terminals: NDArray[np.integer],
) -> TerminalGraph:
    """A graph from edges in any order and direction, shape `(m, 2)`, and terminals in any order.

    Vertices within 1..`num_vertices`, no loops, no edge and no terminal twice: the caller checks.
    """
    low, high = np.minimum(edges[:, 0], edges[:, 1]), np.maximum(edges[:, 0], edges[:, 1])
    order = np.argsort(low * (num_vertices + 1) + high)
    ends = np.stack([low, high], axis=1)[order].astype(np.int64)
    return TerminalGraph(
        num_vertices, ends, costs[order].astype(np.float64), np.sort(terminals).astype(np.int64)
    )


def components(num_vertices: int, edges: NDArray[np.int64]) -> NDArray[np.int64]:
    """For each of the vertices 0..`num_vertices` − 1 the number of its connected component.

    Edges have shape `(m, 2)`, in any order. Every vertex is put under a neighbour with a smaller number, in
    the next round with a larger one, what stands under one another becomes one vertex, and edges within it go
    (Y. Shiloach, U. Vishkin, An O(log n) parallel connectivity algorithm, Journal of Algorithms 3 (1982), is
    the idea). That takes a few rounds of whole arrays where vertices near each other have near numbers; what
    graphs there may be after some more is left to scipy.
    """
    count = num_vertices
    steps: list[NDArray[np.int64]] = []
    first, second = edges[:, 0], edges[:, 1]
    for number in range(_MOST_ROUNDS):
        apart = first != second
        if not apart.any():
            return _composed(steps, num_vertices)
        if not apart.all():
            first, second = first[apart], second[apart]
        low, high = np.minimum(first, second), np.maximum(first, second)
        above = np.arange(count)
        above[low if number % 2 else high] = high if number % 2 else low
        joined, count = _numbered(_topmost(above))
        first, second = joined[first], joined[second]
        steps.append(joined)
    return _composed([*steps, _by_search(count, first, second)], num_vertices)


def _composed(steps: list[NDArray[np.int64]], num_vertices: int) -> NDArray[np.int64]:
    """One step after another as one; from behind, where they are short."""
    result = steps[-1] if steps else np.arange(num_vertices)
    for step in reversed(steps[:-1]):
        result = result[step]
    return result


def _topmost(above: NDArray[np.int64]) -> NDArray[np.int64]:
    """For each vertex the one that is reached in the end; `above` leads a step, or nowhere."""
    while True:
        further = above[above]
        if np.array_equal(further, above):
            return above
        above = further


def _numbered(topmost: NDArray[np.int64]) -> tuple[NDArray[np.int64], int]:
    """The topmost vertices numbered from 0 on, and how many there are."""
    is_topmost = topmost == np.arange(len(topmost))
    numbers = np.cumsum(is_topmost) - 1
    return numbers[topmost], int(is_topmost.sum())


def _by_search(num_vertices: int, first: NDArray[np.int64], second: NDArray[np.int64]) -> NDArray[np.int64]:
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    matrix = coo_array((np.ones(len(first)), (first, second)), shape=(num_vertices, num_vertices))
    result: NDArray[np.int64] = connected_components(matrix.tocsr(), directed=False)[1].astype(np.int64)
    return result
