"""The door `Problem` over any definition."""

import json

import pytest

from problems.co.mis import problem as mis
from problems.co.tsp import problem as tsp
from solversmith.contract import DEV, SPLITS, TEST, Case, Problem, ProblemOptions
from solversmith.errors import UsageError

MODULES = pytest.mark.parametrize("module", [tsp, mis])


@MODULES
def test_it_is_a_problem(module) -> None:
    problem = module.build({}, ProblemOptions())
    assert isinstance(problem, Problem)
    assert (problem.anytime, problem.failure_loss, problem.entry_point) == (True, 1.0, "solve")
    assert {"trivial", "simple", "simple_2", "expert"} <= problem.solvers.keys()


@MODULES
def test_default_limits(module) -> None:
    problem = module.build({}, ProblemOptions())
    limits = {split: problem.limits(problem.cases(split)[0]) for split in SPLITS}
    assert [limits[split].wall_s for split in SPLITS] == [10.0, 60.0]
    assert {(found.threads, found.memory_bytes) for found in limits.values()} == {(1, 4 << 30)}
    assert "10 s per instance" in problem.statement
    assert "60 s in the final test" in problem.statement


@MODULES
def test_options_win(module) -> None:
    options = ProblemOptions(time_limit_s=2.5, threads=2, memory_bytes=1 << 30, samples=1)
    problem = module.build({}, options)
    for split in SPLITS:
        (case,) = problem.cases(split)
        limits = problem.limits(case)
        assert (limits.wall_s, limits.threads, limits.memory_bytes) == (2.5, 2, 1 << 30)
        assert json.loads(problem.environment(case)["SOLVERSMITH_CASE"])["time_limit_s"] == 2.5
    assert "2.5 s per instance" in problem.statement


@pytest.mark.parametrize(
    "options",
    [
        {"samples": 0},
        {"samples": -1},
        {"time_limit_s": 0.0},
        {"time_limit_s": float("nan")},
        {"time_limit_s": float("inf")},
        {"threads": 0},
        {"memory_bytes": -1},
    ],
)
def test_options_that_make_no_sense(options) -> None:
    with pytest.raises(UsageError, match="must be positive"):
        tsp.build({}, ProblemOptions(**options))


def test_another_split() -> None:
    with pytest.raises(UsageError, match="a split is dev or test, not 'valid'"):
        tsp.build({}, ProblemOptions()).cases("valid")


@MODULES
def test_the_program_learns_no_name_and_no_value(module) -> None:
    problem = module.build({}, ProblemOptions())
    for split in SPLITS:
        for case in problem.cases(split):
            about = json.loads(problem.environment(case)["SOLVERSMITH_CASE"])
            assert about.keys() == {"time_limit_s", "seed", "threads", "convention"}
            assert case.data.best_known.value not in about.values()
            assert case.name.encode() not in problem.pack(case)


@MODULES
def test_the_reference_is_the_same_before_and_after_cases_are_read(module) -> None:
    problem = module.build({}, ProblemOptions())
    before = problem.reference
    for split in SPLITS:
        problem.cases(split)
    assert problem.reference == before
    assert all(case["source"] for split in SPLITS for case in before["cases"][split])


def test_the_reference_leaves_out_a_split_that_is_not_there(tmp_path, write_tsp) -> None:
    write_tsp("TSP/valid_instances/a")
    problem = tsp.build({}, ProblemOptions(data=tmp_path))
    assert list(problem.reference["cases"]) == [DEV]
    assert problem.reference["cases"][DEV] == [{"case": "valid_instances/a", "best_known": None}]


def test_a_case_of_another_problem_is_our_fault() -> None:
    with pytest.raises(TypeError, match="belongs to another problem"):
        tsp.build({}, ProblemOptions()).pack(Case("x", TEST, "0"))


@MODULES
def test_the_statement_names_the_keys(module) -> None:
    problem = module.build({}, ProblemOptions())
    (key,) = problem.answer(problem.cases(DEV)[0])
    assert f"`{key}`" in problem.statement
    assert f'"{key}"' in problem.template
