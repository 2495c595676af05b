"""Random Steiner tree problems of three families, made from their seeds.

The stream of `RandomState` is frozen, so a seed means the same graph everywhere.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from frontierco.terminal_graphs import TerminalGraph, terminal_graph

Ints = NDArray[np.int64]
_SIDE = 10_000


def perturbed_hypercube(dimension: int, seed: int) -> TerminalGraph:
    """Words of `dimension` bits, edges of cost 100 to 110 where two differ in one; the even are terminals.

    So every edge has one terminal end, and a tree is cheap if few odd words join many even ones. After the
    instances `hcDp` of I. Rosseti, M. Poggi de Aragão, C. C. Ribeiro, E. Uchoa, R. F. Werneck, New benchmark
    instances for the Steiner problem in graphs (2001). Words are relabelled at random.
    """
    random = np.random.RandomState(seed)
    words = np.arange(1 << dimension)
    bits = 1 << np.arange(dimension)
    low, place = np.nonzero((words[:, None] & bits) == 0)
    even = np.zeros(len(words), dtype=np.int64)
    for bit in bits:
        even ^= (words & bit) // bit
    costs = random.randint(100, 111, size=len(low))
    labels = random.permutation(len(words)) + 1
    edges = np.stack([labels[low], labels[low | bits[place]]], axis=1)
    return terminal_graph(len(words), edges, costs, labels[even == 0])


def street_graph(num_vertices: int, num_terminals: int, seed: int) -> TerminalGraph:
    """Points in a square joined to their neighbours like streets: sparse, few crossings, long ways.

    Each point is joined to its three nearest, and a minimum spanning tree makes it connected. An edge costs
    its length or up to a third more, rounded up. Terminals lie anywhere.
    """
    random = np.random.RandomState(seed)
    points = random.random_sample((num_vertices, 2)) * _SIDE
    keys = _keys(np.concatenate([_nearest(points, 3), _spanning(points)]), num_vertices)
    edges = np.stack(np.divmod(keys, num_vertices), axis=1)
    legs = points[edges[:, 0]] - points[edges[:, 1]]
    lengths = np.sqrt((legs**2).sum(axis=1)) * (1 + random.random_sample(len(edges)) / 3)
    terminals = random.permutation(num_vertices)[:num_terminals] + 1
    return terminal_graph(num_vertices, edges + 1, np.ceil(lengths), terminals)


def random_graph(num_vertices: int, num_edges: int, num_terminals: int, seed: int) -> TerminalGraph:
    """A random tree and random further edges; costs are about 100, 200 or 300, more where terminals end.

    So ways around terminals are cheap, and distances say little about a good tree. After the incidence
    networks of C. W. Duin, Steiner's problem in graphs, thesis, University of Amsterdam (1993); the numbers
    are ours.
    """
    random = np.random.RandomState(seed)
    order = random.permutation(num_vertices)
    parents = (random.random_sample(num_vertices - 1) * np.arange(1, num_vertices)).astype(np.int64)
    keys = set(_keys(np.stack([order[parents], order[1:]], axis=1), num_vertices).tolist())
    while len(keys) < num_edges:
        first, second = random.randint(num_vertices, size=2)
        if first != second:
            keys.add(int(min(first, second) * num_vertices + max(first, second)))
    edges = np.stack(np.divmod(np.array(sorted(keys)), num_vertices), axis=1)
    terminals = random.permutation(num_vertices)[:num_terminals]
    incident = np.isin(edges, terminals).sum(axis=1)
    costs = np.maximum(1, np.rint(100 * (1 + incident) + 5 * random.standard_normal(len(edges))))
    return terminal_graph(num_vertices, edges + 1, costs, terminals + 1)


def _keys(edges: Ints, num_vertices: int) -> Ints:
    """Distinct and sorted: one number for each edge, whatever its direction."""
    return np.unique(edges.min(axis=1) * num_vertices + edges.max(axis=1))


def _nearest(points: NDArray[np.float64], count: int) -> Ints:
    from scipy.spatial import cKDTree

    near = np.asarray(cKDTree(points).query(points, k=count + 1)[1])[:, 1:]
    return np.stack([np.repeat(np.arange(len(points)), count), near.ravel()], axis=1).astype(np.int64)


def _spanning(points: NDArray[np.float64]) -> Ints:
    """A Euclidean minimum spanning tree, which is part of the Delaunay triangulation."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import minimum_spanning_tree
    from scipy.spatial import Delaunay

    corners = Delaunay(points).simplices.astype(np.int64)
    sides = np.concatenate([corners[:, :2], corners[:, 1:], corners[:, ::2]])
    keys = _keys(sides, len(points))
    first, second = np.divmod(keys, len(points))
    legs = points[first] - points[second]
    lengths = np.sqrt((legs**2).sum(axis=1))
    matrix = coo_array((lengths, (first, second)), shape=(len(points), len(points)))
    tree = minimum_spanning_tree(matrix.tocsr()).tocoo()
    result: Ints = np.stack([tree.row, tree.col], axis=1).astype(np.int64)
    return result
