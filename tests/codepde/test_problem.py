"""A family as a problem."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from codepde.problem import PdeProblem
from codepde.published.catalogue import BURGERS
from solversmith.contract.folder import ProblemFolder
from solversmith.contract.problem import Answer, Problem, ProblemOptions, Solution
from solversmith.errors import UsageError
from solversmith.records.verdict import Verdict


@pytest.fixture
def folder(tmp_path: Path) -> ProblemFolder:
    (tmp_path / "solvers").mkdir()
    (tmp_path / "statement.md").write_text(
        "k = $k (label $k_label), $dev_samples and $test_samples samples, $wall_s s, $packages"
    )
    (tmp_path / "template.py").write_text("def solver(): ...")
    (tmp_path / "solvers" / "trivial.py").write_text("...")
    return ProblemFolder(tmp_path)


def problem(toy: ModuleType, folder: ProblemFolder, **options: object) -> PdeProblem:
    return PdeProblem(toy.family(k=0.5), {"k": "half"}, folder, ProblemOptions(**options))  # type: ignore[arg-type]


def test_it_is_a_problem_with_one_case_per_split(toy: ModuleType, folder: ProblemFolder) -> None:
    opened: Problem = problem(toy, folder)
    assert isinstance(opened, Problem)
    sizes = {}
    for split in ("dev", "test"):
        (case,) = opened.cases(split)
        (again,) = opened.cases(split)
        assert case == again
        sizes[split] = opened.answer(case)["trajectory"].shape
        assert opened.answer(case)["trajectory"].dtype == "<f8"
    assert sizes == {"dev": (8, 5, 16), "test": (32, 5, 16)}
    assert opened.cases("dev")[0].digest != opened.cases("test")[0].digest
    assert opened.cases("dev")[0].name == "k=half/dev"


def test_the_statement_has_the_label_and_the_value(toy: ModuleType, folder: ProblemFolder) -> None:
    text = problem(toy, folder, samples=3, time_limit_s=7).statement
    assert text == "k = 0.5 (label half), 3 and 3 samples, 7 s, numpy, scipy, networkx, jax"


def test_defaults_and_options_of_limits(toy: ModuleType, folder: ProblemFolder) -> None:
    opened = problem(toy, folder)
    limits = opened.limits(opened.cases("dev")[0])
    assert (limits.wall_s, limits.threads, limits.memory_bytes) == (60, 2, 4 << 30)
    opened = problem(toy, folder, time_limit_s=5.5, threads=1, memory_bytes=1 << 30, samples=3)
    limits = opened.limits(opened.cases("dev")[0])
    assert (limits.wall_s, limits.threads, limits.memory_bytes) == (5.5, 1, 1 << 30)
    assert [len(opened.cases(split)[0].data) for split in ("dev", "test")] == [3, 3]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"data": Path("folder")}, "reads a data folder for --cases published only"),
        ({"cases": "E1*"}, "one case per split"),
        ({"samples": 0}, "samples"),
        ({"time_limit_s": -1.0}, "time limit"),
        ({"time_limit_s": float("nan")}, "time limit"),
        ({"threads": 0}, "threads"),
        ({"preset": "mine"}, "no preset 'mine'"),
        ({"memory_bytes": 0}, "memory"),
    ],
)
def test_options_that_make_no_sense_are_refused(
    toy: ModuleType, folder: ProblemFolder, options: dict[str, object], message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        problem(toy, folder, **options)


def test_published_limits_are_those_of_the_family_and_are_told(
    toy: ModuleType, folder: ProblemFolder
) -> None:
    with pytest.raises(UsageError, match="toy has no published evaluation: leave out --preset published"):
        problem(toy, folder, preset="published")
    options = ProblemOptions(preset="published")
    family = replace(toy.family(), published=BURGERS)
    opened = PdeProblem(family, {"k": "half"}, folder, options)
    assert opened.limits(opened.cases("dev")[0]).wall_s == 1200.0
    assert "1200 s" in opened.statement
    longer = replace(family, published_wall_s=2400.0)
    other = PdeProblem(longer, {"k": "half"}, folder, options)
    assert other.limits(other.cases("test")[0]).wall_s == 2400.0
    shorter = PdeProblem(family, {"k": "half"}, folder, replace(options, time_limit_s=3.0))
    assert shorter.limits(shorter.cases("dev")[0]).wall_s == 3.0


def test_an_unknown_split_is_refused(toy: ModuleType, folder: ProblemFolder) -> None:
    with pytest.raises(UsageError, match="dev and test"):
        problem(toy, folder).cases("train")


def test_a_family_has_its_own_defaults_and_every_output_is_declared(
    toy: ModuleType, folder: ProblemFolder
) -> None:
    opened = PdeProblem(toy.pair(), {}, folder)
    sizes = [len(opened.cases(split)[0].data) for split in ("dev", "test")]
    case = opened.cases("dev")[0]
    assert (sizes, opened.limits(case).wall_s, opened.reference["estimate"]) == ([4, 12], 120.0, 1e-8)
    assert {name: spec.shape for name, spec in opened.answer(case).items()} == {
        "u": (4, 5, 6, 6),
        "v": (4, 5, 6, 6),
    }


def test_statements_may_say_where_a_grid_lies(toy: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "statement.md").write_text(
        "$num_points on ($lower, $upper)^$dimension, $extent, $final_time, $frames"
    )
    assert PdeProblem(toy.pair(), {}, ProblemFolder(tmp_path)).statement == "6 on (-1, 1)^2, 2, 1, 5"


def test_it_scores_and_keeps_references(toy: ModuleType, folder: ProblemFolder, tmp_path: Path) -> None:
    told: list[str] = []
    opened = problem(toy, folder, samples=3, cache=tmp_path / "cache", progress=told.append)
    (case,) = opened.cases("dev")
    exact = case.data.inputs["u0_batch"][:, None, :] * np.exp(-0.5 * toy.GRID.times)[None, :, None]
    for trajectory, expected in (
        (exact, 0.0),
        (np.concatenate([exact[:, :1], 0 * exact[:, 1:]], axis=1), None),
    ):
        solution = Solution(0.1, {"trajectory": trajectory})
        score = opened.score(case, Answer((solution,), 0.1, 60.0, "returned"))
        assert score.verdict is Verdict.OK
        assert score.case == case.name
        assert score.loss == expected if expected is not None else score.loss
    assert len(list((tmp_path / "cache").rglob("*.h5"))) == 3
    assert told[0].startswith("toy: solving 3 of 3")


def test_what_scores_are_measured_against_is_told_without_solving(
    toy: ModuleType, folder: ProblemFolder
) -> None:
    reference = problem(toy, folder).reference
    assert (reference["kind"], reference["version"], reference["estimate"]) == ("exact", "toy/1", 1e-6)
