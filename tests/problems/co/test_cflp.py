"""Facility location from bytes to score, and the human programs."""

from itertools import product

import numpy as np
import pytest
from co_programs import harness_of, program
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from frontierco.facilities import FacilityInstance
from frontierco.facilitygen import random_facilities
from problems.co.cflp.problem import DEFINITION, answer, build, pack
from solversmith.contract import DEV, Answer, ProblemOptions, Solution, Verdict

SMALL = random_facilities(3, 5, 2, 1)


@pytest.fixture(scope="module")
def harness():
    """The harness as the sandbox runs it: from source alone."""
    return harness_of(build)


def carried_out(source: str, kwargs, monkeypatch, limit_s: float = 2.0) -> list[dict[str, object]]:
    names = program(source, monkeypatch, limit_s)
    return list(names["solve"](**kwargs))


def checked(harness, instance: FacilityInstance, value) -> float:
    """The cost of what a program yielded, as the harness passes it on."""
    evaluation = DEFINITION.evaluate(instance, harness["answer"](value, pack(instance)), "exact")
    assert evaluation.violations == ()
    return evaluation.objective


def cheapest(instance: FacilityInstance) -> float:
    """By looking at every choice of facilities."""
    n, m = instance.costs.shape
    best = np.inf
    for chosen in product((False, True), repeat=n):
        places = np.flatnonzero(chosen)
        if instance.capacities[places].sum() < instance.demands.sum():
            continue
        shares = np.kron(np.ones(places.size), np.eye(m))
        load = np.kron(np.eye(places.size), instance.demands)
        found = linprog(
            instance.costs[places].ravel(),
            A_eq=shares,
            b_eq=np.ones(m),
            A_ub=load,
            b_ub=instance.capacities[places],
        )
        best = min(best, found.fun + instance.fixed_costs[places].sum())
    return best


def test_the_instance_arrives_under_the_published_names(harness) -> None:
    args, kwargs = harness["arguments"](pack(SMALL))
    assert args == ()
    assert list(kwargs) == ["n", "m", "capacities", "fixed_cost", "demands", "trans_costs"]
    assert (kwargs["n"], kwargs["m"]) == (3, 5)
    assert kwargs["capacities"] == SMALL.capacities.tolist()
    assert kwargs["fixed_cost"] == SMALL.fixed_costs.tolist()
    assert kwargs["demands"] == SMALL.demands.tolist()
    assert kwargs["trans_costs"] == SMALL.costs.tolist()
    assert type(kwargs["n"]) is int
    assert type(kwargs["trans_costs"][2][4]) is float


ROWS = [[1, 0, 2], [0, 3.5, 0], [0, 0, 0], [np.float32(1), np.int64(2), 0], [4, 4, 4]]


@pytest.mark.parametrize(
    "form",
    [
        list,
        tuple,
        np.array,
        lambda rows: np.array(rows, dtype=object),
        lambda rows: [np.array(row) for row in rows],
        lambda rows: [tuple(row) for row in rows],
        lambda rows: np.asfortranarray(np.array(rows, dtype=np.float32)),
    ],
)
def test_forms_of_an_allocation(harness, form) -> None:
    value = {"total_cost": "whatever", "facilities_open": (1.0, 0, np.int8(1)), "assignments": form(ROWS)}
    found = harness["answer"](value, pack(SMALL))
    assert list(found) == ["facilities_open", "assignments", "total_cost"]
    assert found["facilities_open"].tolist() == [1, 0, 1]
    assert found["assignments"].tolist() == [[float(each) for each in row] for row in ROWS]
    for key, spec in answer(SMALL).items():
        assert found[key].dtype == spec.dtype
        assert found[key].shape == spec.resolve(found[key].nbytes)


@pytest.mark.parametrize(
    ("claim", "kept"),
    [({"total_cost": 7}, [7.0]), ({"total_cost": "x"}, []), ({"total_cost": np.inf}, []), ({}, [])],
)
def test_a_claimed_cost_is_noted_beside_ours(harness, claim, kept) -> None:
    value = {"facilities_open": [1, 1, 1], "assignments": ROWS, **claim}
    arrays = harness["answer"](value, pack(SMALL))
    assert arrays["total_cost"].tolist() == kept
    problem = build({}, ProblemOptions(samples=1))
    (case,) = problem.cases(DEV)
    n, m = len(case.data.instance.capacities), len(case.data.instance.demands)
    answered = {
        "facilities_open": np.ones(n, dtype=np.int64),
        "assignments": np.zeros((m, n)),
        "total_cost": arrays["total_cost"],
    }
    score = problem.score(case, Answer((Solution(0.1, answered),), 1.0, 10.0, "returned"))
    assert score.metrics.get("claimed_objective") == (kept[0] if kept else None)


