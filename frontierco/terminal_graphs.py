"""Graphs with costs and terminals: what a Steiner tree is sought in."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray


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

    Edges, shape `(m, 2)`, in any order; in that of their first ends it is half as much work.
    """
    from scipy.sparse import coo_array, csr_array
    from scipy.sparse.csgraph import connected_components

    first, second = edges[:, 0], edges[:, 1]
    marks, shape = np.ones(len(edges)), (num_vertices, num_vertices)
    if (np.diff(first) >= 0).all():
        begins = np.append(0, np.cumsum(np.bincount(first, minlength=num_vertices)))
        matrix = csr_array((marks, second.astype(np.int32), begins.astype(np.int32)), shape=shape)
    else:
        matrix = coo_array((marks, (first, second)), shape=shape).tocsr()
    result: NDArray[np.int64] = connected_components(matrix, directed=False)[1].astype(np.int64)
    return result
