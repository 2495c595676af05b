"""`kdv`, `ks` and `ns2d` as the catalogue has them."""

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
from solversmith.contract.problem import ProblemOptions
from solversmith.evaluate import Evaluator
from solversmith.models.offline_writer.knobs import read, write
from solversmith.records.verdict import Verdict
from solversmith.registry import open_problem

NAMES = ("kdv", "ks", "ns2d")
SETTINGS = {
    "kdv": ((2, 256), 10.0, 101),
    "ks": ((2, 256), 50.0, 51),
    "ns2d": ((2, 64, 64), 50.0, 51),
    "ns2d:nu=0.001": ((2, 64, 64), 50.0, 51),
    "ns2d:nu=0.0001": ((2, 64, 64), 30.0, 31),
    "ns2d:nu=0.00001": ((2, 64, 64), 20.0, 21),
}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[LocalSandbox]:
    with LocalSandbox() as box:
        yield box


@pytest.fixture(scope="module")
def cache(references: Path) -> Path:
    return references


@pytest.mark.parametrize("setting", SETTINGS)
def test_every_setting_passes_what_its_statement_says(setting: str) -> None:
    shape, final_time, frames = SETTINGS[setting]
    problem = open_problem(setting, ProblemOptions(samples=2))
    (case,) = problem.cases("dev")
    (states, times, *coefficients), _ = arguments(problem.pack(case))
    assert states.shape == shape
    assert (times[0], times[-1], len(times)) == (0.0, final_time, frames)
    assert times[1] == pytest.approx(0.1 if setting == "kdv" else 1.0)
    assert coefficients == ([float(problem.parameters["nu"])] if "nu" in problem.parameters else [])
    assert problem.answer(case)["trajectory"].shape == (2, frames, *shape[1:])
    assert f"{frames} equally spaced times from 0 to {final_time:g}" in problem.statement


def test_sizes_and_limits_are_those_of_one_and_two_dimensions() -> None:
    for name, samples, wall_s in (("kdv", (8, 32), 60), ("ks", (8, 32), 60), ("ns2d", (4, 12), 120)):
        problem = open_problem(name)
        cases = [problem.cases(split)[0] for split in ("dev", "test")]
        assert tuple(len(case.data) for case in cases) == samples
        assert problem.limits(cases[0]).wall_s == wall_s


@pytest.mark.parametrize("name", NAMES)
def test_statements_say_what_programs_must_know_and_no_method(name: str) -> None:
    text = open_problem(name).statement
    for part in (
        "point values at the cell centres",
        "trigonometric interpolant with period",
        "float64",
        "the initial state itself first",
        "on 2 CPU threads",
        "JAX starts in 32-bit mode",
        "no GPU",
        "def solver(",
    ):
        assert part in text
    for hint in (
        "finite",
        "Fourier",
        "FFT",
        "spectral",
        "Runge",
        "upwind",
        "dealias",
        "CFL",
        "stiff",
        "implicit",
    ):
        assert hint.lower() not in text.lower().replace("real and finite everywhere", "")


@pytest.mark.parametrize("name", NAMES)
def test_rows_in_the_sandbox(name: str, sandbox: LocalSandbox, cache: Path) -> None:
    problem = open_problem(name, ProblemOptions(samples=1, cache=cache))
    losses = {}
    for row, program in problem.solvers.items():
        score = Evaluator(problem, sandbox).evaluate(program, "dev")
        assert score.verdict is Verdict.OK, (row, score.cases[0].message)
        losses[row] = math.inf if score.loss is None else score.loss
    assert losses["trivial"] > 0.9
    assert losses["expert"] < 2e-6
    assert 1e-3 < losses["simple"] < losses["trivial"] / 2


@pytest.mark.parametrize(("name", "knob"), [("kdv", "STEP"), ("ks", "STEP"), ("ns2d", "CFL")])
def test_simple_programs_fail_by_nature_above_their_bound(
    name: str, knob: str, sandbox: LocalSandbox, cache: Path
) -> None:
    problem = open_problem(name, ProblemOptions(samples=1, cache=cache))
    program = problem.solvers["simple"]
    (found,) = (each for each in read(program) if each.name == knob)
    broken = write(program, {found.line: found.scale.at(1.0)})
    score = Evaluator(problem, sandbox).evaluate(broken, "dev")
    assert score.verdict is Verdict.NON_FINITE


def test_the_expert_of_ns2d_puts_the_forcing_where_it_is(tmp_path: Path) -> None:
    """From rest, on the fewest modes that it ever takes: a forced shear in closed form."""
    program = open_problem("ns2d").solvers["expert"].replace("WORK = 4 * 192**3", "WORK = 1")
    call = "solver(np.zeros((1, 64, 64)), np.array([0.0, 1.0, 2.0]), 1e-3)"
    (tmp_path / "expert.py").write_text(f"{program}\nnp.save('found.npy', {call})\n", encoding="utf-8")
    # In a process of its own, because it switches JAX to 64 bits.
    subprocess.run([sys.executable, "expert.py"], cwd=tmp_path, check=True)
    found = np.load(tmp_path / "found.npy")
    x = (np.arange(64) + 0.5) / 64
    angle, rate = 2 * np.pi * np.add.outer(x, x), 8 * np.pi**2 * 1e-3
    exact = (1 - np.exp(-rate * 2.0)) / rate * 0.1 * (np.sin(angle) + np.cos(angle))
    assert found[0, 2] == pytest.approx(exact, abs=1e-10)
