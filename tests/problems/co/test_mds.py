"""Dominating sets from bytes to score, and the human programs."""

import gc
from itertools import chain, combinations

import networkx as nx
import numpy as np
import pytest
from co_programs import graphs, harness_of, program
from hypothesis import HealthCheck, given, settings

from frontierco.instances import Graph, graph
from problems.co.mds.problem import DEFINITION, answer, build, pack
from solversmith.contract import DEV, Answer, ProblemOptions, Solution, Verdict


@pytest.fixture(scope="module")
def harness():
    """The harness as the sandbox runs it: from source alone."""
    return harness_of(build)


def carried_out(source: str, instance: nx.Graph, monkeypatch, limit_s: float = 2.0) -> list[list[int]]:
    names = program(source, monkeypatch, limit_s)
    try:
        return [list(value["mds_nodes"]) for value in names["solve"](graph=instance)]
    finally:
        gc.enable()  # a program has its process for itself, and may switch it off


@given(graphs())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_graph_arrives_as_it_was(harness, instance: Graph) -> None:
    args, kwargs = harness["arguments"](pack(instance))
    found = kwargs["graph"]
    assert args == ()
    assert list(found) == list(range(1, instance.num_vertices + 1))
    assert sorted(tuple(sorted(e)) for e in found.edges) == [tuple(e) for e in instance.edges.tolist()]
    assert type(found) is nx.Graph
    assert all(type(vertex) is int for vertex in found)


@pytest.mark.parametrize("form", [list, tuple, set, frozenset, np.array])
def test_forms_of_a_set(harness, form) -> None:
    found = harness["answer"]({"mds_nodes": form([3, 1]), "mds_size": 99}, pack(graph(3, np.array([(1, 2)]))))
    assert list(found) == ["mds_nodes"]
    assert sorted(found["mds_nodes"].tolist()) == [1, 3]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ({1, 2}, "expected a dict"),
        ({"nodes": [1]}, "no key 'mds_nodes'"),
        ({"mds_nodes": "1"}, "is str"),
        ({"mds_nodes": [1] * 100}, "100 entries for 3 vertices"),
    ],
)
def test_what_is_no_set(harness, value, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        harness["answer"](value, pack(graph(3, np.array([(1, 2)]))))


def test_the_empty_set_fits_what_is_declared(harness) -> None:
    instance = graph(3, np.array([(1, 2)]))
    array = harness["answer"]({"mds_nodes": []}, pack(instance))["mds_nodes"]
    assert answer(instance)["mds_nodes"].resolve(array.nbytes) == (0,)


@pytest.mark.parametrize("name", ["trivial", "simple", "expert"])
def test_human_programs_find_sets_that_hold(name: str, monkeypatch, harness) -> None:
    problem = build({}, ProblemOptions(samples=1))
    (case,) = problem.cases(DEV)
    _, kwargs = harness["arguments"](problem.pack(case))
    program = problem.solvers[name].replace("ROUNDS = 400", "ROUNDS = 50")  # it stops by itself
    found = carried_out(program, kwargs["graph"], monkeypatch)
    solutions = tuple(Solution(0.01 * i, {"mds_nodes": np.array(each)}) for i, each in enumerate(found))
    score = problem.score(case, Answer(solutions, 1.0, 10.0, "returned"))
    assert score.verdict is Verdict.OK
    assert not score.metrics["regressed"]
    assert score.loss <= {"trivial": 0.75, "simple": 0.15, "expert": 0.03}[name]


@given(graphs())
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_expert_is_exact_on_tiny_graphs(monkeypatch, harness, instance: Graph) -> None:
    source = build({}, ProblemOptions()).solvers["expert"]
    _, kwargs = harness["arguments"](pack(instance))
    sets = carried_out(source, kwargs["graph"], monkeypatch, limit_s=0.8)
    sizes = [DEFINITION.evaluate(instance, {"mds_nodes": np.array(s)}, "count").objective for s in sets]
    everything = range(1, instance.num_vertices + 1)
    subsets = chain.from_iterable(combinations(everything, size) for size in everything)
    dominating = (s for s in subsets if nx.is_dominating_set(kwargs["graph"], s))
    assert sizes == sorted(set(sizes), reverse=True)
    assert sizes[-1] == len(next(dominating))


def test_the_template_is_a_valid_program(monkeypatch) -> None:
    template = build({}, ProblemOptions()).template
    assert carried_out(template, nx.path_graph([1, 2, 3]), monkeypatch) == [[1, 2, 3]]


def test_more_first_picks_than_vertices_fail_by_nature(monkeypatch) -> None:
    source = build({}, ProblemOptions()).solvers["simple"]
    broken = source.replace("FIRST = 3", "FIRST = 300")
    assert broken != source
    with pytest.raises(ValueError, match="larger than population"):
        carried_out(broken, nx.path_graph(range(1, 100)), monkeypatch)
