"""Random graphs: what the families promise, and the same graph for the same seed."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from frontierco.instances import Graph
from frontierco.random_graphs import geometric_graph, preferential_graph


def as_networkx(instance: Graph) -> nx.Graph:
    found = nx.Graph()
    found.add_nodes_from(range(1, instance.num_vertices + 1))
    found.add_edges_from(instance.edges.tolist())
    return found


@given(st.integers(2, 60), st.integers(1, 5), st.integers(0, 2**32 - 1))
@settings(max_examples=40)
def test_a_grown_graph_is_connected_and_has_so_many_edges(n: int, attachments: int, seed: int) -> None:
    if attachments >= n:
        with pytest.raises(ValueError, match="attachments"):
            preferential_graph(n, attachments, seed)
        return
    instance = preferential_graph(n, attachments, seed)
    assert len(instance.edges) == attachments * (n - attachments)
    assert nx.is_connected(as_networkx(instance))


def test_degrees_of_a_grown_graph_have_a_heavy_tail() -> None:
    degrees = np.bincount(preferential_graph(3000, 4, 1).edges.ravel())[1:]
    assert degrees.min() >= 1
    assert degrees.max() > 20 * degrees.mean()


def test_the_mean_degree_of_a_geometric_graph_is_about_as_asked() -> None:
    instance = geometric_graph(5000, 6.0, 3)
    assert 2 * len(instance.edges) / 5000 == pytest.approx(6.0, rel=0.06)  # the border takes some


@pytest.mark.parametrize("mean_degree", [0, -1, 10])
def test_an_impossible_mean_degree(mean_degree) -> None:
    with pytest.raises(ValueError, match="mean degree"):
        geometric_graph(10, mean_degree, 1)


@pytest.mark.parametrize(
    "make", [lambda s: preferential_graph(50, 3, s), lambda s: geometric_graph(50, 4, s)]
)
def test_a_seed_is_a_graph(make) -> None:
    assert make(5).digest == make(5).digest
    assert make(5).digest != make(6).digest
