"""The check of independent sets, against its definition."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontierco.independent_sets import evaluate_set, set_violations
from frontierco.instances import Graph, graph


@st.composite
def graphs(draw) -> Graph:
    n = draw(st.integers(1, 7))
    pairs = list(combinations(range(1, n + 1), 2))
    edges = draw(st.lists(st.sampled_from(pairs), unique=True)) if pairs else []
    return graph(n, np.array(edges, dtype=np.int64).reshape(-1, 2))


def evaluate(instance: Graph, vertices):
    return evaluate_set(instance, {"mis_nodes": np.array(vertices, dtype=np.int64)}, "count")


def is_independent(instance: Graph, vertices) -> bool:
    edges = {tuple(edge) for edge in instance.edges.tolist()}
    return (
        len(set(vertices)) == len(vertices)
        and all(1 <= vertex <= instance.num_vertices for vertex in vertices)
        and not any(tuple(sorted(pair)) in edges for pair in combinations(vertices, 2))
    )


@given(graphs(), st.lists(st.integers(-1, 9), max_size=8))
def test_feasible_exactly_by_the_definition(instance: Graph, vertices) -> None:
    evaluation = evaluate(instance, vertices)
    assert (evaluation.objective is not None) == is_independent(instance, vertices)
    assert evaluation.objective in (None, len(vertices))


@given(graphs())
def test_the_best_feasible_set_is_the_brute_force_optimum(instance: Graph) -> None:
    every = range(1, instance.num_vertices + 1)
    subsets = [list(s) for k in range(len(every) + 1) for s in combinations(every, k)]
    found = max(e.objective for s in subsets if (e := evaluate(instance, s)).objective is not None)
    assert found == max(len(s) for s in subsets if is_independent(instance, s))


@given(graphs(), st.data())
def test_adding_a_neighbour_or_a_repetition_is_caught(instance: Graph, data) -> None:
    chosen: list[int] = []
    for vertex in data.draw(st.permutations(range(1, instance.num_vertices + 1))):
        if is_independent(instance, [*chosen, vertex]):
            chosen.append(vertex)
    assert evaluate(instance, chosen).objective == len(chosen)
    for vertex in range(instance.num_vertices + 2):  # maximal: nothing can be added
        assert evaluate(instance, [*chosen, vertex]).objective is None


@pytest.mark.parametrize(
    ("vertices", "expected"),
    [
        ([1, 2, 4], ["edge 1-2 inside the set"]),
        ([3, 3], ["vertex 3 listed 2 times"]),
        ([0, 5, 1], ["vertex 0 is none of 1..4", "vertex 5 is none of 1..4"]),
        ([1, 3], []),
        ([], []),
    ],
)
def test_violations_in_words(vertices, expected) -> None:
    instance = graph(4, np.array([(2, 1), (3, 4)]))
    assert list(set_violations(instance, np.array(vertices, dtype=np.int64))) == expected


def test_the_empty_set_is_feasible() -> None:
    assert evaluate(graph(2, np.array([(1, 2)])), []).objective == 0
