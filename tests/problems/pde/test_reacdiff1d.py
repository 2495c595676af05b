"""Reaction-diffusion as the catalogue has it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from codepde.harness import arguments
from codepde.references import reacdiff1d
from problems.pde.reacdiff1d.problem import budgets
from sandbox.local import LocalSandbox
from solversmith.contract.problem import ProblemOptions
from solversmith.errors import UsageError
from solversmith.evaluate import Evaluator
from solversmith.models.offline_writer.knobs import read, write
from solversmith.records.verdict import Verdict
from solversmith.registry import open_problem


@pytest.fixture(scope="module")
def sandbox() -> Iterator[LocalSandbox]:
    box = LocalSandbox()
    yield box
    box.close()


@pytest.fixture(scope="module")
def cache(references: Path) -> Path:
    return references


@pytest.mark.parametrize("nu", ["0.5", "1", "2", "5"])
@pytest.mark.parametrize("rho", ["1", "2", "5", "10"])
def test_every_published_setting_opens(nu: str, rho: str) -> None:
    problem = open_problem(f"reacdiff1d:nu={nu},rho={rho}", ProblemOptions(samples=2))
    (case,) = problem.cases("dev")
    (states, times, *coefficients), _ = arguments(problem.pack(case))
    assert states.shape == (2, 1024)
    assert (states.min(axis=1).max(), states.max(axis=1).min()) == (0.0, 1.0)
    assert (times[0], times[-1], len(times)) == (0.0, 1.0, 101)
    assert coefficients == [float(nu), float(rho)]
    assert problem.answer(case)["trajectory"].shape == (2, 101, 1024)


def test_the_default_is_the_published_one_and_others_are_refused() -> None:
    assert open_problem("reacdiff1d").parameters == {"nu": "0.5", "rho": "1"}
    with pytest.raises(UsageError, match="published values"):
        open_problem("reacdiff1d:nu=3")


def test_the_statement_says_what_programs_must_know_and_no_method() -> None:
    text = open_problem("reacdiff1d:nu=5,rho=10").statement
    for part in (
        "def solver(u0_batch, t_coordinate, nu, rho)",
        "ν = 5.0 and ρ = 10.0",
        "101 equally spaced times from 0 to 1",
        "trigonometric interpolant with period 1",
        "8 samples while programs are developed, 32 others",
        "60 s on 2 CPU threads",
    ):
        assert part in text
    assert "$" not in text
    for hint in ("finite", "splitting", "logistic", "fft", "spectral", "runge", "exponential", "implicit"):
        assert hint not in text.lower().replace("finite everywhere", "")


def test_rows_in_the_sandbox(sandbox: LocalSandbox, cache: Path) -> None:
    problem = open_problem("reacdiff1d", ProblemOptions(samples=2, cache=cache))
    evaluator = Evaluator(problem, sandbox)
    found = {name: evaluator.evaluate(program, "dev") for name, program in problem.solvers.items()}
    assert {score.verdict for score in found.values()} == {Verdict.OK}
    losses = {name: math.inf if score.loss is None else score.loss for name, score in found.items()}
    assert max(losses["expert"], losses["expert_jax"]) < 1e-7
    assert 1e-3 < losses["trivial"] < 0.2
    for simple in ("simple", "simple_2"):
        assert 100 * losses["expert"] < losses[simple] < losses["trivial"]


@pytest.mark.parametrize(("solver", "name", "end"), [("simple", "RATIO", 1.0), ("simple_2", "IMPLICIT", 0.0)])
def test_simple_programs_fail_by_nature_at_one_end(
    solver: str, name: str, end: float, sandbox: LocalSandbox, cache: Path
) -> None:
    problem = open_problem("reacdiff1d", ProblemOptions(samples=2, cache=cache))
    program = problem.solvers[solver]
    (knob,) = (knob for knob in read(program) if knob.name == name)
    broken = write(program, {knob.line: knob.scale.at(end)})
    assert Evaluator(problem, sandbox).evaluate(broken, "dev").verdict is Verdict.NON_FINITE


def test_the_balance_of_the_mean_holds_for_the_reference_and_not_for_another_rate() -> None:
    problem = open_problem("reacdiff1d:nu=5,rho=10", ProblemOptions(samples=2))
    family = problem.family  # type: ignore[attr-defined]
    (case,) = problem.cases("dev")
    inputs = case.data.inputs
    solved = dict(reacdiff1d.solve(inputs, family.grid, family.coefficients))
    fields = {"trajectory": np.stack([solved[index].fields["trajectory"] for index in range(2)])}
    assert budgets(fields, inputs, family.grid, family.coefficients)["reaction"] < 1e-6
    assert budgets(fields, inputs, family.grid, {"nu": 5.0, "rho": 9.0})["reaction"] > 1e-3
