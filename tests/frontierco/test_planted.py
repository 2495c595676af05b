"""Planted graphs: the hidden set is independent, nothing is larger, and seeds are reproduced."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from frontierco.independent_sets import set_violations
from frontierco.planted import planted_graph


@given(st.integers(2, 12), st.integers(0, 10_000))
@settings(max_examples=40, deadline=None)
def test_the_hidden_set_is_independent_and_as_large_as_it_should(variables: int, seed: int) -> None:
    instance, hidden = planted_graph(variables, seed)
    assert len(hidden) == variables
    assert list(set_violations(instance, hidden)) == []


@pytest.mark.parametrize("seed", range(4))
def test_nothing_is_larger(seed: int) -> None:
    instance, _ = planted_graph(6, seed)
    graph = nx.Graph(instance.edges.tolist())
    graph.add_nodes_from(range(1, instance.num_vertices + 1))
    clique, _ = nx.max_weight_clique(nx.complement(graph), weight=None)
    assert len(clique) == 6


def test_a_seed_means_the_same_graph_everywhere() -> None:
    instance, hidden = planted_graph(15, 1501)
    assert instance.size == "n=135 m=2603"
    assert instance.digest[:16] == "8ebcf0319b883d7c"
    assert hidden.tolist() == planted_graph(15, 1501)[1].tolist()


def test_other_seeds_are_other_graphs_and_labels_say_nothing() -> None:
    found = [planted_graph(20, seed)[1] for seed in range(20)]
    assert len({tuple(hidden) for hidden in found}) == 20
    mean = np.concatenate(found).mean() / 220
    assert 0.4 < mean < 0.6


def test_the_density_is_that_of_the_published_benchmark() -> None:
    """BHOSLIB's frb30-15-1 has 450 vertices and 17827 edges."""
    instance, _ = planted_graph(30, 3)
    assert instance.num_vertices == 450
    assert abs(len(instance.edges) - 17827) < 400


def test_too_few_variables() -> None:
    with pytest.raises(ValueError, match="at least 2 variables"):
        planted_graph(1, 0)
