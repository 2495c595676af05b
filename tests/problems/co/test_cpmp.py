"""The capacitated p-median problem from bytes to score, and its human programs."""

import struct

import numpy as np
import pytest
from co_programs import harness_of, program

from frontierco.customers import CustomerSet
from frontierco.mediangen import random_customers
from problems.co.cpmp.problem import DEFINITION, answer, build, pack
from solversmith.contract import DEV, Answer, ProblemOptions, Solution, Verdict


@pytest.fixture(scope="module")
def harness():
    """The harness as the sandbox runs it: from source alone."""
    return harness_of(build)


def carried_out(source: str, harness, instance: CustomerSet, monkeypatch, limit_s: float = 3.0, **more):
    """Every solution that a program yields, run in this process: the arrays that the harness makes."""
    names = program(source, monkeypatch, limit_s, **more)
    payload = pack(instance)
    _, arguments = harness["arguments"](payload)
    return [harness["answer"](value, payload) for value in names["solve"](**arguments)]


def test_the_arguments_are_the_published_ones(harness) -> None:
    instance = CustomerSet(1, np.array([[0.5, 2], [3, 4]]), np.array([9.0, 8]), np.array([1.0, 2.5]))
    args, kwargs = harness["arguments"](pack(instance))
    assert args == ()
    assert kwargs == {"n": 2, "p": 1, "customers": [(0, 0.5, 2.0, 9.0, 1.0), (1, 3.0, 4.0, 8.0, 2.5)]}
    assert [type(value) for value in kwargs["customers"][0]] == [int, float, float, float, float]


def test_the_packed_form_says_nothing_else() -> None:
    instance = CustomerSet(1, np.array([[0.5, 2]]), np.array([9.0]), np.array([1.0]))
    assert pack(instance) == struct.pack("<qq4d", 1, 1, 0.5, 2, 9, 1)


@pytest.mark.parametrize("form", [list, tuple, np.array, lambda row: np.array(row, dtype=float)])
def test_forms_of_a_solution(harness, form) -> None:
    instance = random_customers(4, 2, 1)
    value = {"medians": form([2, 0]), "assignments": form([0, 0, 2, 2]), "objective": 7, "more": "whatever"}
    found = harness["answer"](value, pack(instance))
    assert list(found) == ["medians", "assignments", "objective"]
    assert [array.dtype.str for array in found.values()] == ["<i8", "<i8", "<f8"]
    assert [array.tolist() for array in found.values()] == [[2, 0], [0, 0, 2, 2], [7.0]]
    for key, spec in answer(instance).items():
        assert spec.resolve(found[key].nbytes) == found[key].shape


def test_medians_may_come_as_a_set(harness) -> None:
    found = harness["answer"]({"medians": {1, 3}, "assignments": [1] * 4}, pack(random_customers(4, 2, 1)))
    assert sorted(found["medians"].tolist()) == [1, 3]


