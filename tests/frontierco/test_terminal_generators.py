"""The families of random Steiner tree problems: their shapes, and that a seed means one graph."""

import numpy as np
import pytest

from frontierco.terminal_generators import perturbed_hypercube, random_graph, street_graph
from frontierco.terminal_graphs import components


def is_connected(graph) -> bool:
    return not components(graph.num_vertices, graph.edges - 1).any()


def is_simple(graph) -> bool:
    low, high = graph.edges.T
    return bool((low < high).all() and (np.diff(graph.keys) > 0).all() and low.min() >= 1)


@pytest.mark.parametrize("dimension", [1, 2, 5, 7])
def test_hypercube(dimension: int) -> None:
    graph = perturbed_hypercube(dimension, 1)
    count = 1 << dimension
    assert graph.size == f"n={count} m={dimension * count // 2} t={count // 2}"
    assert is_simple(graph)
    assert is_connected(graph)
    assert set(np.bincount(graph.edges.ravel())[1:].tolist()) == {dimension}
    assert (np.isin(graph.edges, graph.terminals).sum(axis=1) == 1).all(), "one end of each edge is even"
    assert graph.costs.min() >= 100
    assert graph.costs.max() <= 110


def test_streets() -> None:
    graph = street_graph(500, 40, 1)
    assert (graph.num_vertices, len(graph.terminals)) == (500, 40)
    assert is_simple(graph)
    assert is_connected(graph)
    assert 1.5 < len(graph.edges) / 500 < 2.2
    assert np.bincount(graph.edges.ravel())[1:].min() >= 3
    assert graph.has_whole_costs
    assert graph.costs.min() >= 1


def test_random() -> None:
    graph = random_graph(100, 400, 20, 1)
    assert graph.size == "n=100 m=400 t=20"
    assert is_simple(graph)
    assert is_connected(graph)
    incident = np.isin(graph.edges, graph.terminals).sum(axis=1)
    for number in (0, 1, 2):
        assert graph.costs[incident == number].mean() == pytest.approx(100 * (1 + number), abs=5)


@pytest.mark.parametrize(
    ("make", "digest"),
    [
        (lambda seed: perturbed_hypercube(5, seed), "222234a8e8d6de65"),
        (lambda seed: street_graph(60, 10, seed), "6f5b35838a85aa02"),
        (lambda seed: random_graph(40, 90, 8, seed), "df37ade7931419c2"),
    ],
)
def test_a_seed_means_one_graph_everywhere(make, digest: str) -> None:
    assert make(7).digest == make(7).digest
    assert make(7).digest != make(8).digest
    assert make(7).digest[:16] == digest
