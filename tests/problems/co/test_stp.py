"""Steiner trees from bytes to score, and the human programs."""

from itertools import combinations

import numpy as np
import pytest
from co_programs import harness_of, program
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from frontierco.terminal_generators import perturbed_hypercube, random_graph, street_graph
from frontierco.terminal_graphs import TerminalGraph, terminal_graph
from problems.co.stp.problem import DEFINITION, answer, build, pack
from solversmith.contract import DEV, SPLITS, TEST, Answer, ProblemOptions, Solution, Verdict

EDGES = [(1, 2), (1, 3), (2, 3), (3, 4)]
GRAPH = terminal_graph(4, np.array(EDGES), np.array([1.0, 4.0, 2.0, 8.0]), np.array([1, 4]))
TREE = {"declared_cost": 11.0, "num_edges": 3, "edges": [(1, 2), (2, 3), (3, 4)]}


@pytest.fixture(scope="module")
def harness():
    """The harness as the sandbox runs it: from source alone."""
    return harness_of(build)


def carried_out(source: str, graph: TerminalGraph, harness, monkeypatch, limit_s: float = 2.0):
    """The arrays of every solution that a program yields, run in this process."""
    names = program(source, monkeypatch, limit_s)
    _, kwargs = harness["arguments"](pack(graph))
    return [harness["answer"](value, pack(graph)) for value in names["solve"](**kwargs)]


@st.composite
def graphs(draw):
    """Small graphs whose terminals can be joined."""
    n = draw(st.integers(1, 7))
    path = [(v, v + 1) for v in range(1, n)]
    others = sorted(set(combinations(range(1, n + 1), 2)) - set(path))
    edges = path + (draw(st.lists(st.sampled_from(others), unique=True)) if others else [])
    cost = draw(st.sampled_from([st.integers(0, 5), st.just(1), st.floats(0, 9)]))
    costs = draw(st.lists(cost, min_size=len(edges), max_size=len(edges)))
    terminals = draw(st.lists(st.integers(1, n), min_size=1, max_size=5, unique=True))
    return terminal_graph(
        n,
        np.array(edges, dtype=np.int64).reshape(-1, 2),
        np.array(costs, dtype=float),
        np.array(terminals),
    )


@given(graphs())
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_graph_arrives_in_the_published_form(harness, graph) -> None:
    args, kwargs = harness["arguments"](pack(graph))
    assert args == ()
    assert list(kwargs) == ["n", "m", "graph_edges", "terminals"]
    assert (kwargs["n"], kwargs["m"]) == (graph.num_vertices, len(graph.edges))
    expected = dict(zip(map(tuple, graph.edges.tolist()), graph.costs.tolist(), strict=True))
    assert kwargs["graph_edges"] == expected
    assert kwargs["terminals"] == graph.terminals.tolist()
    for (u, v), cost in kwargs["graph_edges"].items():
        assert (type(u), type(v), type(cost)) == (int, int, float)
        assert u < v


@pytest.mark.parametrize(
    "form",
    [
        list,
        tuple,
        set,
        frozenset,
        np.array,
        lambda pairs: [list(pair) for pair in pairs],
        lambda pairs: np.array(pairs, dtype=float),
        lambda pairs: [(np.int64(u), float(v)) for u, v in pairs],
        lambda pairs: dict.fromkeys(pairs, 1.0),
        lambda pairs: iter(pairs),
    ],
)
def test_forms_of_a_solution(harness, form) -> None:
    found = harness["answer"]({**TREE, "edges": form(TREE["edges"]), "more": 1}, pack(GRAPH))
    assert list(found) == ["edges", "declared_cost", "num_edges"]
    assert found["edges"].dtype == np.int64
    assert sorted(map(tuple, found["edges"].tolist())) == TREE["edges"]
    assert (found["declared_cost"].tolist(), found["num_edges"].tolist()) == ([11.0], [3.0])


