"""Seeded random graphs; the streams of `RandomState` are frozen: a seed is the same graph everywhere."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from frontierco.instances import Graph, graph


def preferential_graph(num_vertices: int, attachments: int, seed: int) -> Graph:
    """A graph that grows by preferential attachment, its vertices relabelled at random.

    Each vertex after the first ``attachments`` is joined to so many distinct older ones, drawn in proportion
    to their degrees: A.-L. Barabási, R. Albert, Emergence of scaling in random networks, Science 286 (1999).
    The first vertex to come is joined to all ``attachments`` of the beginning.
    """
    if not 1 <= attachments < num_vertices:
        raise ValueError(f"{attachments} attachments for {num_vertices} vertices; expected 1 to one fewer")
    random = np.random.RandomState(seed)
    ends: list[int] = []  # every vertex as often as it has edges
    edges = []
    chosen = list(range(attachments))
    for vertex in range(attachments, num_vertices):
        edges += [(vertex, other) for other in chosen]
        ends += [*chosen, *[vertex] * attachments]
        chosen = _distinct(ends, attachments, random)
    return _relabelled(num_vertices, np.array(edges), random)


def geometric_graph(num_vertices: int, mean_degree: float, seed: int) -> Graph:
    """Random points of the unit square, joined where they are close; about ``mean_degree`` edges a vertex.

    The radius makes the expected degree right for points far from the border.
    """
    if not (num_vertices > 1 and 0 < mean_degree < num_vertices):
        raise ValueError(f"a mean degree of {mean_degree} can't be had among {num_vertices} vertices")
    from scipy.spatial import cKDTree

    random = np.random.RandomState(seed)
    points = random.random_sample((num_vertices, 2))
    radius = float(np.sqrt(mean_degree / (np.pi * num_vertices)))
    pairs = cKDTree(points).query_pairs(radius, output_type="ndarray")
    pairs = pairs[np.lexsort(pairs.T[::-1])]  # the tree's order may change between releases
    return _relabelled(num_vertices, pairs, random)


def _distinct(ends: list[int], count: int, random: np.random.RandomState) -> list[int]:
    found: dict[int, None] = {}
    while len(found) < count:
        found[ends[random.randint(len(ends))]] = None
    return list(found)


def _relabelled(num_vertices: int, edges: NDArray[np.integer], random: np.random.RandomState) -> Graph:
    labels = random.permutation(num_vertices) + 1
    return graph(num_vertices, labels[edges.reshape(-1, 2)])
