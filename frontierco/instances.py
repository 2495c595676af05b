"""Parsed instances: points with a metric, given distances, graphs. Equal digests, equal instances."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

EXPLICIT = "explicit"  # the convention of given distances: no formula makes them


class Instance(Protocol):
    """What every kind of instance tells of itself."""

    @property
    def convention(self) -> str:
        """The arithmetic that its file says objectives are computed by."""
        ...

    @property
    def size(self) -> str:
        """How large it is, in words that say nothing else."""
        ...

    @property
    def digest(self) -> str:
        """SHA-256 of the content in canonical form: formatting and names play no part."""
        ...


@dataclass(frozen=True, eq=False)
class PointSet:
    """Cities in the plane (or on the globe).

    Parameters
    ----------
    coordinates
        Shape `(n, 2)`, float64, finite; city i of a tour is row i, counting from 0.
    convention
        How the file's header says to turn coordinates into distances: a name of `distances.CONVENTIONS`.
    """

    coordinates: NDArray[np.float64]
    convention: str

    @property
    def num_cities(self) -> int:
        """How many cities there are."""
        return len(self.coordinates)

    @property
    def size(self) -> str:
        """How large it is, in words that say nothing else."""
        return f"n={len(self.coordinates)}"

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the coordinates in order and of the header's convention; formatting plays no part."""
        content = np.ascontiguousarray(self.coordinates, dtype="<f8") + 0.0  # so that -0.0 is 0.0
        return _digest(f"points {self.convention} {len(content)}", content.tobytes())


@dataclass(frozen=True, eq=False)
class DistanceMatrix:
    """Cities of which the distances are given, one by one; there need be no places that have them.

    Parameters
    ----------
    matrix
        Shape `(n, n)`, float64, symmetric, at least 0, zeros on the diagonal.
    places
        Shape `(n, 2)`, float64: where a picture shows each city. Distances have nothing to do with it.
        `None` where the file says nothing of that.
    """

    matrix: NDArray[np.float64]
    places: NDArray[np.float64] | None = None

    @property
    def convention(self) -> str:
        """Distances are taken as they are given."""
        return EXPLICIT

    @property
    def num_cities(self) -> int:
        """How many cities there are."""
        return len(self.matrix)

    @property
    def size(self) -> str:
        """How large it is, in words that say nothing else."""
        return f"n={len(self.matrix)} {EXPLICIT}"

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the distances alone: places play no part."""
        return _digest(f"distances {len(self.matrix)}", (self.matrix.astype("<f8") + 0.0).tobytes())


@dataclass(frozen=True, eq=False)
class Graph:
    """A simple undirected graph.

    Parameters
    ----------
    num_vertices
        Vertices are 1 to this.
    edges
        Shape `(m, 2)`, int32, the smaller vertex first, rows distinct and in lexicographic order.
    """

    num_vertices: int
    edges: NDArray[np.int32]

    @property
    def convention(self) -> str:
        """How objectives over graphs are counted: there is one way only."""
        return "count"

    @property
    def size(self) -> str:
        """How large it is, in words that say nothing else."""
        return f"n={self.num_vertices} m={len(self.edges)}"

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the number of vertices and the sorted edges."""
        return _digest(f"graph {self.num_vertices} {len(self.edges)}", self.edges.astype("<i4").tobytes())


def graph(num_vertices: int, edges: NDArray[np.integer]) -> Graph:
    """A graph from edges in any order and direction; a repeated edge counts once.

    `edges` has shape `(m, 2)`, vertices within 1..`num_vertices` and no loops: the caller checks.
    """
    low, high = np.minimum(edges[:, 0], edges[:, 1]), np.maximum(edges[:, 0], edges[:, 1])
    keys = low.astype(np.int64) * (num_vertices + 1) + high
    if not (np.diff(keys) > 0).all():
        keys = np.sort(keys)  # ten times as fast as numpy.unique
        keys = keys[np.diff(keys, prepend=-1) > 0]
    columns = np.array(np.divmod(keys, num_vertices + 1), dtype=np.int32)
    return Graph(num_vertices, columns.T)  # each column contiguous in memory: checks gather by them


def _digest(header: str, content: bytes) -> str:
    sha = hashlib.sha256(header.encode() + b"\n")
    sha.update(content)
    return sha.hexdigest()
