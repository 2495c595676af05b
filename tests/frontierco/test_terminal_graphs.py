"""Components of graphs, by whole arrays and by searching."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from frontierco import terminal_graphs
from frontierco.terminal_graphs import components


@pytest.mark.parametrize("most_rounds", [0, 1, 20])
@given(n=st.integers(1, 12), data=st.data())
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_components_are_those_of_networkx(monkeypatch, most_rounds: int, n: int, data) -> None:
    monkeypatch.setattr(terminal_graphs, "_MOST_ROUNDS", most_rounds)
    vertices = st.integers(0, n - 1)
    edges = data.draw(st.lists(st.tuples(vertices, vertices), max_size=14))
    found = components(n, np.array(edges, dtype=np.int64).reshape(-1, 2))
    graph = nx.Graph(edges)
    graph.add_nodes_from(range(n))
    parts = list(nx.connected_components(graph))
    assert [len({int(found[v]) for v in part}) for part in parts] == [1] * len(parts)
    assert len(set(found.tolist())) == len(parts)


@pytest.mark.parametrize("shape", [nx.path_graph, nx.star_graph])
def test_long_chains_and_stars_in_any_numbering(shape) -> None:
    edges = np.array(shape(3000).edges)
    count = int(edges.max()) + 1
    for numbering in (np.arange(count), np.arange(count)[::-1], np.random.default_rng(1).permutation(count)):
        assert not components(count, numbering[edges]).any()
