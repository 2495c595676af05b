"""The problems on a square as the catalogue has them."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from codepde.batch import draw_batch
from codepde.harness import arguments
from codepde.problem import PdeProblem
from codepde.references.reference import Reference
from codepde.scoring import score_fields
from sandbox.local import LocalSandbox
from solversmith.contract.problem import Problem, ProblemOptions
from solversmith.evaluate import Evaluator
from solversmith.models.offline_writer.knobs import read
from solversmith.records.verdict import Verdict
from solversmith.registry import open_problem

NAMES = ("allen_cahn2d", "darcy", "poisson2d", "wave2d")
SHAPES = {
    "allen_cahn2d": ((64, 64), {"trajectory": (21, 64, 64)}),
    "darcy": ((421, 421), {"u": (421, 421)}),
    "poisson2d": ((129, 129), {"u": (129, 129)}),
    "wave2d": ((64, 64), {"u": (21, 64, 64), "v": (21, 64, 64)}),
}
SIGNATURES = {
    "allen_cahn2d": "def solver(u0_batch, t_coordinate, eps):",
    "darcy": "def solver(a):",
    "poisson2d": "def solver(f, g, mask):",
    "wave2d": "def solver(u0, v0, c, t_coordinate):",
}
# What the rows of one sample must reach: trivial at least, simple and expert at most.
ROWS = {
    "allen_cahn2d": (0.4, 2e-2, 5e-6),
    "darcy": (0.1, 6e-2, 4e-5),
    "poisson2d": (0.4, 1e-2, 2e-6),
    "wave2d": (0.3, 5e-2, 1e-4),
}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[LocalSandbox]:
    with LocalSandbox() as box:
        yield box


@pytest.fixture(scope="module")
def cache(references: Path) -> Path:
    return references


def family_of(problem: Problem) -> PdeProblem:
    assert isinstance(problem, PdeProblem)
    return problem


@pytest.mark.parametrize("name", NAMES)
def test_programs_get_and_return_what_the_statement_says(name: str) -> None:
    problem = open_problem(name, ProblemOptions(samples=2))
    (case,) = problem.cases("dev")
    given, _ = arguments(problem.pack(case))
    space, fields = SHAPES[name]
    inputs = family_of(problem).family.inputs
    assert [array.shape for array in given[: len(inputs)]] == [(2, *space)] * len(inputs)
    assert {key: spec.shape for key, spec in problem.answer(case).items()} == {
        key: (2, *shape) for key, shape in fields.items()
    }
    assert SIGNATURES[name] in problem.statement
    if "t_coordinate" in SIGNATURES[name]:
        assert np.array_equal(given[len(inputs)], family_of(problem).family.grid.times)


@pytest.mark.parametrize("name", NAMES)
def test_defaults_are_those_of_two_dimensions(name: str) -> None:
    problem = open_problem(name)
    sizes = {split: len(problem.cases(split)[0].data) for split in ("dev", "test")}
    assert sizes == {"dev": 4, "test": 12}
    limits = problem.limits(problem.cases("dev")[0])
    assert (limits.wall_s, limits.threads) == (120.0, 2)


@pytest.mark.parametrize("eps", ["0.05", "0.02", "0.1"])
def test_the_parameter_is_passed_as_it_is_named(eps: str) -> None:
    problem = open_problem(f"allen_cahn2d:eps={eps}", ProblemOptions(samples=1))
    given, _ = arguments(problem.pack(problem.cases("dev")[0]))
    assert given[2] == float(eps)
    assert f"ε = {eps}" in problem.statement


@pytest.mark.parametrize("name", NAMES)
def test_statements_give_no_method_away(name: str) -> None:
    text = open_problem(name).statement.lower()
    for hint in (
        *("finite", "difference", "volume", "element", "fourier", "fft", "spectral", "multigrid"),
        *("conjugate", "harmonic", "strang", "runge", "leapfrog", "verlet", "explicit", "implicit"),
        *("richardson", "sparse"),
    ):
        # "finite" is what answers must be.
        assert hint not in text.replace("be finite", "").replace("real and finite", "")
    for part in ("float64", "numpy, scipy, networkx, jax", "jax starts in 32-bit mode", "no gpu", "counts 1"):
        assert part in text


@pytest.mark.parametrize("name", NAMES)
def test_simple_programs_declare_knobs(name: str) -> None:
    solvers = open_problem(name).solvers
    assert {"trivial", "simple", "expert"} <= solvers.keys()
    for row, program in solvers.items():
        assert (2 < len(read(program)) < 6) == row.startswith("simple")


@pytest.mark.parametrize(
    "name", [name if name != "darcy" else pytest.param(name, marks=pytest.mark.slow) for name in NAMES]
)
def test_rows_in_the_sandbox(name: str, sandbox: LocalSandbox, cache: Path) -> None:
    problem = open_problem(name, ProblemOptions(samples=1, cache=cache))
    evaluator = Evaluator(problem, sandbox)
    losses = {}
    for row, program in problem.solvers.items():
        score = evaluator.evaluate(program, "dev")
        assert score.verdict is Verdict.OK, (row, score.cases[0].message)
        losses[row] = math.inf if score.loss is None else score.loss
    least, simple, expert = ROWS[name]
    assert least < losses["trivial"] < 1.0
    assert all(10 * losses["expert"] < losses[row] < simple for row in losses if row.startswith("simple"))
    assert losses["expert"] < expert


@pytest.mark.parametrize(("place", "verdict"), [((100, 20), Verdict.OK), ((20, 20), Verdict.NON_FINITE)])
def test_answers_of_poisson_are_ignored_outside_the_domain(place: tuple[int, int], verdict: Verdict) -> None:
    family = family_of(open_problem("poisson2d")).family
    batch = draw_batch(family, "dev", 2)
    references: list[Reference] = [
        found for _, found in sorted(family.solve(batch.inputs, family.grid, {}), key=lambda pair: pair[0])
    ]
    u = np.stack([found.fields["u"] for found in references])
    u[1][place] = np.nan
    score = score_fields("case", {"u": u}, family, batch, references)
    assert score.verdict is verdict
    if verdict is Verdict.OK:
        assert score.loss == 0.0
        u[1, 100:120, 5:60] = 1e300
        assert score_fields("case", {"u": u}, family, batch, references).loss == 0.0
    u[1] = np.where(batch.inputs["mask"][1] == 2.0, 1e3, references[1].fields["u"])
    wrong = score_fields("case", {"u": u}, family, batch, references)
    assert wrong.loss is not None
    assert wrong.loss > 1.0
