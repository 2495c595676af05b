"""What every problem of the catalogue must be: run for each one, without writing a test for it."""

from __future__ import annotations

import ast
import math
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.local import LocalSandbox
from solversmith import registry
from solversmith.contract import DEV, SPLITS, TEST, CaseScore, Problem, ProblemOptions, Score, Verdict
from solversmith.evaluate import Evaluator

NAMES = sorted(registry.catalogue())
OPTIONS = {"samples": 1}
ANYTIME_S = 5.0  # programs that may yield until they are stopped run so long


@pytest.fixture(scope="module")
def cache(references: Path) -> Path:
    return references


@pytest.fixture(scope="module")
def sandbox() -> Iterator[LocalSandbox]:
    with LocalSandbox() as opened:
        yield opened


@pytest.fixture(params=NAMES)
def problem(request: pytest.FixtureRequest, cache: Path) -> Problem:
    opened = registry.open_problem(request.param, ProblemOptions(cache=cache, **OPTIONS))
    if not opened.anytime:
        return opened
    return registry.open_problem(
        request.param, ProblemOptions(cache=cache, time_limit_s=ANYTIME_S, **OPTIONS)
    )


def test_it_is_a_problem(problem: Problem) -> None:
    assert isinstance(problem, Problem)
    assert problem.name in NAMES
    assert problem.entry_point.isidentifier()
    assert math.isfinite(problem.failure_loss)
    assert problem.failure_loss > 0
    assert problem.reference


@pytest.mark.parametrize("name", NAMES)
def test_every_published_value_can_be_opened_and_stands_in_the_statement(name: str) -> None:
    module = registry.find_module(name)
    assert module.SUMMARY.strip()
    for parameter in module.PARAMETERS:
        assert parameter.meaning.strip()
        for value in parameter.values:
            opened = registry.open_problem(f"{name}:{parameter.name}={value}")
            assert opened.parameters[parameter.name] == value
            assert value in opened.statement


def test_the_texts_are_whole(problem: Problem) -> None:
    assert problem.entry_point in problem.statement
    assert "$" not in problem.statement.replace("$$", "")
    for package in problem.packages:
        assert package in problem.statement
    tree = ast.parse(problem.template)
    assert problem.entry_point in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    compile(problem.harness, "harness.py", "exec")


def test_the_harness_imports_none_of_our_packages(problem: Problem) -> None:
    imported = {
        (node.module or "") if isinstance(node, ast.ImportFrom) else alias.name
        for node in ast.walk(ast.parse(problem.harness))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    ours = {"solversmith", "codepde", "frontierco", "problems", "sandbox"}
    assert not {name.split(".")[0] for name in imported} & ours


def test_cases_are_fixed_and_the_splits_are_disjoint(problem: Problem) -> None:
    digests = {split: [case.digest for case in problem.cases(split)] for split in SPLITS}
    for split in SPLITS:
        assert digests[split]
        assert digests[split] == [case.digest for case in problem.cases(split)]
        assert len(set(digests[split])) == len(digests[split])
        assert all(case.split == split for case in problem.cases(split))
    assert not set(digests[DEV]) & set(digests[TEST])


def test_packing_is_deterministic_and_names_nothing(problem: Problem) -> None:
    for split in SPLITS:
        case = problem.cases(split)[0]
        payload = problem.pack(case)
        assert payload == problem.pack(case)
        assert case.digest.encode() not in payload
        assert case.digest not in str(problem.environment(case))
        assert not problem.anytime or problem.limits(case).wall_s == ANYTIME_S
        assert problem.answer(case)


def test_the_human_rows_run_and_better_ones_are_better(problem: Problem, sandbox: LocalSandbox) -> None:
    rows = problem.solvers
    assert {"trivial", "simple", "expert"} <= rows.keys()
    evaluator = Evaluator(problem, sandbox)
    losses = {}
    for name in ("trivial", "simple", "expert"):
        score = evaluator.evaluate(rows[name], DEV)
        assert score.verdict is Verdict.OK, (name, score.cases[0].message)
        assert score.loss is not None
        losses[name] = score.loss
        assert problem.feedback(score).startswith("verdict: ok")
    assert losses["expert"] <= losses["simple"] <= losses["trivial"]
    assert losses["expert"] < losses["trivial"]


@pytest.mark.parametrize("verdict", [verdict for verdict in Verdict if verdict is not Verdict.INTERNAL_ERROR])
def test_feedback_speaks_for_every_verdict_and_is_bounded(problem: Problem, verdict: Verdict) -> None:
    loss = 0.25 if verdict is Verdict.OK else None
    case = CaseScore(problem.cases(DEV)[0].name, verdict, loss, message="Boom: " + "x" * 50_000)
    text = problem.feedback(Score(verdict, loss, (case,)))
    assert text.splitlines()[0] == f"verdict: {verdict}"
    assert len(text) <= 4000


def test_a_program_without_the_entry_point_is_no_code(problem: Problem, sandbox: LocalSandbox) -> None:
    score = Evaluator(problem, sandbox).evaluate("x = 1\n", DEV)
    assert (score.verdict, score.loss) == (Verdict.NO_CODE, None)


def test_a_program_that_returns_nonsense_is_bad_output(problem: Problem, sandbox: LocalSandbox) -> None:
    program = f"def {problem.entry_point}(*args, **kwargs):\n    return 'nonsense'\n"
    assert Evaluator(problem, sandbox).evaluate(program, DEV).verdict is Verdict.BAD_OUTPUT
