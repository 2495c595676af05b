"""The one-dimensional gas as the catalogue has it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

import pytest

from codepde.harness import arguments
from problems.pde.cns1d.problem import build
from sandbox.local import LocalSandbox
from solversmith.contract.problem import ProblemOptions
from solversmith.errors import UsageError
from solversmith.evaluate import Evaluator
from solversmith.models.offline_writer.knobs import read
from solversmith.records.verdict import Verdict
from solversmith.registry import open_problem

SETTINGS = ("0.1", "0.01", "1e-8")


@pytest.fixture(scope="module")
def sandbox() -> Iterator[LocalSandbox]:
    box = LocalSandbox()
    yield box
    box.close()


@pytest.mark.parametrize("eta", SETTINGS)
def test_every_published_setting_opens(eta: str) -> None:
    problem = open_problem(f"cns1d:eta={eta}")
    (case,) = problem.cases("dev")
    (velocity, density, pressure, times, *coefficients), _ = arguments(problem.pack(case))
    assert velocity.shape == density.shape == pressure.shape == (4, 1024)
    assert density.min() >= 1.0
    assert pressure.min() >= 10.0
    assert (times[0], times[-1], len(times)) == (0.0, 1.0, 101)
    assert coefficients == [float(eta), float(eta)]
    assert {name: spec.shape for name, spec in problem.answer(case).items()} == dict.fromkeys(
        ("Vx", "density", "pressure"), (4, 101, 1024)
    )


def test_errors_in_the_1_norm_are_told_where_there_are_shocks() -> None:
    found = {eta: build({"eta": eta}, ProblemOptions()).family.l1 for eta in SETTINGS}  # type: ignore[attr-defined]
    assert found == {"0.1": False, "0.01": False, "1e-8": True}


def test_the_default_is_the_published_one_and_others_are_refused() -> None:
    assert open_problem("cns1d").parameters == {"eta": "0.1"}
    with pytest.raises(UsageError, match="published values"):
        open_problem("cns1d:eta=0.001")


@pytest.mark.parametrize("eta", SETTINGS)
def test_the_statement_says_what_programs_must_know_and_no_method(eta: str) -> None:
    text = open_problem(f"cns1d:eta={eta}").statement
    for part in (
        "def solver(Vx0, density0, pressure0, t_coordinate, eta, zeta)",
        f"label eta = {eta}, and `solver` receives η = {float(eta)!r} and ζ = {float(eta)!r}",
        "Γ = 5/3",
        "no conduction of heat",
        "do not depend on the density",
        "entropy solution",
        "trigonometric interpolant with period 2",
        "4 samples while programs are developed, 12 others",
        "300 s on 2 CPU threads",
    ):
        assert part in text
    assert "$" not in text
    for hint in ("finite volume", "fourier", "spectral", "riemann", "hll", "limiter", "runge", "implicit"):
        assert hint not in text.lower()


def test_vanishing_viscosity_has_a_reference_and_an_accuracy_of_its_own() -> None:
    thick, thin = (open_problem(f"cns1d:eta={eta}").reference for eta in ("0.1", "1e-8"))
    assert thick["version"] != thin["version"]
    assert "entropy" in str(thin["equation"])
    assert float(thick["estimate"]) <= 1e-5 < float(thin["estimate"])


def test_simple_programs_declare_knobs() -> None:
    solvers = open_problem("cns1d").solvers
    assert 3 <= len(read(solvers["simple"])) <= 5
    assert 3 <= len(read(solvers["simple_2"])) <= 5
    assert not any(read(solvers[row]) for row in ("trivial", "expert"))


@pytest.mark.timeout(900)
def test_rows_in_the_sandbox(sandbox: LocalSandbox, references: Path) -> None:
    problem = open_problem("cns1d", ProblemOptions(samples=1, cache=references))
    evaluator = Evaluator(problem, sandbox)
    found = {name: evaluator.evaluate(program, "dev") for name, program in problem.solvers.items()}
    assert {score.verdict for score in found.values()} == {Verdict.OK}
    losses = {name: math.inf if score.loss is None else score.loss for name, score in found.items()}
    assert losses["expert"] < 2e-5
    assert losses["trivial"] > 0.2
    for simple in ("simple", "simple_2"):
        assert 100 * losses["expert"] < losses[simple] < losses["trivial"] / 3
