"""Scores without a reference, and what is told of them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from codepde.feedback import feedback
from codepde.grid import Grid
from codepde.problem import PdeProblem
from solversmith.contract.beside import Divisible, Ordered, Probed, Repeatable, SelfChecked
from solversmith.contract.folder import ProblemFolder
from solversmith.contract.problem import Answer, Case, ProblemOptions, Solution
from solversmith.errors import UsageError
from solversmith.records.score import CaseScore, combine
from solversmith.records.verdict import Verdict


class NoReference:
    """A solve that must not be asked."""

    def __call__(self, *_: Any) -> Any:
        raise AssertionError("a reference was asked for")


@pytest.fixture
def problem(toy: ModuleType, tmp_path: Path) -> PdeProblem:
    family = replace(toy.family(solve=NoReference()), grid=Grid(num_points=64, final_time=1.0, frames=5))
    options = ProblemOptions(samples=3, cache=tmp_path)
    return PdeProblem(family, {"k": "one"}, ProblemFolder(tmp_path), options)


def answered(problem: PdeProblem, case: Case, error: float = 0.0) -> Answer:
    states = case.data.inputs["u0_batch"]
    times = np.linspace(0.0, 1.0, 5)
    field = states[:, None] * np.exp(-times)[:, None]
    field[:, 1:] *= 1.0 + error
    return Answer([Solution(0.1, {"trajectory": field})], 0.1, 60.0, "returned")


def judged(problem: PdeProblem, error: float = 0.0, **probed: Probed) -> CaseScore:
    (case,) = problem.cases("dev")
    answer = answered(problem, case)
    found = {
        name: Probed(other, answered(problem, other, error))
        for name, other in problem.probes(case, answer).items()
    }
    return problem.judge(case, answer, {**found, **probed})


def test_the_problem_has_every_further_door(problem: PdeProblem) -> None:
    for door in (Ordered, Repeatable, Divisible, SelfChecked):
        assert isinstance(problem, door)


def test_no_reference_is_asked_for_and_an_exact_answer_has_no_loss(problem: PdeProblem) -> None:
    score = judged(problem)
    assert score.verdict is Verdict.OK
    assert score.loss == pytest.approx(0.0, abs=1e-12)
    assert set(score.metrics["signals"]) == {"half_grid", "restart", "shift"}
    assert score.metrics["error_floor"] == 0.0
    assert not [key for key in score.metrics if "nrmse" in key]


def test_differences_are_the_loss(problem: PdeProblem) -> None:
    score = judged(problem, error=0.01)
    assert score.loss == pytest.approx(0.01, rel=0.3)


def test_probes_are_cases_that_programs_can_be_run_on(problem: PdeProblem) -> None:
    (case,) = problem.cases("dev")
    found = problem.probes(case, answered(problem, case))
    assert {name: problem.answer(other)["trajectory"].shape for name, other in found.items()} == {
        "half_grid": (2, 5, 32),
        "restart": (2, 5, 64),
        "shift": (2, 5, 64),
    }
    assert len({other.digest for other in found.values()} | {case.digest}) == 4
    assert all(other.split == "dev" and other.name != case.name for other in found.values())


def test_an_answer_that_is_none_has_no_probes_and_is_refused(problem: PdeProblem) -> None:
    (case,) = problem.cases("dev")
    answer = answered(problem, case)
    answer.last["trajectory"][1, 0] += 1.0
    assert problem.probes(case, answer) == {}
    assert problem.judge(case, answer, {}).verdict is Verdict.BAD_OUTPUT
    answer.last["trajectory"][1, 2] = np.nan
    assert problem.judge(case, answer, {}).verdict is Verdict.NON_FINITE


def test_a_probe_that_fails_counts_and_is_told(problem: PdeProblem) -> None:
    (case,) = problem.cases("dev")
    failed = Probed(case, None, Verdict.RUNTIME_ERROR, "IndexError: no such point")
    endless = answered(problem, case)
    endless.last["trajectory"][0, 3, 2] = np.inf
    score = judged(problem, half_grid=failed, shift=Probed(case, endless))
    assert score.loss == pytest.approx(2 / 3)
    told = feedback(combine([score], 1.0))
    assert "half as many points: 1; it failed: runtime_error: IndexError: no such point" in told
    assert "shifted: 1; it failed: non_finite" in told


def test_what_is_told_says_that_no_reference_was_used(problem: PdeProblem) -> None:
    told = feedback(combine([judged(problem, error=0.01)], 1.0))
    assert "No reference was used" in told
    assert "nRMSE" not in told


def test_a_family_without_signals_is_refused(toy: ModuleType, tmp_path: Path) -> None:
    family = replace(toy.steady_pair(), periodic=False)
    problem = PdeProblem(family, {}, ProblemFolder(tmp_path), ProblemOptions(samples=2))
    (case,) = problem.cases("dev")
    answer = Answer([Solution(0.1, {name: np.ones((2, 6, 6)) for name in "uv"})], 0.1, 60.0, "returned")
    with pytest.raises(UsageError, match="no signals"):
        problem.probes(case, answer)
    with pytest.raises(UsageError, match="no order"):
        problem.ladder("dev")


def test_a_ladder_is_scored_at_each_of_its_grids(toy: ModuleType, tmp_path: Path) -> None:
    family = replace(toy.family(), grid=Grid(num_points=256, final_time=1.0, frames=5))
    problem = PdeProblem(family, {"k": "one"}, ProblemFolder(tmp_path), ProblemOptions(cache=tmp_path))
    ladder = problem.ladder("dev")
    assert [problem.answer(case)["trajectory"].shape for case in ladder] == [
        (4, 5, points) for points in (32, 64, 128, 256)
    ]
    errors = (0.08, 0.04, 0.02, 0.01)
    scores = [problem.score(c, answered(problem, c, error)) for c, error in zip(ladder, errors, strict=True)]
    assert problem.order(scores)["order"] == pytest.approx(1.0, abs=0.01)
    exact = [problem.score(case, answered(problem, case)) for case in ladder]
    assert problem.order(exact)["order_note"] == "saturated"


def test_other_samples_and_one_alone(problem: PdeProblem) -> None:
    (case,) = problem.cases("test")
    other, (one, samples) = problem.again(case), problem.part(case)
    assert problem.answer(other) == problem.answer(case)
    assert other.digest != case.digest
    assert samples == 3
    assert problem.answer(one)["trajectory"].shape == (1, 5, 64)
