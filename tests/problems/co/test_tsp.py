"""The travelling salesman from bytes to score, and its human programs."""

import struct
from itertools import permutations

import numpy as np
import pytest
from co_programs import harness_of, program
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from frontierco.distances import tour_length
from frontierco.instances import PointSet
from problems.co.tsp.problem import DEFINITION, answer, build, pack
from solversmith.contract import DEV, Answer, ProblemOptions, Solution, Verdict
from solversmith.requirements import requested


@pytest.fixture(scope="module")
def harness():
    """The harness as the sandbox runs it: from source alone."""
    return harness_of(build)


def points(count: int) -> PointSet:
    return PointSet(np.random.RandomState(count).rand(count, 2) * 1000, "nint")


def carried_out(source: str, nodes, monkeypatch, limit_s: float = 3.0, **settings) -> list[list[int]]:
    """Every tour that a program yields, run in this process."""
    names = program(source, monkeypatch, limit_s, **settings)
    return [list(value["tour"]) for value in names["solve"](nodes=nodes)]


@given(st.lists(st.tuples(st.floats(-1e9, 1e9), st.floats(-1e9, 1e9)), min_size=1, max_size=9))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nodes_arrive_as_they_were(harness, nodes) -> None:
    args, kwargs = harness["arguments"](pack(PointSet(np.array(nodes), "nint")))
    assert (args, kwargs) == ((), {"nodes": nodes})
    assert all(type(value) is float for node in kwargs["nodes"] for value in node)
    assert type(kwargs["nodes"][0]) is tuple


def test_the_packed_form_says_nothing_else() -> None:
    instance = points(3)
    assert pack(instance) == struct.pack("<q", 3) + instance.coordinates.tobytes()


@pytest.mark.parametrize("form", [list, tuple, np.array, lambda t: np.array(t, dtype=float)])
def test_forms_of_a_tour(harness, form) -> None:
    found = harness["answer"]({"tour": form([2, 0, 1]), "cost": "whatever"}, pack(points(3)))
    assert list(found) == ["tour"]
    assert (found["tour"].dtype, found["tour"].tolist()) == (np.int64, [2, 0, 1])


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ([0, 1, 2], "expected a dict"),
        ({"path": [0]}, "no key 'tour'"),
        ({"tour": {0, 1, 2}}, "set, which has no order"),
        ({"tour": [0, 1, True]}, "of type bool"),
        ({"tour": list(range(100))}, "100 entries for 3 cities"),
    ],
)
def test_what_is_no_tour(harness, value, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        harness["answer"](value, pack(points(3)))


def test_what_the_harness_lets_through_fits_what_is_declared(harness) -> None:
    """A tour that is too long reaches the check, which has better words for it."""
    instance = points(3)
    spec = answer(instance)["tour"]
    for length in (0, 2, 4, 16):
        array = harness["answer"]({"tour": list(range(length))}, pack(instance))["tour"]
        assert spec.resolve(array.nbytes) == (length,)


@pytest.mark.parametrize("name", ["trivial", "simple", "simple_2", "expert"])
def test_human_programs_find_tours_that_hold(name: str, monkeypatch) -> None:
    problem = build({}, ProblemOptions(samples=1))
    (case,) = problem.cases(DEV)
    nodes = list(map(tuple, case.data.instance.coordinates.tolist()))
    tours = carried_out(problem.solvers[name], nodes, monkeypatch)
    solutions = tuple(Solution(0.01 * i, {"tour": np.array(tour)}) for i, tour in enumerate(tours))
    score = problem.score(case, Answer(solutions, 1.0, 10.0, "returned"))
    assert score.verdict is Verdict.OK
    assert not score.metrics["regressed"]
    assert score.loss < {"trivial": 1.0, "simple": 0.10, "simple_2": 0.20, "expert": 0.01}[name]


@pytest.mark.parametrize("count", [1, 2, 3, 7, 8, 9, 20])
@pytest.mark.parametrize("place", ["random", "one point", "a line"])
def test_the_expert_copes_with_few_cities_and_equal_ones(count: int, place: str, monkeypatch) -> None:
    coordinates = {
        "random": points(count).coordinates,
        "one point": np.zeros((count, 2)),
        "a line": np.stack([np.arange(count) // 2, np.zeros(count)], axis=1).astype(float),
    }[place]
    source = build({}, ProblemOptions()).solvers["expert"]
    tours = carried_out(source, list(map(tuple, coordinates.tolist())), monkeypatch, limit_s=0.5)
    assert tours
    instance = PointSet(coordinates, "nint")
    for tour in tours:
        assert DEFINITION.evaluate(instance, {"tour": np.array(tour)}, "exact").violations == ()


def test_the_template_is_a_valid_program(monkeypatch) -> None:
    template = build({}, ProblemOptions()).template
    assert carried_out(template, [(0.0, 0.0), (1.0, 1.0)], monkeypatch) == [[0, 1]]


def test_a_neighbourhood_larger_than_the_instance_fails_by_nature(monkeypatch) -> None:
    source = build({}, ProblemOptions()).solvers["simple"]
    broken = source.replace("NEIGHBOURS = 10", "NEIGHBOURS = 240")
    assert broken != source
    with pytest.raises(ValueError, match="kth"):
        carried_out(broken, list(map(tuple, points(200).coordinates)), monkeypatch)


def test_the_classical_program_asks_for_its_package_and_finds_the_best_tour(monkeypatch) -> None:
    source = build({}, ProblemOptions()).solvers["classical_elkai"]
    assert requested(source) == ("elkai",)
    pytest.importorskip("elkai")
    nodes = list(map(tuple, points(8).coordinates.tolist()))
    for convention in ("nint", "exact", "ceil"):
        tours = carried_out(source, nodes, monkeypatch, convention=convention)
        every = [(0, *rest) for rest in permutations(range(1, 8))]
        lengths = [
            tour_length(points(8).coordinates, np.array(tour), convention) for tour in (*every, tours[-1])
        ]
        assert lengths[-1] == pytest.approx(min(lengths), rel=1e-5)
