"""The flexible job shop from bytes to score, and its human programs."""

import numpy as np
import pytest
from co_programs import harness_of, program
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from frontierco.job_shops import job_shop
from problems.co.fjsp.problem import DEFINITION, answer, build, pack
from solversmith.contract import DEV, SPLITS, Answer, ProblemOptions, Solution, Verdict

JOBS = [[[(1, 3)], [(2, 5), (3, 7)]], [[(1, 4), (2, 3), (3, 1)]]]
SHOP = job_shop(3, JOBS)
SCHEDULE = {"makespan": 8, "machine_assignments": [1, 2, 3], "start_times": [0, 3, 0]}


@pytest.fixture(scope="module")
def harness():
    """The harness as the sandbox runs it: from source alone."""
    return harness_of(build)


def carried_out(source: str, shop, harness, monkeypatch, limit_s: float = 2.0):
    """The arrays of every schedule that a program yields, run in this process."""
    names = program(source, monkeypatch, limit_s)
    _, kwargs = harness["arguments"](pack(shop))
    return [harness["answer"](value, pack(shop)) for value in names["solve"](**kwargs)]


@st.composite
def nested_jobs(draw):
    option = st.dictionaries(st.integers(1, 6), st.integers(0, 9), min_size=1).map(
        lambda found: list(found.items())
    )
    return draw(st.lists(st.lists(option, min_size=1, max_size=4), min_size=1, max_size=4))


@given(nested_jobs())
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_jobs_arrive_in_the_published_form(harness, jobs) -> None:
    args, kwargs = harness["arguments"](pack(job_shop(6, jobs)))
    assert (args, kwargs) == ((), {"num_jobs": len(jobs), "num_machines": 6, "jobs": jobs})
    option = kwargs["jobs"][0][0][0]
    assert type(option) is tuple
    assert {type(number) for number in option} == {int}


@pytest.mark.parametrize("form", [list, tuple, np.array, lambda t: np.array(t, dtype=float)])
def test_forms_of_a_schedule(harness, form) -> None:
    value = {key: form(SCHEDULE[key]) for key in ("machine_assignments", "start_times")}
    found = harness["answer"]({**value, "makespan": "whatever", "more": 1}, pack(SHOP))
    assert list(found) == ["machine_assignments", "start_times", "makespan"]
    assert (found["machine_assignments"].dtype, found["start_times"].dtype) == (np.int64, np.float64)
    assert [row.tolist() for row in found.values()] == [[1, 2, 3], [0, 3, 0], []]


@pytest.mark.parametrize(
    ("claim", "kept"),
    [
        (8, [8.0]),
        (7.5, [7.5]),
        (np.int64(8), [8.0]),
        (float("nan"), []),
        (None, []),
        ([8], []),
        (10**400, []),
    ],
)
def test_a_claimed_makespan_is_kept_if_it_is_a_number(harness, claim, kept) -> None:
    found = harness["answer"]({**SCHEDULE, "makespan": claim}, pack(SHOP))
    assert found["makespan"].tolist() == kept


@pytest.mark.parametrize(("claim", "logged"), [(1, 1.0), (None, None), (float("nan"), None)])
def test_a_claimed_makespan_is_logged_and_nothing_else(harness, claim, logged) -> None:
    problem = build({}, ProblemOptions(samples=1))
    (case,) = problem.cases(DEV)
    value = carried_value(problem.solvers["trivial"], case.data.instance, harness)
    arrays = harness["answer"]({**value, "makespan": claim}, pack(case.data.instance))
    score = problem.score(case, Answer((Solution(0.1, arrays),), 1.0, 10.0, "returned"))
    assert score.metrics.get("claimed_objective") == logged
    assert score.metrics["objective"] == value["makespan"]