@pytest.mark.parametrize(
    ("opened", "rows", "words"),
    [
        ([1, 0], ROWS, "'facilities_open' has 2 entries for 3 facilities"),
        ([1, 0, True], ROWS, "'facilities_open' has an entry of type bool"),
        ([1, 0, 0.5], ROWS, "'facilities_open' has the entry 0.5"),
        ({0, 1}, ROWS, "'facilities_open' is a set"),
        ([1, 0, 1], np.zeros((3, 5)), r"has shape \(3, 5\); expected 5 rows \(customers\) of 3"),
        ([1, 0, 1], np.zeros((5, 3), dtype=bool), "entries of type bool"),
        ([1, 0, 1], np.zeros((5, 3), dtype=complex), "entries of type complex128"),
        ([1, 0, 1], ROWS[:4], "'assignments' has 4 rows"),
        ([1, 0, 1], [*ROWS[:4], [1, 2]], r"assignments\[4\] has 2 entries"),
        ([1, 0, 1], [*ROWS[:4], [1, 2, False]], r"assignments\[4\] has an entry of type bool"),
        ([1, 0, 1], [*ROWS[:4], [1, 2, None]], r"assignments\[4\] has an entry of type NoneType"),
        ([1, 0, 1], [*ROWS[:4], [1, 2, [3]]], r"assignments\[4\] has an entry of type list"),
        ([1, 0, 1], [*ROWS[:4], np.zeros((3, 1))], r"assignments\[4\] has shape \(3, 1\)"),
        ([1, 0, 1], [*ROWS[:4], [1, 2, 10**400]], "an integer that is too large"),
        ([1, 0, 1], [*ROWS[:4], "123"], r"assignments\[4\] is str"),
        ([1, 0, 1], {0: ROWS[0]}, "'assignments' is dict"),
    ],
)
def test_what_is_no_allocation(harness, opened, rows, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        harness["answer"]({"facilities_open": opened, "assignments": rows}, pack(SMALL))


@pytest.mark.parametrize("missing", ["facilities_open", "assignments"])
def test_both_keys_are_needed(harness, missing: str) -> None:
    value = {"facilities_open": [1, 1, 1], "assignments": ROWS}
    del value[missing]
    with pytest.raises(ValueError, match=f"no key '{missing}'"):
        harness["answer"](value, pack(SMALL))


def test_no_number_is_no_solution(harness) -> None:
    """It passes the harness, and the check names it."""
    problem = build({}, ProblemOptions(samples=1))
    (case,) = problem.cases(DEV)
    n, m = 50, 120
    rows = np.full((m, n), np.nan).tolist()
    found = harness["answer"]({"facilities_open": [1] * n, "assignments": rows}, problem.pack(case))
    score = problem.score(case, Answer((Solution(0.1, found),), 1.0, 10.0, "returned"))
    assert score.verdict is Verdict.INFEASIBLE
    assert "customer 0 is served nan by facility 0" in score.message


@pytest.mark.parametrize("name", ["trivial", "simple", "expert", "classical_highs"])
def test_human_programs_find_allocations_that_hold(name: str, monkeypatch, harness) -> None:
    problem = build({}, ProblemOptions(samples=1))
    (case,) = problem.cases(DEV)
    _, kwargs = harness["arguments"](problem.pack(case))
    found = carried_out(problem.solvers[name], kwargs, monkeypatch, limit_s=4.0)
    solutions = tuple(
        Solution(0.01 * number, harness["answer"](value, problem.pack(case)))
        for number, value in enumerate(found)
    )
    score = problem.score(case, Answer(solutions, 1.0, 10.0, "returned"))
    assert score.verdict is Verdict.OK
    assert not score.metrics["regressed"]
    assert score.loss <= {"trivial": 0.4, "simple": 0.15, "expert": 0.08, "classical_highs": 0.4}[name]


@given(st.integers(1, 5), st.integers(1, 6), st.floats(1.1, 4.0), st.integers(0, 10**6))
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_programs_are_exact_on_tiny_instances(monkeypatch, harness, n, m, ratio, seed) -> None:
    instance = random_facilities(n, m, ratio, seed)
    if instance.capacities.sum() < instance.demands.sum():  # by rounding
        return
    best = cheapest(instance)
    problem = build({}, ProblemOptions())
    for name in ("expert", "classical_highs", "trivial"):
        _, kwargs = harness["arguments"](pack(instance))
        costs = [
            checked(harness, instance, value)
            for value in carried_out(problem.solvers[name], kwargs, monkeypatch, limit_s=3.0)
        ]
        assert costs == sorted(costs, reverse=True)
        assert costs[-1] >= best * (1 - 1e-6)
        if name != "trivial":
            assert costs[-1] == pytest.approx(best, rel=2e-6)


def test_the_template_is_a_valid_program(monkeypatch, harness) -> None:
    _, kwargs = harness["arguments"](pack(SMALL))
    (value,) = carried_out(build({}, ProblemOptions()).template, kwargs, monkeypatch)
    assert checked(harness, SMALL, value) > 0


def test_too_few_facilities_fail_by_nature(monkeypatch, harness) -> None:
    source = build({}, ProblemOptions()).solvers["simple"]
    broken = source.replace("LEFT_OUT = 0.0", "LEFT_OUT = 0.9")
    assert broken != source
    instance = random_facilities(50, 60, 3, 1)
    _, kwargs = harness["arguments"](pack(instance))
    with pytest.raises(ValueError, match="can't serve everybody"):
        carried_out(broken, kwargs, monkeypatch)