@pytest.mark.parametrize(
    ("claimed", "expected"),
    [
        (None, []),
        (3, [3.0]),
        (np.float64(2.5), [2.5]),
        (float("nan"), [0.0]),
        ("much", [0.0]),
        (10**400, [0.0]),
    ],
)
def test_a_claimed_objective_is_kept_apart(harness, claimed, expected) -> None:
    value = {"medians": [0, 1], "assignments": [0] * 4, "objective": claimed}
    assert harness["answer"](value, pack(random_customers(4, 2, 1)))["objective"].tolist() == expected


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ([0, 1], "expected a dict"),
        ({"medians": [0, 1]}, "no key 'assignments'"),
        ({"assignments": [0, 1]}, "no key 'medians'"),
        ({"medians": [0, 1], "assignments": {0, 1}}, "set, which has no order"),
        ({"medians": [0, 1], "assignments": {0: 1}}, "'assignments' is dict"),
        ({"medians": [0, True], "assignments": [0] * 4}, "of type bool"),
        ({"medians": [0, 1], "assignments": [0.5] * 4}, "expected integers"),
        ({"medians": [0] * 21, "assignments": [0] * 4}, "21 entries for 4 customers"),
    ],
)
def test_what_is_no_solution(harness, value, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        harness["answer"](value, pack(random_customers(4, 2, 1)))


def test_score_of_a_built_in_case(harness, monkeypatch) -> None:
    problem = build({}, ProblemOptions(samples=1))
    (case,) = problem.cases(DEV)
    assert case.data.best_known is not None
    (arrays,) = carried_out(problem.solvers["trivial"], harness, case.data.instance, monkeypatch)
    score = problem.score(case, Answer((Solution(1.0, arrays),), 2.0, 10.0, "returned"))
    assert (score.verdict, score.message) == (Verdict.OK, "")
    assert 0.5 < score.loss < 1
    arrays = {**arrays, "medians": np.repeat(arrays["medians"][:5], 2)}
    score = problem.score(case, Answer((Solution(1.0, arrays),), 2.0, 10.0, "returned"))
    assert score.verdict is Verdict.INFEASIBLE
    assert score.message.startswith("median ")


INSTANCE = random_customers(80, 8, 5)


@pytest.mark.parametrize("name", ["trivial", "simple", "expert"])
@pytest.mark.parametrize("convention", ["exact", "floor"])
def test_human_programs_yield_feasible_solutions_that_get_better(
    name, convention, harness, monkeypatch
) -> None:
    source = build({}, ProblemOptions()).solvers[name]
    totals = []
    for arrays in carried_out(source, harness, INSTANCE, monkeypatch, convention=convention):
        evaluation = DEFINITION.evaluate(INSTANCE, arrays, convention)
        assert evaluation.violations == ()
        totals.append(evaluation.objective)
        if name == "expert":
            assert arrays["objective"][0] == pytest.approx(evaluation.objective)
    if name == "expert" or convention == "exact":  # simple knows no other convention
        assert totals[-1] == min(totals)
    assert totals[-1] < {"trivial": 60_000, "simple": 12_000, "expert": 10_600}[name]


@pytest.mark.parametrize(("count", "number"), [(1, 1), (2, 1), (2, 2), (3, 2), (9, 9), (9, 1), (20, 7)])
@pytest.mark.parametrize("place", ["random", "one point"])
def test_the_expert_copes_with_few_customers_and_equal_ones(
    count, number, place, harness, monkeypatch
) -> None:
    instance = random_customers(count, number, 3)
    if place == "one point":
        instance = CustomerSet(number, np.zeros((count, 2)), instance.capacities * 1.3, instance.demands)
    else:
        instance = CustomerSet(number, instance.coordinates, instance.capacities * 1.3, instance.demands)
    source = build({}, ProblemOptions()).solvers["expert"]
    solutions = carried_out(source, harness, instance, monkeypatch, limit_s=0.9)
    assert solutions
    for arrays in solutions:
        assert DEFINITION.evaluate(instance, arrays, "exact").violations == ()


def test_the_expert_minds_capacities_that_differ(harness, monkeypatch) -> None:
    random = np.random.RandomState(4)
    plain = random_customers(60, 6, 4)
    capacities = np.where(random.rand(60) < 0.3, 2.0 * plain.capacities, plain.demands)
    instance = CustomerSet(6, plain.coordinates, capacities, plain.demands)
    source = build({}, ProblemOptions()).solvers["expert"]
    solutions = carried_out(source, harness, instance, monkeypatch, limit_s=2.0)
    assert solutions
    for arrays in solutions:
        assert DEFINITION.evaluate(instance, arrays, "exact").violations == ()


def test_the_template_is_a_valid_program(harness, monkeypatch) -> None:
    instance = CustomerSet(2, INSTANCE.coordinates[:4], np.full(4, 99.0), INSTANCE.demands[:4])
    (arrays,) = carried_out(build({}, ProblemOptions()).template, harness, instance, monkeypatch)
    assert DEFINITION.evaluate(instance, arrays, "exact").violations == ()


def test_an_overfilled_median_fails_by_nature(harness, monkeypatch) -> None:
    source = build({}, ProblemOptions()).solvers["simple"]
    broken = source.replace("OVERFILL = 0.0", "OVERFILL = 0.2")
    assert broken != source
    last = carried_out(broken, harness, INSTANCE, monkeypatch)[-1]
    assert "serves a demand" in DEFINITION.evaluate(INSTANCE, last, "exact").violations[0]
