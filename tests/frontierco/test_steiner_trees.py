"""The check of Steiner trees, against its definition in plain loops and against the published arithmetic."""

import math
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from frontierco.evaluation import MOST_VIOLATIONS
from frontierco.steiner_trees import evaluate_tree, published_agrees, published_cost
from frontierco.terminal_graphs import TerminalGraph, terminal_graph

# 1 - 2 - 3 - 1 is a triangle, 3 - 4 leads out of it, 5 - 6 stands apart.
EDGES = [(1, 2), (2, 3), (1, 3), (3, 4), (5, 6)]
COSTS = [1, 2, 4, 8, 16]


def make(n: int, edges, costs, terminals) -> TerminalGraph:
    return terminal_graph(
        n, np.array(edges).reshape(-1, 2), np.array(costs, dtype=float), np.array(terminals)
    )


GRAPH = make(6, EDGES, COSTS, [1, 4])


def arrays(edges, declared=None, count=None):
    return {
        "edges": np.array(edges, dtype=np.int64).reshape(-1, 2),
        "declared_cost": np.array([] if declared is None else [declared], dtype=np.float64),
        "num_edges": np.array([] if count is None else [count], dtype=np.float64),
    }


def evaluate(edges, graph=GRAPH):
    return evaluate_tree(graph, arrays(edges), "sum")


def by_definition(n, edges, costs, terminals, chosen) -> float | None:
    """The cost of a connected subgraph over the terminals, by spreading; `None` if it is none."""
    cost_of = dict(zip(edges, costs, strict=True))
    ends = [(min(pair), max(pair)) for pair in chosen]
    if len(set(ends)) < len(ends) or not set(ends) <= cost_of.keys():
        return None
    reached, before = {terminals[0]}, 0
    while len(reached) > before:
        before = len(reached)
        reached |= {end for pair in ends if reached & set(pair) for end in pair}
    if not set(terminals) <= reached or any(pair[0] not in reached for pair in ends):
        return None
    return math.fsum(cost_of[pair] for pair in ends)


@st.composite
def graphs(draw):
    n = draw(st.integers(2, 6))
    pairs = list(combinations(range(1, n + 1), 2))
    edges = draw(st.lists(st.sampled_from(pairs), min_size=1, unique=True))
    cost = draw(st.sampled_from([st.integers(0, 9), st.floats(0, 9)]))
    costs = draw(st.lists(cost, min_size=len(edges), max_size=len(edges)))
    terminals = draw(st.lists(st.integers(1, n), min_size=1, max_size=3, unique=True))
    return n, edges, costs, terminals


@given(graphs(), st.data())
@settings(deadline=None)
def test_feasible_exactly_if_the_definition_says_so(graph, data) -> None:
    n, edges, costs, terminals = graph
    pair = st.tuples(st.integers(0, n + 1), st.integers(0, n + 1))
    chosen = data.draw(st.lists(st.one_of(st.sampled_from(edges), pair), max_size=5))
    evaluation = evaluate(chosen, make(n, edges, costs, terminals))
    expected = by_definition(n, edges, costs, terminals, chosen)
    assert evaluation.objective == expected
    assert len(evaluation.violations) <= MOST_VIOLATIONS


@given(graphs(), st.data())
@settings(deadline=None)
def test_every_mutation_of_a_solution_is_caught_or_judged_by_definition(graph, data) -> None:
    n, edges, costs, terminals = graph
    instance = make(n, edges, costs, terminals)
    chosen = data.draw(st.lists(st.sampled_from(edges), min_size=1, unique=True))
    if evaluate(chosen, instance).objective is None:
        return
    at = data.draw(st.integers(0, len(chosen) - 1))
    without = chosen[:at] + chosen[at + 1 :]
    assert evaluate(without, instance).objective == by_definition(n, edges, costs, terminals, without)
    for wrong in (chosen[at], chosen[at][::-1], (0, 1), (n, n + 1), (2, 2), (-1, 2**62), (2**62, 2**62)):
        assert evaluate([*chosen, wrong], instance).objective is None
    turned = [*without, chosen[at][::-1]]
    assert evaluate(turned, instance).objective == pytest.approx(evaluate(chosen, instance).objective)


@pytest.mark.parametrize(
    ("edges", "expected"),
    [
        ([(1, 2), (2, 3), (3, 4)], []),
        ([(1, 2), (2, 3), (1, 3), (4, 3)], []),  # a cycle only costs
        ([(1, 4), (3, 4)], ["edge 1-4 (entry 0): the graph has no such edge"]),
        ([(3, 4), (7, 1)], ["edge 7-1 (entry 1): there is no vertex 7"]),
        ([(1, 3), (3, 4), (3, 1)], ["edge 1-3 stands twice (entries 0 and 2)"]),
        ([(1, 3)], ["terminal 4 has no edge"]),
        ([(1, 2), (3, 4)], ["terminal 4 is not joined to terminal 1"]),
        ([(1, 3), (3, 4), (5, 6)], ["1 edges are joined to no terminal, such as 5-6"]),
        ([], ["terminal 1 has no edge", "terminal 4 has no edge"]),
    ],
)
def test_violations_in_words(edges, expected) -> None:
    assert list(evaluate(edges).violations) == expected