@pytest.mark.parametrize("form", [list, tuple, set, np.array])
def test_no_edges_at_all(harness, form) -> None:
    found = harness["answer"]({"edges": form([])}, pack(GRAPH))
    assert [row.shape for row in found.values()] == [(0, 2), (0,), (0,)]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ([(1, 2)], "expected a dict"),
        ({"tree": [(1, 2)]}, "no key 'edges'"),
        ({"edges": None}, "'edges' is NoneType"),
        ({"edges": "1-2"}, "'edges' is str"),
        ({"edges": [1, 2]}, "the entry 1; expected pairs"),
        ({"edges": [(1, 2, 3)]}, "expected pairs"),
        ({"edges": ["12"]}, "the entry '12'; expected pairs"),
        ({"edges": np.zeros((2, 3))}, "shape"),
        ({"edges": [(1, True)]}, "of type bool"),
        ({"edges": [(1, 2.5)]}, "entry 2.5"),
        ({"edges": [(1, float("nan"))]}, "entry nan"),
        ({"edges": [(1, None)]}, "of type NoneType"),
        ({"edges": [(1, 2)] * 100}, "100 entries; the graph has 4 edges"),
    ],
)
def test_what_is_no_solution(harness, value, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        harness["answer"](value, pack(GRAPH))


def test_what_the_harness_lets_through_fits_what_is_declared(harness) -> None:
    for count in (0, 1, 4, 10):
        value = {"edges": [(1, 2)] * count, "declared_cost": "much", "num_edges": 10**400}
        found = harness["answer"](value, pack(GRAPH))
        for key, spec in answer(GRAPH).items():
            assert spec.resolve(found[key].nbytes) == found[key].shape


@pytest.mark.parametrize("name", ["trivial", "simple", "simple_2", "expert"])
def test_human_programs_find_trees_that_hold(name: str, harness, monkeypatch) -> None:
    problem = build({}, ProblemOptions(samples=1))
    (case,) = problem.cases(DEV)
    found = carried_out(problem.solvers[name], case.data.instance, harness, monkeypatch)
    solutions = tuple(Solution(0.01 * i, arrays) for i, arrays in enumerate(found))
    score = problem.score(case, Answer(solutions, 1.0, 10.0, "returned"))
    assert score.verdict is Verdict.OK
    assert not score.metrics["regressed"]
    assert score.loss < {"trivial": 0.6, "simple": 0.12, "simple_2": 0.2, "expert": 0.10}[name]
    for arrays in found:
        claimed = arrays["declared_cost"].tolist()
        assert claimed == [DEFINITION.evaluate(case.data.instance, arrays, "sum").objective]


def cheapest(graph: TerminalGraph) -> float:
    """The cost of a cheapest tree by dynamic programming over sets of terminals.

    S. E. Dreyfus, R. A. Wagner, The Steiner problem in graphs, Networks 1 (1971).
    """
    count = graph.num_vertices
    distance = np.full((count, count), np.inf)
    np.fill_diagonal(distance, 0)
    for (u, v), cost in zip(graph.edges - 1, graph.costs, strict=True):
        distance[u, v] = distance[v, u] = min(distance[u, v], cost)
    for k in range(count):
        distance = np.minimum(distance, distance[:, k, None] + distance[None, k, :])
    terminals = graph.terminals - 1
    tree = {1 << i: distance[terminal] for i, terminal in enumerate(terminals)}
    for group in range(1, 1 << len(terminals)):
        if group not in tree:
            part, best = (group - 1) & group, np.full(count, np.inf)
            while part:
                best = np.minimum(best, tree[part] + tree[group ^ part])
                part = (part - 1) & group
            tree[group] = (best[None, :] + distance).min(axis=1)
    return float(tree[(1 << len(terminals)) - 1][terminals[0]])


@given(graphs())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_expert_finds_the_optimum_of_tiny_graphs(harness, graph) -> None:
    """Zero costs, single terminals, paths and complete graphs among them."""
    with pytest.MonkeyPatch.context() as patch:
        found = carried_out(build({}, ProblemOptions()).solvers["expert"], graph, harness, patch, 0.4)
    costs = [DEFINITION.evaluate(graph, arrays, "sum").objective for arrays in found]
    assert None not in costs
    assert costs[-1] == pytest.approx(cheapest(graph))


@pytest.mark.parametrize(
    "graph",
    [street_graph(60, 7, 1), random_graph(40, 90, 7, 1), perturbed_hypercube(4, 1)],
    ids=["streets", "random", "hypercube"],
)
def test_the_expert_finds_the_optimum_of_small_graphs(graph, harness, monkeypatch) -> None:
    found = carried_out(build({}, ProblemOptions()).solvers["expert"], graph, harness, monkeypatch, 4.0)
    costs = [DEFINITION.evaluate(graph, arrays, "sum").objective for arrays in found]
    assert costs == sorted(costs, reverse=True)
    assert costs[-1] == cheapest(graph)


def test_the_template_is_a_valid_program(harness, monkeypatch) -> None:
    (found,) = carried_out(build({}, ProblemOptions()).template, GRAPH, harness, monkeypatch)
    assert DEFINITION.evaluate(GRAPH, found, "sum").objective == 15


def test_a_percentile_beyond_100_fails_by_nature(harness, monkeypatch) -> None:
    source = build({}, ProblemOptions()).solvers["simple"]
    broken = source.replace("PERCENTILE = 0", "PERCENTILE = 130")
    assert broken != source
    with pytest.raises(ValueError, match="Percentiles"):
        carried_out(broken, GRAPH, harness, monkeypatch)


def test_every_built_in_case_has_a_reference() -> None:
    problem = build({}, ProblemOptions())
    for split in SPLITS:
        for case in problem.cases(split):
            assert case.data.best_known is not None, case.name
            assert case.data.best_known.convention == "sum"


@pytest.mark.parametrize(
    ("name", "value", "published"),
    [("hc9u", 292, 292), ("hc11u", 1144, 1159), ("cc6-3u", 197, 200), ("hc12u", 2256, 2330)],
)
def test_published_instances_by_name_have_the_value_of_the_literature(name, value, published) -> None:
    (case,) = build({}, ProblemOptions(cases=name)).cases(TEST)
    assert case.data.best_known.value == value
    assert case.data.best_known.published_value == published
