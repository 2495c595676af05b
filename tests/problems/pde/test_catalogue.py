"""Burgers and advection as the catalogue has them."""

from __future__ import annotations

import math
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from codepde.harness import arguments
from sandbox.local import LocalSandbox
from solversmith.contract.problem import Problem, ProblemOptions
from solversmith.errors import UsageError
from solversmith.evaluate import Evaluator
from solversmith.models.offline_writer.knobs import read, write
from solversmith.records.verdict import Verdict
from solversmith.registry import open_problem

SETTINGS = [
    *(f"burgers:nu={a}e{b}" for a in (1, 2, 4) for b in (0, -1, -2, -3)),
    *(f"advection:beta={beta}" for beta in (0.1, 0.2, 0.4, 0.7, 1, 2, 4, 7)),
]


@pytest.fixture(scope="module")
def sandbox() -> Iterator[LocalSandbox]:
    box = LocalSandbox()
    yield box
    box.close()


@pytest.fixture(scope="module")
def cache(references: Path) -> Path:
    return references


def scores(problem: Problem, sandbox: LocalSandbox) -> dict[str, tuple[Verdict, float]]:
    evaluator = Evaluator(problem, sandbox)
    found = {name: evaluator.evaluate(program, "dev") for name, program in problem.solvers.items()}
    return {
        name: (score.verdict, math.inf if score.loss is None else score.loss) for name, score in found.items()
    }


@pytest.mark.parametrize("setting", SETTINGS)
def test_every_published_setting_opens(setting: str) -> None:
    problem = open_problem(setting, ProblemOptions(samples=2))
    (case,) = problem.cases("dev")
    (states, times, _), _ = arguments(problem.pack(case))
    assert states.shape == (2, 1024)
    assert (times[0], times[-1], len(times)) == (0.0, 2.0, 201)
    assert problem.answer(case)["trajectory"].shape == (2, 201, 1024)
    assert problem.entry_point == "solver"


@pytest.mark.parametrize("setting", ["burgers:nu=0.03", "advection:beta=3", "burgers:nu=x"])
def test_other_values_are_refused(setting: str) -> None:
    with pytest.raises(UsageError, match="published values"):
        open_problem(setting)


def test_burgers_passes_the_label_over_pi_and_says_so() -> None:
    problem = open_problem("burgers")
    assert problem.parameters == {"nu": "0.01"}
    (case,) = problem.cases("dev")
    (_, _, nu), _ = arguments(problem.pack(case))
    assert nu == 0.01 / math.pi
    assert f"ν = 0.01/π = {0.01 / math.pi!r}" in problem.statement


@pytest.mark.parametrize("name", ["burgers", "advection"])
def test_statements_say_what_programs_must_know_and_no_method(name: str) -> None:
    text = open_problem(name, ProblemOptions(time_limit_s=45, threads=1)).statement
    for part in (
        "point values at the cell centres",
        "trigonometric interpolant with period 1",
        "float64",
        "201 equally spaced times from 0 to 2",
        "the initial state itself first",
        "45 s on 1 CPU threads",
        "numpy, scipy, networkx, jax",
        "JAX starts in 32-bit mode",
        "no GPU",
        "def solver(u0_batch, t_coordinate, ",
    ):
        assert part in text
    assert "$" not in text
    for hint in ("finite volume", "Fourier", "FFT", "spectral", "Runge", "upwind", "Cole", "dealias", "CFL"):
        assert hint.lower() not in text.lower()


@pytest.mark.parametrize("name", ["burgers", "advection"])
def test_payload_and_statement_hold_nothing_of_the_reference(name: str, cache: Path) -> None:
    problem = open_problem(name, ProblemOptions(samples=2, cache=cache))
    (case,) = problem.cases("dev")
    assert len(problem.pack(case)) < 8 * (2 * 1024 + 201) + 200
    assert not any(word in problem.harness for word in ("reference", "codepde", "solversmith", "h5py"))


def test_dev_and_test_have_no_state_in_common() -> None:
    problem = open_problem("burgers")
    dev, test = (problem.cases(split)[0].data.inputs["u0_batch"] for split in ("dev", "test"))
    assert min(np.max(np.abs(one - other)) for one in dev for other in test) > 1e-3


def test_burgers_rows_in_the_sandbox(sandbox: LocalSandbox, cache: Path) -> None:
    found = scores(open_problem("burgers", ProblemOptions(samples=2, cache=cache)), sandbox)
    assert {verdict for verdict, _ in found.values()} == {Verdict.OK}
    losses = {name: loss for name, (_, loss) in found.items()}
    assert losses["trivial"] > 0.3
    assert losses["expert"] < 1e-5
    assert losses["expert_jax"] < 1e-5
    for simple in ("simple", "simple_2"):
        assert 10 * losses["expert"] < losses[simple] < losses["trivial"] / 10


def test_advection_rows_in_the_sandbox(sandbox: LocalSandbox, cache: Path) -> None:
    found = scores(open_problem("advection", ProblemOptions(samples=2, cache=cache)), sandbox)
    assert {verdict for verdict, _ in found.values()} == {Verdict.OK}
    losses = {name: loss for name, (_, loss) in found.items()}
    assert losses["expert"] < 1e-12
    assert 1e-6 < losses["simple_2"] < losses["simple"] < 1e-2 < losses["trivial"]


@pytest.mark.parametrize(
    ("name", "solver", "verdict"),
    [
        ("burgers", "simple", Verdict.NON_FINITE),
        ("burgers", "simple_2", Verdict.NON_FINITE),
        ("advection", "simple", Verdict.RUNTIME_ERROR),
        ("advection", "simple_2", Verdict.RUNTIME_ERROR),
    ],
)
def test_simple_programs_fail_by_nature_above_their_bound(
    name: str, solver: str, verdict: Verdict, sandbox: LocalSandbox, cache: Path
) -> None:
    problem = open_problem(name, ProblemOptions(cache=cache))
    program = problem.solvers[solver]
    (knob,) = (knob for knob in read(program) if knob.name == "CFL")
    broken = write(program, {knob.line: knob.scale.at(1.0)})
    score = Evaluator(problem, sandbox).evaluate(broken, "dev")
    assert score.verdict is verdict
    assert problem.feedback(score).startswith(f"verdict: {verdict.value}\n")


@pytest.mark.parametrize("name", ["burgers", "advection"])
def test_simple_programs_declare_knobs(name: str) -> None:
    solvers = open_problem(name).solvers
    for simple in ("simple", "simple_2"):
        assert 3 <= len(read(solvers[simple])) <= 5
    assert not any(read(solvers[row]) for row in ("trivial", "expert"))


def test_opening_a_problem_imports_neither_jax_nor_h5py() -> None:
    script = """
import sys
from solversmith.registry import open_problem, summaries
list(summaries())
for name in ("burgers", "advection"):
    problem = open_problem(name)
    problem.statement, problem.template, problem.harness, problem.solvers, problem.reference
    for split in ("dev", "test"):
        for case in problem.cases(split):
            problem.pack(case), problem.answer(case), problem.limits(case)
print(sorted({"jax", "jaxlib", "h5py", "scipy", "ray", "openai"} & set(sys.modules)))
"""
    out = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"
