"""The travelling salesman from bytes to score, and its human programs."""

import struct
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest
from co_programs import harness_of, program
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from frontierco.distances import tour_length
from frontierco.instances import DistanceMatrix, PointSet
from problems.co.tsp.problem import DEFINITION, answer, build, pack
from solversmith.contract import DEV, TEST, Answer, ProblemOptions, Solution, Verdict
from solversmith.errors import BadData
from solversmith.requirements import requested

GR17 = """\
NAME: gr17
TYPE: TSP
COMMENT: 17-city problem (Groetschel)
DIMENSION: 17
EDGE_WEIGHT_TYPE: EXPLICIT
EDGE_WEIGHT_FORMAT: LOWER_DIAG_ROW
EDGE_WEIGHT_SECTION
 0 633 0 257 390 0 91 661 228 0 412 227
 169 383 0 150 488 112 120 267 0 80 572 196
 77 351 63 0 134 530 154 105 309 34 29 0
 259 555 372 175 338 264 232 249 0 505 289 262
 476 196 360 444 402 495 0 353 282 110 324 61
 208 292 250 352 154 0 324 638 437 240 421 329
 297 314 95 578 435 0 70 567 191 27 346 83
 47 68 189 439 287 254 0 211 466 74 182 243
 105 150 108 326 336 184 391 145 0 268 420 53
 239 199 123 207 165 383 240 140 448 202 57 0
 246 745 472 237 528 364 332 349 202 685 542 157
 289 426 483 0 121 518 142 84 297 35 29 36
 236 390 238 301 55 96 153 336 0
EOF
"""  # M. Groetschel's 17 cities, of TSPLIB; the optimum is 2085


@pytest.fixture(scope="module")
def harness():
    """The harness as the sandbox runs it: from source alone."""
    return harness_of(build)


def points(count: int) -> PointSet:
    return PointSet(np.random.RandomState(count).rand(count, 2) * 1000, "nint")


def table(count: int, places: bool = False) -> DistanceMatrix:
    """Random distances: no metric, so that no places have them."""
    random = np.random.RandomState(count)
    upper = np.triu(random.randint(1, 100, (count, count)), 1).astype(float)
    return DistanceMatrix(upper + upper.T, random.rand(count, 2) if places else None)


def carried_out(
    source: str, nodes, monkeypatch, limit_s: float = 3.0, matrix=None, **settings
) -> list[list[int]]:
    """Every tour that a program yields, run in this process."""
    names = program(source, monkeypatch, limit_s, **settings)
    arguments = {"nodes": nodes} if matrix is None else {"nodes": nodes, "dist_matrix": matrix}
    return [list(value["tour"]) for value in names["solve"](**arguments)]


@given(st.lists(st.tuples(st.floats(-1e9, 1e9), st.floats(-1e9, 1e9)), min_size=1, max_size=9))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nodes_arrive_as_they_were(harness, nodes) -> None:
    args, kwargs = harness["arguments"](pack(PointSet(np.array(nodes), "nint")))
    assert (args, kwargs) == ((), {"nodes": nodes})
    assert all(type(value) is float for node in kwargs["nodes"] for value in node)
    assert type(kwargs["nodes"][0]) is tuple


@pytest.mark.parametrize("count", [1, 2, 3, 9])
@pytest.mark.parametrize("places", [False, True])
def test_given_distances_arrive_as_a_matrix(harness, count: int, places: bool) -> None:
    instance = table(count, places)
    args, kwargs = harness["arguments"](pack(instance))
    assert (args, kwargs.keys()) == ((), {"nodes", "dist_matrix"})
    assert kwargs["nodes"] == (list(map(tuple, instance.places.tolist())) if places else None)
    assert (kwargs["dist_matrix"].dtype, kwargs["dist_matrix"].flags.writeable) == (np.float64, True)
    assert np.array_equal(kwargs["dist_matrix"], instance.matrix)
    tour = harness["answer"]({"tour": range(count)}, pack(instance))["tour"]
    assert answer(instance)["tour"].resolve(tour.nbytes) == (count,)


def test_the_packed_form_says_nothing_else() -> None:
    instance = points(3)
    assert pack(instance) == struct.pack("<q", 3) + instance.coordinates.tobytes()
    assert pack(table(3)) == struct.pack("<q", -3) + table(3).matrix.tobytes()


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


@pytest.mark.parametrize("name", ["trivial", "simple", "simple_2", "expert"])
@pytest.mark.parametrize("count", [1, 2, 3, 4, 7, 8, 13, 40])
def test_human_programs_take_given_distances(name: str, count: int, monkeypatch) -> None:
    instance = table(count)
    source = build({}, ProblemOptions()).solvers[name]
    tours = carried_out(source, None, monkeypatch, 0.3, instance.matrix, convention="explicit")
    found = [DEFINITION.evaluate(instance, {"tour": np.array(tour)}, "explicit") for tour in tours]
    assert found
    assert all(evaluation.violations == () for evaluation in found)
    lengths = [evaluation.objective for evaluation in found]
    assert lengths == sorted(lengths, reverse=True)
    if name == "expert" and count <= 8:
        every = (np.array([0, *rest]) for rest in permutations(range(1, count)))
        assert lengths[-1] == min(
            DEFINITION.evaluate(instance, {"tour": t}, "explicit").objective for t in every
        )


def opened(folder: Path, own: str | None = None):
    """A data folder with one instance of given distances."""
    file = folder / "TSP" / "easy_test_instances" / "gr17.tsp"
    file.parent.mkdir(parents=True)
    file.write_text(GR17)
    if own is not None:
        (folder / "own").write_text(own)
    best_known = None if own is None else folder / "own"
    return build({}, ProblemOptions(data=folder, best_known=best_known, scoring="ours"))


def test_a_known_instance_with_its_known_optimum(tmp_path: Path, monkeypatch) -> None:
    problem = opened(tmp_path)
    (case,) = problem.cases(TEST)
    assert (case.data.best_known.value, case.data.convention) == (2085, "explicit")
    assert '"convention": "explicit"' in problem.environment(case)["SOLVERSMITH_CASE"]
    matrix = case.data.instance.matrix
    tours = carried_out(problem.solvers["expert"], None, monkeypatch, 0.6, matrix)
    score = problem.score(
        case, Answer((Solution(0.1, {"tour": np.array(tours[-1])}),), 1.0, 10.0, "returned")
    )
    assert (score.loss, score.metrics["objective"], type(score.metrics["objective"])) == (0, 2085, int)
    assert score.metrics["published_objective"] is None
    assert "needs coordinates" in score.metrics["published_says"]


def test_given_distances_have_no_other_convention(tmp_path: Path) -> None:
    with pytest.raises(BadData, match=r"convention 'nint' of gr17\.tsp .* known: explicit"):
        opened(tmp_path, "gr17 2085 nint").cases(TEST)
    own = tmp_path / "values"
    own.write_text("uniform-200-71200 1 explicit")
    with pytest.raises(BadData, match="convention 'explicit' of uniform"):
        build({}, ProblemOptions(best_known=own)).cases(DEV)


@pytest.mark.parametrize("places", [False, True])
def test_a_picture_of_given_distances(places: bool) -> None:
    axes = pytest.importorskip("matplotlib.figure").Figure().subplots()
    instance = table(6, places)
    DEFINITION.draw(axes, instance, {"tour": np.arange(6)})
    drawn = axes.lines[0].get_xydata()
    assert drawn.shape == (7, 2)
    assert np.array_equal(drawn[:-1], instance.places) == places if places else np.isfinite(drawn).all()


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
