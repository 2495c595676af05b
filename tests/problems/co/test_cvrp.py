"""Capacitated vehicle routing from bytes to score, and its human programs."""

import json
import struct

import numpy as np
import pytest
from co_programs import harness_of, program
from hypothesis import given
from hypothesis import strategies as st

from frontierco.distances import EUCLIDEAN
from frontierco.fleetgen import FleetRecipe, random_fleet
from frontierco.fleets import FleetInstance
from problems.co.cvrp.problem import DEFINITION, answer, build, pack
from solversmith.contract import DEV, Answer, ProblemOptions, Solution, Verdict
from solversmith.requirements import requested


@pytest.fixture(scope="module")
def harness():
    """The harness as the sandbox runs it: from source alone."""
    return harness_of(build)


def fleet(count: int, depot: int = 0, seed: int = 0, capacity: int = 30) -> FleetInstance:
    random = np.random.RandomState(seed)
    demands = random.randint(1, 11, count)
    demands[depot] = 0
    return FleetInstance(random.rand(count, 2) * 1000, demands, capacity, depot, "nint")


def carried_out(source: str, harness, instance: FleetInstance, monkeypatch, limit_s: float = 3.0, **more):
    """Every solution that a program yields, run in this process: the arrays that the harness makes."""
    names = program(source, monkeypatch, limit_s, **more)
    payload = pack(instance)
    _, arguments = harness["arguments"](payload)
    return [harness["answer"](value, payload) for value in names["solve"](**arguments)]


def test_the_arguments_are_the_published_ones(harness) -> None:
    instance = fleet(5, depot=2)
    args, kwargs = harness["arguments"](pack(instance))
    assert args == ()
    assert list(kwargs) == ["nodes", "demands", "capacity", "depot_idx", "dist_matrix", "optimal_routes"]
    assert kwargs["nodes"] == list(map(tuple, instance.coordinates.tolist()))
    assert kwargs["demands"] == instance.demands.tolist()
    assert (kwargs["capacity"], kwargs["depot_idx"], kwargs["optimal_routes"]) == (30, 2, None)
    assert {type(value) for value in (*kwargs["demands"], kwargs["capacity"], kwargs["depot_idx"])} == {int}
    away = np.linalg.norm(instance.coordinates[:, None] - instance.coordinates[None], axis=2)
    assert np.allclose(kwargs["dist_matrix"], away, rtol=1e-15)
    assert not np.diagonal(kwargs["dist_matrix"]).any()


@pytest.mark.parametrize(("count", "there"), [(5000, True), (5001, False)])
def test_the_matrix_ends_at_5000_nodes(harness, monkeypatch, count: int, there: bool) -> None:
    monkeypatch.setitem(harness, "distance_matrix", lambda points: len(points))
    _, kwargs = harness["arguments"](pack(fleet(count)))
    assert kwargs["dist_matrix"] == (count if there else None)


def test_the_packed_form_says_nothing_else() -> None:
    instance = fleet(3)
    body = instance.demands.astype("<i8").tobytes() + instance.coordinates.tobytes()
    assert pack(instance) == struct.pack("<qqq", 3, 30, 0) + body


@pytest.mark.parametrize(
    "routes",
    [
        [[0, 1, 2, 0], [0, 3, 0]],
        ((0, 1, 2, 0), (0.0, 3.0, 0.0)),
        [np.array([0, 1, 2, 0]), np.array([0.0, 3, 0])],
        np.array([[0, 1, 2, 0], [0, 3, 0, 0]])[:, :],
    ],
)
def test_forms_of_routes(harness, routes) -> None:
    found = harness["answer"]({"routes": routes, "cost": "whatever"}, pack(fleet(4)))
    assert list(found) == ["routes", "offsets"]
    assert {array.dtype for array in found.values()} == {np.dtype("<i8")}
    flat = [int(node) for route in routes for node in route]
    assert found["routes"].tolist() == flat
    assert found["offsets"].tolist() == [0, 4, len(flat)]


