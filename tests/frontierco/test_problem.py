"""The door `Problem` over any definition."""

import json
from dataclasses import replace

import numpy as np
import pytest

from frontierco.cases import CaseData
from frontierco.instances import PointSet
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


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"scoring": "theirs"}, "scoring is ours or published, not 'theirs'"),
        ({"score": "best"}, "score is last or integral, not 'best'"),
        ({"preset": "fast"}, "preset is published, not 'fast'"),
        ({"scoring": "published", "score": "integral"}, "knows the last solution only: leave out --score"),
        ({"preset": "published"}, r"give --data DIR \(`solversmith data get tsp` fetches them\)"),
    ],
)
def test_choices_that_there_are_not(options, words) -> None:
    with pytest.raises(UsageError, match=words):
        tsp.build({}, ProblemOptions(**options))


def test_the_published_preset_is_its_limits_on_its_splits(tmp_path, write_tsp) -> None:
    write_tsp("TSP/valid_instances/a", seed=1)
    write_tsp("TSP/hard_test_instances/b", seed=2)
    problem = tsp.build({}, ProblemOptions(data=tmp_path, preset="published"))
    assert [problem.limits(problem.cases(split)[0]).wall_s for split in SPLITS] == [300.0, 3600.0]
    assert "300 s per instance" in problem.statement
    assert "3600 s in the final test" in problem.statement
    shorter = tsp.build({}, ProblemOptions(data=tmp_path, preset="published", time_limit_s=5.0))
    assert shorter.limits(shorter.cases(DEV)[0]).wall_s == 5.0


def test_millions_of_cities_have_twice_the_memory() -> None:
    small, large = (PointSet(np.zeros((n, 2)), "nint") for n in (1000, 10_000_000))
    assert [tsp.memory_bytes(one) >> 30 for one in (small, large)] == [4, 8]
    problem = tsp.build({}, ProblemOptions(time_limit_s=1.0))
    case = replace(problem.cases(DEV)[0], data=CaseData(large, "nint", None, "built-in"))
    assert problem.limits(case).memory_bytes == 8 << 30
    given = tsp.build({}, ProblemOptions(memory_bytes=1 << 30))
    assert given.limits(case).memory_bytes == 1 << 30


@MODULES
def test_the_loss_stands_in_the_reference_and_makes_it_another_one(module) -> None:
    names = {
        module.build({}, ProblemOptions(**options)).reference["loss"]
        for options in ({}, {"score": "integral"}, {"scoring": "published"})
    }
    assert names == {"gap of the last solution", "primal integral", "1 - published score"}


@MODULES
def test_splits_tell_easy_and_hard_apart(module) -> None:
    splits = module.build({}, ProblemOptions()).splits
    assert [len(splits[TEST][part]) for part in ("easy", "hard")] == [4, 2]
    assert list(splits[DEV]) == ["built-in"]


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
