"""The check of dominating sets, against its definition."""

import re
from itertools import chain, combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontierco.dominating_sets import evaluate_set, published_size, set_violations
from frontierco.instances import Graph, graph


@st.composite
def graphs(draw) -> Graph:
    n = draw(st.integers(1, 7))
    pairs = list(combinations(range(1, n + 1), 2))
    edges = draw(st.lists(st.sampled_from(pairs), unique=True)) if pairs else []
    return graph(n, np.array(edges, dtype=np.int64).reshape(-1, 2))


def evaluate(instance: Graph, vertices):
    return evaluate_set(instance, {"mds_nodes": np.array(vertices, dtype=np.int64)}, "count")


def dominates(instance: Graph, vertices) -> bool:
    closed = {v: {v} for v in range(1, instance.num_vertices + 1)}
    for low, high in instance.edges.tolist():
        closed[low].add(high)
        closed[high].add(low)
    return all(near & set(vertices) for near in closed.values())


@given(graphs(), st.lists(st.integers(-1, 9), max_size=9))
def test_feasible_exactly_by_the_definition(instance: Graph, vertices) -> None:
    proper = len(set(vertices)) == len(vertices) and all(1 <= v <= instance.num_vertices for v in vertices)
    evaluation = evaluate(instance, vertices)
    if proper and dominates(instance, vertices):
        assert evaluation.objective == len(vertices)
    else:
        assert evaluation.objective is None
        assert evaluation.violations


@given(graphs(), st.data())
def test_a_smallest_set_without_one_of_its_vertices_is_caught(instance: Graph, data) -> None:
    everything = range(1, instance.num_vertices + 1)
    subsets = chain.from_iterable(combinations(everything, size) for size in everything)
    smallest = list(next(subset for subset in subsets if dominates(instance, subset)))
    assert evaluate(instance, smallest).objective == len(smallest)
    smallest.remove(data.draw(st.sampled_from(smallest)))
    assert evaluate(instance, smallest).violations


@pytest.mark.parametrize(
    ("vertices", "words"),
    [
        ([1, 0], "vertex 0 is none of 1..5"),
        ([1, 6], "vertex 6 is none of 1..5"),
        ([1, 4, 4, 5], "vertex 4 listed 2 times"),
        ([1], r"vertex 4 has no chosen neighbour and is not chosen \(2 such\)"),
    ],
)
def test_violations_are_named(vertices, words: str) -> None:
    instance = graph(5, np.array([(1, 2), (1, 3), (4, 5)]))
    assert any(re.search(words, text) for text in evaluate(instance, vertices).violations)


def test_only_the_first_violations_are_told() -> None:
    assert len(evaluate(graph(100, np.empty((0, 2), dtype=int)), []).violations) == 5
    assert len(list(set_violations(graph(100, np.empty((0, 2), dtype=int)), np.array([], dtype=int)))) == 100


def test_the_published_arithmetic_counts_a_repeated_vertex_once() -> None:
    instance = graph(3, np.array([(1, 2), (1, 3)]))
    assert published_size(instance, {"mds_nodes": np.array([1, 1])}) == 1.0
    assert evaluate(instance, [1, 1]).objective is None
    assert published_size(instance, {"mds_nodes": np.array([2])}) == "not a dominating set"
    assert published_size(instance, {"mds_nodes": np.array([9])}) == "a vertex that is not in the graph"