def carried_value(source: str, shop, harness):
    """The only value that a program yields."""
    names: dict[str, object] = {"__name__": "program"}
    exec(compile(source, "program.py", "exec"), names)  # noqa: S102
    (value,) = names["solve"](**harness["arguments"](pack(shop))[1])
    return value


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"machine_assignments": {1, 2, 3}}, "set, which has no order"),
        ({"machine_assignments": [1, 2, True]}, "of type bool"),
        ({"machine_assignments": [1, 2, 2.5]}, "entry 2.5"),
        ({"machine_assignments": [1, 2, None]}, "of type NoneType"),
        ({"start_times": [0, 3, float("nan")]}, "entry nan"),
        ({"start_times": [0, 3, float("inf")]}, "entry inf"),
        ({"start_times": [0, 3, False]}, "of type bool"),
        ({"start_times": "0 3 0"}, "of type str"),
        ({"start_times": [[0, 3], [0]]}, "of type list"),
        ({"start_times": np.zeros((3, 1))}, "shape"),
        ({"start_times": [0, 3, 10**400]}, "too large"),
        ({"start_times": [0] * 100}, "100 entries for 3 operations"),
        ({"machine_assignments": [1] * 100}, "100 entries for 3 operations"),
    ],
)
def test_what_is_no_schedule(harness, change, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        harness["answer"]({**SCHEDULE, **change}, pack(SHOP))


@pytest.mark.parametrize("key", ["machine_assignments", "start_times"])
def test_a_missing_key(harness, key: str) -> None:
    value = {name: row for name, row in SCHEDULE.items() if name != key}
    with pytest.raises(ValueError, match=f"no key '{key}'"):
        harness["answer"](value, pack(SHOP))


def test_what_the_harness_lets_through_fits_what_is_declared(harness) -> None:
    for length in (0, 2, 3, 4, 16):
        value = {"machine_assignments": [1] * length, "start_times": [0.5] * length, "makespan": 1}
        found = harness["answer"](value, pack(SHOP))
        for key, spec in answer(SHOP).items():
            assert spec.resolve(found[key].nbytes) == found[key].shape


@pytest.mark.parametrize("name", ["trivial", "simple", "simple_2", "expert"])
def test_human_programs_find_schedules_that_hold(name: str, harness, monkeypatch) -> None:
    problem = build({}, ProblemOptions(samples=1))
    (case,) = problem.cases(DEV)
    found = carried_out(problem.solvers[name], case.data.instance, harness, monkeypatch)
    solutions = tuple(Solution(0.01 * i, arrays) for i, arrays in enumerate(found))
    score = problem.score(case, Answer(solutions, 1.0, 10.0, "returned"))
    assert score.verdict is Verdict.OK
    assert not score.metrics["regressed"]
    assert score.loss < {"trivial": 1.0, "simple": 0.3, "simple_2": 0.5, "expert": 0.25}[name]


@given(nested_jobs())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_expert_copes_with_any_small_shop(harness, jobs) -> None:
    """Zero times, single operations, single machines: no cycle, no crash, no longer than one by one."""
    shop = job_shop(6, jobs)
    with pytest.MonkeyPatch.context() as patch:
        found = carried_out(build({}, ProblemOptions()).solvers["expert"], shop, harness, patch, 0.3)
    makespans = [DEFINITION.evaluate(shop, arrays, "makespan").objective for arrays in found]
    assert None not in makespans
    assert makespans == sorted(makespans, reverse=True)
    assert makespans[-1] <= sum(max(time for _, time in options) for job in jobs for options in job)


def brute_force(jobs) -> int:
    """The shortest makespan over all orders and assignments, of semi-active schedules."""

    def best(ready, free, step) -> int:
        lengths = []
        for job, operations in enumerate(jobs):
            if step[job] < len(operations):
                for machine, time in operations[step[job]]:
                    end = max(ready[job], free[machine]) + time
                    lengths.append(
                        best(
                            (*ready[:job], end, *ready[job + 1 :]),
                            (*free[:machine], end, *free[machine + 1 :]),
                            (*step[:job], step[job] + 1, *step[job + 1 :]),
                        )
                    )
        return min(lengths) if lengths else max(ready)

    none = (0,) * len(jobs)
    return best(none, (0,) * 7, none)


@pytest.mark.parametrize("seed", range(4))
def test_the_expert_finds_the_optimum_of_tiny_shops(seed: int, harness, monkeypatch) -> None:
    random = np.random.RandomState(seed)
    jobs = [
        [
            [(machine, int(random.randint(1, 9))) for machine in range(1, 4) if random.rand() < 0.6]
            or [(1, int(random.randint(1, 9)))]
            for _ in range(2)
        ]
        for _ in range(3)
    ]
    shop = job_shop(6, jobs)
    found = carried_out(build({}, ProblemOptions()).solvers["expert"], shop, harness, monkeypatch, 1.0)
    assert DEFINITION.evaluate(shop, found[-1], "makespan").objective == brute_force(jobs)


def test_the_template_is_a_valid_program(harness, monkeypatch) -> None:
    (found,) = carried_out(build({}, ProblemOptions()).template, SHOP, harness, monkeypatch)
    assert DEFINITION.evaluate(SHOP, found, "makespan").objective == 12


def test_more_candidates_than_options_fail_by_nature(harness, monkeypatch) -> None:
    source = build({}, ProblemOptions()).solvers["simple"]
    broken = source.replace("CANDIDATES = 1", "CANDIDATES = 12")
    assert broken != source
    with pytest.raises(ValueError, match="kth"):
        carried_out(broken, SHOP, harness, monkeypatch)


def test_every_built_in_case_has_a_reference() -> None:
    problem = build({}, ProblemOptions())
    for split in SPLITS:
        for case in problem.cases(split):
            assert case.data.best_known is not None, case.name
            assert case.data.best_known.convention == "makespan"