@given(st.lists(st.lists(st.integers(-5, 5), max_size=3), max_size=6))
def test_routes_come_back_whole(harness, routes) -> None:
    found = harness["answer"]({"routes": routes}, pack(fleet(4)))
    parts = np.split(found["routes"], found["offsets"][1:-1]) if routes else []
    assert [part.tolist() for part in parts] == routes
    for key, spec in answer(fleet(4)).items():
        assert spec.resolve(found[key].nbytes) == found[key].shape


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ([[1, 2]], "expected a dict"),
        ({"tour": [0]}, "no key 'routes'"),
        ({"routes": {1, 2}}, "'routes' is set; expected a list of lists"),
        ({"routes": None}, "'routes' is NoneType"),
        ({"routes": [1, 2, 3]}, "route 0 in 'routes' is int"),
        ({"routes": [[1], {2, 3}]}, "route 1 in 'routes' is set"),
        ({"routes": np.array([1, 2, 3])}, "route 0 in 'routes' is int64"),
        ({"routes": np.zeros((1, 2, 3))}, "has shape"),
        ({"routes": [[1, True]]}, r"'routes\[0\]' has an entry of type bool"),
        ({"routes": [[1], [float("nan")]]}, r"'routes\[1\]' has the entry nan"),
        ({"routes": [[1.5]]}, "expected integers"),
        ({"routes": [["1"]]}, "type str"),
        ({"routes": [[]] * 11}, "11 routes for 4 nodes"),
        ({"routes": [[1] * 21]}, "21 entries for 4 nodes"),
    ],
)
def test_what_are_no_routes(harness, value, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        harness["answer"](value, pack(fleet(4)))


def test_what_is_allowed_at_most_fits_what_is_declared(harness) -> None:
    instance = fleet(4)
    for routes in ([[]] * 10, [[1] * 20], [[0, 1, 0]] * 6):
        found = harness["answer"]({"routes": routes}, pack(instance))
        for key, spec in answer(instance).items():
            assert spec.resolve(found[key].nbytes) == found[key].shape


def test_score_of_a_built_in_case() -> None:
    problem = build({}, ProblemOptions(samples=1))
    (case,) = problem.cases(DEV)
    assert case.data.best_known is not None
    customers = np.arange(1, len(case.data.instance.demands))
    arrays = {"routes": customers, "offsets": np.arange(len(customers) + 1)}
    score = problem.score(case, Answer((Solution(1.0, arrays),), 2.0, 10.0, "returned"))
    assert score.verdict is Verdict.OK
    assert 0.5 < score.loss < 1
    arrays = {"routes": customers[1:], "offsets": np.arange(len(customers))}
    score = problem.score(case, Answer((Solution(1.0, arrays),), 2.0, 10.0, "returned"))
    assert (score.verdict, score.message) == (Verdict.INFEASIBLE, "customer 1 never visited")


OWN = ("trivial", "simple", "simple_2", "expert")
INSTANCE = random_fleet(FleetRecipe(60, "random", "half-clustered", "1-100", 6.0), 7)


@pytest.mark.parametrize("name", OWN)
def test_human_programs_yield_feasible_routes_that_get_shorter(name: str, harness, monkeypatch) -> None:
    source = build({}, ProblemOptions()).solvers[name]
    lengths = []
    for arrays in carried_out(source, harness, INSTANCE, monkeypatch, convention="nint"):
        evaluation = DEFINITION.evaluate(INSTANCE, arrays, "nint")
        assert evaluation.violations == ()
        lengths.append(evaluation.objective)
    assert lengths[-1] == min(lengths)
    alone = sum(2 * np.linalg.norm(INSTANCE.coordinates - INSTANCE.coordinates[0], axis=1))
    share = {"trivial": 1.01, "simple": 0.5, "simple_2": 0.6, "expert": 0.45}[name]
    assert lengths[-1] < share * alone


@pytest.mark.parametrize("count", [1, 2, 3, 4, 9, 20])
@pytest.mark.parametrize("place", ["random", "one point", "a line"])
def test_the_expert_copes_with_few_customers_and_equal_ones(count, place, harness, monkeypatch) -> None:
    instance = fleet(count, depot=count // 2, seed=count)
    coordinates = {
        "random": instance.coordinates,
        "one point": np.zeros((count, 2)),
        "a line": np.stack([np.arange(count) // 2, np.zeros(count)], axis=1).astype(float),
    }[place]
    instance = FleetInstance(coordinates, instance.demands, 12, instance.depot, "exact")
    source = build({}, ProblemOptions()).solvers["expert"]
    solutions = carried_out(source, harness, instance, monkeypatch, limit_s=0.9, convention="exact")
    assert solutions
    for arrays in solutions:
        assert DEFINITION.evaluate(instance, arrays, "exact").violations == ()


@pytest.mark.parametrize("convention", EUCLIDEAN)
def test_the_expert_keeps_account_of_its_length(convention: str, monkeypatch) -> None:
    """After any number of steps, taken back or not, the length is that of the routes."""
    source = build({}, ProblemOptions()).solvers["expert"]
    monkeypatch.setenv("SOLVERSMITH_CASE", json.dumps({"convention": convention}))
    names: dict = {"__name__": "program"}
    exec(compile(source, "program.py", "exec"), names)  # noqa: S102
    for most_listed in (1200, 10):  # whole rows of distances, and only what is asked for
        names["MOST_LISTED"] = most_listed
        points, demands = INSTANCE.coordinates, INSTANCE.demands.tolist()
        near = names["neighbour_lists"](points, 20)
        routes = names["savings"](points, demands, INSTANCE.capacity, near)
        plan = names["Plan"](names["distance_rows"](points), demands, INSTANCE.capacity, near, routes)
        rng = names["random"].Random(3)
        for step in range(300):
            before, length = names["routes_of"](plan.state()), plan.length
            plan.recreate(plan.ruin(rng), rng)
            if step % 3:
                plan.undo(length)
                assert sorted(names["routes_of"](plan.state())) == sorted(before)
            else:
                plan.keep()
        found = names["routes_of"](plan.state())
        offsets = np.cumsum([0, *map(len, found)])
        evaluation = DEFINITION.evaluate(
            INSTANCE, {"routes": np.concatenate(found), "offsets": offsets}, convention
        )
        assert evaluation.objective == pytest.approx(plan.length)


def test_the_template_is_a_valid_program(harness, monkeypatch) -> None:
    (arrays,) = carried_out(build({}, ProblemOptions()).template, harness, fleet(4, depot=1), monkeypatch)
    assert DEFINITION.evaluate(fleet(4, depot=1), arrays, "nint").violations == ()


def test_vehicles_filled_too_full_fail_by_nature(harness, monkeypatch) -> None:
    source = build({}, ProblemOptions()).solvers["simple"]
    broken = source.replace("SPARE = 0.0", "SPARE = -0.2")
    assert broken != source
    last = carried_out(broken, harness, INSTANCE, monkeypatch)[-1]
    assert "carries" in DEFINITION.evaluate(INSTANCE, last, "nint").violations[0]


@pytest.mark.parametrize(("name", "package"), [("classical_pyvrp", "pyvrp"), ("classical_hgs", "hybgensea")])
def test_classical_programs_ask_for_their_package(name, package, harness, monkeypatch) -> None:
    source = build({}, ProblemOptions()).solvers[name]
    assert requested(source) == (package,)
    pytest.importorskip(package)
    solutions = carried_out(source, harness, INSTANCE, monkeypatch, limit_s=4.0, convention="nint")
    evaluations = [DEFINITION.evaluate(INSTANCE, arrays, "nint") for arrays in solutions]
    assert not any(evaluation.violations for evaluation in evaluations)
    assert evaluations[-1].objective < 0.5 * evaluations[0].objective
