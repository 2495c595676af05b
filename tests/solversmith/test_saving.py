"""Evaluations that are not made: kept scores, cut cases; and those that are made again: repeats."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from canned import CannedSandbox, TargetProblem, returned

from sandbox.spec import EndedBy, Outcome, Usage
from solversmith import cascade
from solversmith.contract import Case, CaseScore, Verdict
from solversmith.evaluate import Evaluator
from solversmith.records.score import averaged, combine
from solversmith.reuse import REUSED, Reuse, sources_digest
from solversmith.rounds import SAVED, details_text, sums

PROGRAM = "def solver(): return 1"


def ok(case: str, loss: float | None, **measured: float) -> CaseScore:
    return CaseScore(case, Verdict.OK, loss, measured=measured)


def evaluator(tmp_path: Path, *outcomes: Outcome, anytime: bool = False, **changes: object) -> Evaluator:
    reuse = Reuse(tmp_path, "all the same")
    plain = Evaluator(TargetProblem(anytime=anytime), CannedSandbox(list(outcomes)), reuse=reuse)
    return replace(plain, **changes)  # type: ignore[arg-type]


def executions(one: Evaluator) -> int:
    assert isinstance(one.sandbox, CannedSandbox)
    return len(one.sandbox.jobs)


def test_an_equal_program_is_not_run_again_and_its_score_is_marked(tmp_path: Path) -> None:
    usage = Usage(wall_s=0.5, cpu_s=0.25)
    first = evaluator(tmp_path, replace(returned(4.0), usage=usage))
    one, other = (first.evaluate(PROGRAM, "dev", candidate=name) for name in ("c0000.r0", "c0001.r0"))
    assert executions(first) == 2
    assert details_text(one) == details_text(other)
    assert [REUSED in score.cases[0].measured for score in (one, other)] == [False, True]
    assert (sums(one)["cpu_s"], sums(other)["cpu_s"], sums(other)[SAVED]) == (0.5, 0.0, 0.5)
    assert sums(other)["wall_s"] == sums(one)["wall_s"]


@pytest.mark.parametrize(
    "changes",
    [
        {"seed": 1},
        {"reuse": Reuse(Path("/nowhere"), "another machine")},
        {"one_sample": True},
        {"problem": TargetProblem(anytime=True)},
        {"problem": TargetProblem(), "answers": True},
    ],
)
def test_nothing_is_reused_where_anything_differs(tmp_path: Path, changes: dict[str, object]) -> None:
    evaluator(tmp_path, returned(4.0)).evaluate(PROGRAM, "dev")
    again = evaluator(tmp_path, returned(4.0), **changes)
    if (reuse := changes.get("reuse")) is not None:
        again = replace(again, reuse=replace(reuse, folder=tmp_path))  # type: ignore[type-var]
    again.evaluate(PROGRAM, "dev")
    assert executions(again) == 2


def test_on_test_and_for_another_program_or_repeat_everything_is_run(tmp_path: Path) -> None:
    evaluator(tmp_path, returned(4.0)).evaluate(PROGRAM, "dev")
    again = evaluator(tmp_path, returned(4.0))
    again.evaluate(PROGRAM, "test")
    again.evaluate(PROGRAM + "\n", "dev")
    again.evaluate(PROGRAM, "dev", repeat=1)
    assert executions(again) == 6


def test_timed_scores_are_reused_only_where_that_is_asked_for(tmp_path: Path) -> None:
    one = evaluator(tmp_path, returned(4.0), anytime=True, reuse=Reuse(tmp_path, "x", timed=True))
    one.evaluate(PROGRAM, "dev")
    one.evaluate(PROGRAM, "dev")
    assert executions(one) == 2


def test_what_a_limit_ended_is_not_kept(tmp_path: Path) -> None:
    one = evaluator(tmp_path, Outcome(EndedBy.WALL_LIMIT, (), usage=Usage(wall_s=2.0)))
    assert one.evaluate(PROGRAM, "dev").verdict is Verdict.TIME_LIMIT
    one.evaluate(PROGRAM, "dev")
    assert executions(one) == 4


def test_a_damaged_entry_counts_as_none(tmp_path: Path) -> None:
    evaluator(tmp_path, returned(4.0)).evaluate(PROGRAM, "dev")
    for file in tmp_path.rglob("*.json"):
        file.write_text(file.read_text().replace('"ok"', '"perfect"'))
    again = evaluator(tmp_path, returned(4.0))
    again.evaluate(PROGRAM, "dev")
    assert executions(again) == 2
    assert len(sources_digest()) == 16


def test_repeats_are_averaged_and_draw_apart() -> None:
    values = [returned(value) for value in (4.0, 6.0, 5.0)]
    sandbox = CannedSandbox([*values, *values])
    score = Evaluator(TargetProblem(), sandbox, repeats=3).evaluate(PROGRAM, "dev")
    assert score.loss == 2.0
    assert score.cases[0].metrics["repeats"] == [1.0, 3.0, 2.0]
    assert len({job.seed for job in sandbox.jobs}) == 6


def test_one_failed_repeat_fails_the_case() -> None:
    failed = CaseScore("a", Verdict.RUNTIME_ERROR, message="it broke")
    found = averaged([ok("a", 1.0, cpu_s=1.0), failed, ok("a", 2.0, cpu_s=2.0)])
    assert (found.verdict, found.loss, found.message) == (Verdict.RUNTIME_ERROR, None, "it broke")
    assert found.measured["cpu_s"] == 3.0
    assert averaged([failed]) is failed


CASES = [Case(name, "dev", name) for name in ("large", "small", "middle")]
SIZES = {"large": 3, "small": 1, "middle": 2}


def cascaded(losses: dict[str, float | None], cutoff: tuple[int, float]) -> tuple[list[str], list[CaseScore]]:
    run: list[str] = []

    def scored(case: Case) -> CaseScore:
        run.append(case.name)
        loss = losses[case.name]
        return ok(case.name, loss) if loss is not None else CaseScore(case.name, Verdict.CRASH)

    return run, cascade.run(CASES, lambda case: SIZES[case.name], scored, cutoff, 1.0)


def test_the_smallest_case_comes_first_and_what_can_not_be_among_the_best_is_cut() -> None:
    run, found = cascaded({"small": 0.9, "middle": 0.2, "large": 0.0}, (0, 0.25))
    assert run == ["small"]
    assert [(score.case, score.verdict) for score in found] == [
        ("large", Verdict.CUT),
        ("small", Verdict.OK),
        ("middle", Verdict.CUT),
    ]
    score = combine(found, 1.0)
    assert (score.verdict, score.loss, score.failed) == (Verdict.CUT, None, 2)


@pytest.mark.parametrize(
    ("losses", "cutoff", "run"),
    [
        ([0.9, 0.0, 0.0], (0, 0.3), 3),  # exactly at the cutoff
        ([None, 0.0, 0.0], (0, 0.9), 1),  # a failure, and the best have none
        ([None, 0.0, 0.0], (1, 0.5), 3),  # a failure, as among the best
        ([None, 0.9, 0.0], (1, 0.5), 2),
    ],
)
def test_where_it_stops(losses: Sequence[float | None], cutoff: tuple[int, float], run: int) -> None:
    done, _ = cascaded(dict(zip(("small", "middle", "large"), losses, strict=True)), cutoff)
    assert len(done) == run


def test_a_fault_of_ours_cuts_nothing() -> None:
    assert not cascade.is_beyond([CaseScore("a", Verdict.INTERNAL_ERROR)], 3, (0, 0.0), 1.0)
    assert not cascade.is_beyond([], 3, (0, 0.0), 1.0)


def test_an_evaluator_cuts_only_with_a_cutoff_and_several_cases() -> None:
    sandbox = CannedSandbox([returned(9.0)])
    one = Evaluator(TargetProblem(), sandbox)
    assert one.evaluate(PROGRAM, "dev", cutoff=(0, 1.0)).verdict is Verdict.CUT
    assert len(sandbox.jobs) == 1
    assert one.evaluate(PROGRAM, "dev").verdict is Verdict.OK


def test_metrics_come_back_in_the_order_in_which_they_were_kept(tmp_path: Path) -> None:
    reuse = Reuse(tmp_path, "all the same")
    bands = {"low": 0.5, "mid": 0.25, "high": 0.125}
    reuse.put("ab" * 32, CaseScore("case", Verdict.OK, 0.5, metrics={"worst": 1.0, "bands": bands}))
    found = reuse.get("ab" * 32)
    assert found is not None
    assert list(found.metrics) == ["worst", "bands"]
    assert list(found.metrics["bands"]) == ["low", "mid", "high"]
