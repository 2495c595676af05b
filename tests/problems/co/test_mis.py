"""Independent sets from bytes to score, and the human programs."""

import networkx as nx
import numpy as np
import pytest
from co_programs import graphs, harness_of, program
from hypothesis import HealthCheck, given, settings

from frontierco.instances import Graph, graph
from problems.co.mis.problem import DEFINITION, answer, build, pack
from solversmith.contract import DEV, Answer, ProblemOptions, Solution, Verdict
from solversmith.requirements import requested


@pytest.fixture(scope="module")
def harness():
    """The harness as the sandbox runs it: from source alone."""
    return harness_of(build)


def carried_out(source: str, instance: nx.Graph, monkeypatch, limit_s: float = 2.0) -> list[list[int]]:
    names = program(source, monkeypatch, limit_s)
    return [list(value["mis_nodes"]) for value in names["solve"](graph=instance)]


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
    found = harness["answer"]({"mis_nodes": form([3, 1]), "mis_size": 99}, pack(graph(3, np.array([(1, 2)]))))
    assert list(found) == ["mis_nodes"]
    assert sorted(found["mis_nodes"].tolist()) == [1, 3]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ({1, 2}, "expected a dict"),
        ({"nodes": [1]}, "no key 'mis_nodes'"),
        ({"mis_nodes": "1"}, "is str"),
        ({"mis_nodes": [1] * 100}, "100 entries for 3 vertices"),
    ],
)
def test_what_is_no_set(harness, value, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        harness["answer"](value, pack(graph(3, np.array([(1, 2)]))))


def test_the_empty_set_fits_what_is_declared(harness) -> None:
    instance = graph(3, np.array([(1, 2)]))
    array = harness["answer"]({"mis_nodes": []}, pack(instance))["mis_nodes"]
    assert answer(instance)["mis_nodes"].resolve(array.nbytes) == (0,)


@pytest.mark.parametrize("name", ["trivial", "simple", "simple_2", "expert"])
def test_human_programs_find_sets_that_hold(name: str, monkeypatch, harness) -> None:
    problem = build({}, ProblemOptions(samples=1))
    (case,) = problem.cases(DEV)
    _, kwargs = harness["arguments"](problem.pack(case))
    program = problem.solvers[name].replace("STEPS = 3000", "STEPS = 200")  # it stops by itself
    found = carried_out(program, kwargs["graph"], monkeypatch)
    solutions = tuple(Solution(0.01 * i, {"mis_nodes": np.array(each)}) for i, each in enumerate(found))
    score = problem.score(case, Answer(solutions, 1.0, 10.0, "returned"))
    assert score.verdict is Verdict.OK
    assert not score.metrics["regressed"]
    assert score.loss <= {"trivial": 0.5, "simple": 0.15, "simple_2": 0.25, "expert": 0.0}[name]


@given(graphs())
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_expert_is_exact_on_tiny_graphs(monkeypatch, harness, instance: Graph) -> None:
    source = build({}, ProblemOptions()).solvers["expert"]
    _, kwargs = harness["arguments"](pack(instance))
    sets = carried_out(source, kwargs["graph"], monkeypatch, limit_s=0.5)
    sizes = [DEFINITION.evaluate(instance, {"mis_nodes": np.array(s)}, "count").objective for s in sets]
    clique, _ = nx.max_weight_clique(nx.complement(kwargs["graph"]), weight=None)
    assert sizes[-1] == len(clique)


def test_the_template_is_a_valid_program(monkeypatch) -> None:
    assert carried_out(build({}, ProblemOptions()).template, nx.path_graph([1, 2, 3]), monkeypatch) == [[1]]


def test_a_pool_larger_than_the_graph_fails_by_nature(monkeypatch) -> None:
    source = build({}, ProblemOptions()).solvers["simple"]
    broken = source.replace("POOL = 8", "POOL = 300")
    assert broken != source
    with pytest.raises(ValueError, match="larger than population"):
        carried_out(broken, nx.path_graph(range(1, 100)), monkeypatch)


def test_the_classical_program_asks_for_its_package_and_finds_a_largest_set(monkeypatch) -> None:
    source = build({}, ProblemOptions()).solvers["classical_kamis"]
    assert requested(source) == ("chszlablib",)
    pytest.importorskip("chszlablib")
    found = carried_out(source, nx.cycle_graph(range(3, 14)), monkeypatch)[-1]
    assert len(set(found)) == 5
    assert not any(abs(a - b) in (1, 10) for a in found for b in found)
    assert carried_out(source, nx.empty_graph([4, 2]), monkeypatch) == [[4, 2]]