def test_costs_are_added_up_exactly() -> None:
    assert evaluate([(1, 2), (2, 3), (3, 4)]).objective == 11
    assert isinstance(evaluate([(1, 2), (2, 3), (3, 4)]).objective, int)
    tenths = make(3, [(1, 2), (2, 3)], [0.1, 0.2], [1, 3])
    assert evaluate([(1, 2), (2, 3)], tenths).objective == math.fsum([0.1, 0.2])


def test_a_single_terminal_needs_no_edge() -> None:
    alone = make(6, EDGES, COSTS, [2])
    assert evaluate([], alone).objective == 0
    assert evaluate([(1, 2)], alone).objective == 1
    assert evaluate([(5, 6)], alone).objective is None
    assert evaluate([], make(1, [], [], [1])).objective == 0


class TestPublishedTraps:
    TREE = ((1, 2), (2, 3), (3, 4))

    def test_what_both_accept(self) -> None:
        assert published_cost(GRAPH, arrays(self.TREE, 11, 3)) == 11
        assert published_cost(GRAPH, arrays(self.TREE, 11 + 9e-7, 3)) == 11

    @pytest.mark.parametrize(
        ("declared", "count", "words"),
        [
            (None, 3, "must have"),
            (11, None, "must have"),
            (12, 3, "declared_cost is 12, but the edges cost 11"),
            (11, 4, "num_edges is 4, but there are 3 edges"),
        ],
    )
    def test_it_wants_right_claims(self, declared, count, words: str) -> None:
        found = published_cost(GRAPH, arrays(self.TREE, declared, count))
        assert isinstance(found, str)
        assert words in found
        assert evaluate_tree(GRAPH, arrays(self.TREE, declared, count), "sum").objective == 11

    def test_nan_is_right_whatever_it_costs(self) -> None:
        assert published_cost(GRAPH, arrays(self.TREE, math.nan, 3)) == 11

    def test_an_edge_may_stand_twice_and_costs_twice(self) -> None:
        twice = [*self.TREE, (2, 1)]
        assert published_cost(GRAPH, arrays(twice, 12, 4)) == 12
        assert evaluate(twice).objective is None

    def test_pieces_may_stand_apart(self) -> None:
        apart = [*self.TREE, (5, 6)]
        assert published_cost(GRAPH, arrays(apart, 27, 4)) == 27
        assert evaluate(apart).objective is None

    def test_a_single_terminal_wants_an_edge(self) -> None:
        alone = make(6, EDGES, COSTS, [2])
        assert published_cost(alone, arrays([], 0, 0)) == "terminal 2 has no edge"
        assert published_cost(alone, arrays([(1, 2)], 1, 1)) == 1

    @pytest.mark.parametrize("edges", [[(1, 4)], [(1, 2), (3, 4)], [(1, 2)]])
    def test_it_rejects_what_joins_nothing(self, edges) -> None:
        cost = sum(dict(zip(EDGES, COSTS, strict=True)).get(edge, 0) for edge in edges)
        assert isinstance(published_cost(GRAPH, arrays(edges, cost, len(edges))), str)


def test_the_digest_tells_costs_terminals_and_edges_apart() -> None:
    same = make(6, [(b, a) for a, b in EDGES[::-1]], COSTS[::-1], [4, 1])
    assert same.digest == GRAPH.digest
    others = [
        make(7, EDGES, COSTS, [1, 4]),
        make(6, EDGES, [1, 2, 4, 8, 17], [1, 4]),
        make(6, EDGES, COSTS, [1, 3]),
        make(6, [*EDGES[:-1], (4, 6)], COSTS, [1, 4]),
    ]
    assert len({GRAPH.digest, *(other.digest for other in others)}) == 5


@given(
    st.lists(st.sampled_from([*EDGES, (4, 3), (1, 6)]), max_size=6),
    st.sampled_from([0.0, 1e-7, 1.0, math.nan]),
    st.integers(0, 1),
)
def test_where_both_surely_agree_the_published_cost_is_ours(edges, off: float, more: int) -> None:
    ours = evaluate_tree(GRAPH, arrays(edges, 0, 0), "sum")
    given = arrays(edges, (ours.objective or 0) + off, len(edges) + more)
    if published_agrees(GRAPH, given, ours):
        assert (published_cost(GRAPH, given), more) == (ours.objective, 0)
        assert off < 1
