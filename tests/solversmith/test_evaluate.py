"""Judging an outcome: who is blamed, what is scored, what is tried again."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any

import pytest
from canned import CannedSandbox, TargetProblem, returned

from sandbox.errors import IsolationUnavailable, SandboxError
from sandbox.spec import EndedBy, Frame, Job, Outcome, Usage
from solversmith.contract import JsonAnswer, Problem, Score, Verdict
from solversmith.errors import MissingPrerequisite, UsageError
from solversmith.evaluate import TRIES, Evaluator
from solversmith.quoting import cleaned
from solversmith.records.codec import sha256
from solversmith.seeds import execution_seed


def evaluate(*outcomes: Outcome | SandboxError, anytime: bool = False) -> tuple[Score, CannedSandbox]:
    sandbox = CannedSandbox(list(outcomes))
    return Evaluator(TargetProblem(anytime=anytime), sandbox).evaluate(
        "def solver(): return 1", "dev"
    ), sandbox


def test_the_target_is_a_problem() -> None:
    assert isinstance(TargetProblem(), Problem)


def test_a_returned_answer_is_scored_on_every_case_in_order() -> None:
    score, sandbox = evaluate(returned(3.0), returned(4.0))
    assert [case.case for case in score.cases] == ["dev-0", "dev-1"]
    assert [job.payload for job in sandbox.jobs] == [b"dev-0", b"dev-1"]
    assert (score.verdict, score.loss, score.failed) == (Verdict.OK, 0.5, 0)
    assert score.cases[0].measured["level"] == "L3"


def test_a_failed_case_counts_with_the_failure_loss() -> None:
    score, _ = evaluate(returned(4.0), Outcome(EndedBy.EXCEPTION, message="ZeroDivisionError: no"))
    assert (score.verdict, score.failed) == (Verdict.RUNTIME_ERROR, 1)
    assert score.loss == pytest.approx((1 + 5) / 2)
    assert "ZeroDivisionError" in score.cases[1].message


def test_no_success_means_no_loss() -> None:
    score, _ = evaluate(Outcome(EndedBy.WALL_LIMIT))
    assert (score.verdict, score.loss) == (Verdict.TIME_LIMIT, None)
    assert "2 s" in score.cases[0].message


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        (
            Outcome(EndedBy.EXITED, exit_code=3, message="the process left with exit code 3", stderr="bye"),
            "the process left before it answered\nexit code 3\nbye",
        ),
        (Outcome(EndedBy.EXITED, exit_code=3), "the process left before it answered\nexit code 3"),
        (Outcome(EndedBy.EXITED, message="SystemExit"), "the process left before it answered\nSystemExit"),
        (Outcome(EndedBy.SIGNAL, exit_code=-11, message="ended by SIGSEGV"), "ended by SIGSEGV"),
        (Outcome(EndedBy.WALL_LIMIT, exit_code=-9), "stopped at the time limit of 2 s"),
        (
            Outcome(EndedBy.NO_ENTRY_POINT, message="no function 'solver'"),
            "the program defines no function 'solver'",
        ),
    ],
)
def test_how_a_program_left_and_what_it_lacks_are_said_once(outcome: Outcome, expected: str) -> None:
    assert evaluate(outcome)[0].cases[0].message == expected


def test_an_anytime_answer_counts_however_the_program_ended() -> None:
    late = Outcome(EndedBy.WALL_LIMIT, returned(3.0).frames)
    assert evaluate(late, anytime=True)[0].verdict is Verdict.OK
    assert evaluate(late, anytime=False)[0].verdict is Verdict.TIME_LIMIT


def test_what_ended_an_anytime_program_early_is_told_though_its_answer_counts() -> None:
    failed = Outcome(EndedBy.EXCEPTION, returned(3.0).frames, message="ValueError: boom")
    case = evaluate(failed, anytime=True)[0].cases[0]
    assert (case.verdict, case.loss) == (Verdict.OK, 0.0)
    assert case.message == "ValueError: boom\nthe last answer before that counts"
    late = Outcome(EndedBy.WALL_LIMIT, returned(3.0).frames)
    assert evaluate(late, anytime=True)[0].cases[0].message == ""


def test_our_fault_is_tried_again_and_not_blamed_on_the_program() -> None:
    score, sandbox = evaluate(Outcome(EndedBy.FAULT), returned(3.0))
    assert (score.verdict, score.loss) == (Verdict.OK, 0.0)
    assert score.cases[0].measured["tries"] == 2
    assert len(sandbox.jobs) == 3
    assert len({job.seed for job in sandbox.jobs[:2]}) == 1  # the same execution, tried again
    assert sandbox.jobs[2].seed != sandbox.jobs[0].seed


def seeds(program: str = "x", split: str = "dev", seed: int = 0, **about: Any) -> list[int]:
    sandbox = CannedSandbox([returned(3.0)])
    score = Evaluator(TargetProblem(), sandbox, seed=seed).evaluate(program, split, **about)
    assert [case.measured["seed"] for case in score.cases] == [job.seed for job in sandbox.jobs]
    return [job.seed for job in sandbox.jobs]


def test_an_execution_draws_by_run_candidate_split_case_and_repeat() -> None:
    drawn = [
        *seeds(),
        *seeds("y"),
        *seeds(split="test"),
        *seeds(seed=1),
        *seeds(candidate="c0000.r0"),
        *seeds(candidate="c0000.r1"),
        *seeds(repeat=1),
    ]
    assert len(set(drawn)) == len(drawn) == 14
    assert (
        seeds()
        == seeds(candidate=sha256("x"))
        == [execution_seed(0, sha256("x"), "dev", f"dev-{k}") for k in (0, 1)]
    )
    assert seeds("y", candidate="c0000.r0") == seeds(candidate="c0000.r0")


def test_what_isolated_an_execution_and_what_it_used_is_recorded() -> None:
    usage = Usage(wall_s=0.5, processes=3, threads=7, busy_slots=2)
    detail = {"start": "warm", "cores": [1, 3], "backend": "b", "packages": {"numpy": "2"}}
    (case, _) = evaluate(replace(returned(3.0), usage=usage, detail=detail))[0].cases
    expected = {
        "level": "L3",
        "start": "warm",
        "cores": [1, 3],
        "processes": 3,
        "threads": 7,
        "busy_slots": 2,
    }
    assert {key: case.measured[key] for key in expected} == expected
    (plain, _) = evaluate(returned(3.0))[0].cases
    assert (plain.measured["start"], plain.measured["cores"]) == ("cold", [])


def test_text_of_a_program_is_cleaned_and_capped_whatever_the_sandbox_did() -> None:
    hostile = "\x1b[2J\x9b31m\u202eevil\u2066\x00\ud800\r" + 100_000 * "x"
    score, _ = evaluate(Outcome(EndedBy.EXCEPTION, message=hostile, stdout=hostile, stderr=hostile))
    case = score.cases[0]
    assert case.message.startswith("evil\nxxx")
    for text, most in (
        (case.message, 4100),
        (case.measured["stdout"], 2000),
        (case.measured["stderr"], 2000),
    ):
        assert len(text) <= most
        assert text == cleaned(text)
    late = replace(returned(3.0), ended_by=EndedBy.EXCEPTION, message=hostile)
    assert "\x1b" not in evaluate(late, anytime=True)[0].cases[0].message


@pytest.mark.parametrize(
    "fault", [Outcome(EndedBy.FAULT), SandboxError("supervisor is gone"), returned(666.0), returned(667.0)]
)
def test_a_fault_that_stays_is_an_internal_error_without_a_loss(fault: Outcome | SandboxError) -> None:
    score, sandbox = evaluate(fault)
    assert (score.verdict, score.loss) == (Verdict.INTERNAL_ERROR, None)
    assert len(sandbox.jobs) == 2 * TRIES


def test_missing_isolation_is_no_verdict() -> None:
    with pytest.raises(MissingPrerequisite, match="no namespaces"):
        evaluate(IsolationUnavailable("no namespaces here"))


def test_an_empty_program_is_no_code_and_never_runs() -> None:
    sandbox = CannedSandbox([returned(3.0)])
    score = Evaluator(TargetProblem(), sandbox).evaluate(" \n", "dev")
    assert (score.verdict, sandbox.jobs) == (Verdict.NO_CODE, [])


NUMBERS = JsonAnswer(1000, schema={"type": "array", "items": {"type": "number"}, "minItems": 1})


def wrote(*texts: bytes) -> Outcome:
    frames = tuple(Frame(0.1 * seq, seq, len(text), {"x": text}) for seq, text in enumerate(texts))
    return Outcome(EndedBy.RETURNED, frames, usage=Usage(wall_s=0.5), level="L3")


def test_a_json_answer_is_scored_as_a_value() -> None:
    problem = TargetProblem(declared={"x": NUMBERS})
    score = Evaluator(problem, CannedSandbox([wrote(b"[4, 1e3]")])).evaluate("pass", "dev")
    assert (score.verdict, score.loss) == (Verdict.OK, 1.0)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (b"[3, NaN]", "answer.x is no strict JSON: position 4: a value expected, found 'NaN]'"),
        (b'[3, "x"]', "answer.x[1]: 'x' is not of type 'number'"),
        (b"[]", "answer.x: [] should be non-empty"),
        (b"[" * 1000, "nested more than 64 deep"),
    ],
)
@pytest.mark.parametrize("anytime", [False, True])
def test_a_json_answer_that_is_none_is_bad_output_where_it_is(text: bytes, says: str, anytime: bool) -> None:
    problem = TargetProblem(declared={"x": NUMBERS}, anytime=anytime)
    sandbox = CannedSandbox([wrote(b"[3]", text)])
    case = Evaluator(problem, sandbox).evaluate("pass", "dev").cases[0]
    assert (case.verdict, case.loss) == (Verdict.BAD_OUTPUT, None)
    assert says in case.message
    assert case.measured["level"] == "L3"
    assert len(sandbox.jobs) == 2  # one for each case: it is not tried again


def test_a_schema_that_is_none_ends_the_command_before_a_program_runs() -> None:
    problem = TargetProblem(declared={"x": JsonAnswer(10, schema={"type": "arrow"})})
    sandbox = CannedSandbox([returned(3.0)])
    with pytest.raises(UsageError, match="arrow"):
        Evaluator(problem, sandbox).evaluate("pass", "dev")
    assert sandbox.jobs == []


class Meeting(CannedSandbox):
    """A sandbox in which an execution waits for another one to run beside it."""

    def __init__(self, together: int) -> None:
        super().__init__([])
        self._barrier = threading.Barrier(together, timeout=30)

    def run(self, job: Job) -> Outcome:
        self._barrier.wait()
        return returned(3.0 if job.payload == b"dev-0" else 4.0)


def test_several_workers_run_cases_at_once_and_keep_their_order() -> None:
    seen: list[str] = []
    evaluator = Evaluator(TargetProblem(), Meeting(2), workers=2, observe=lambda case: seen.append(case.case))
    score = evaluator.evaluate("def solver(): return 1", "dev")
    assert [(case.case, case.loss) for case in score.cases] == [("dev-0", 0.0), ("dev-1", 1.0)]
    assert sorted(seen) == ["dev-0", "dev-1"]


def test_a_failed_case_belongs_to_its_part_and_tells_its_limit() -> None:
    sandbox = CannedSandbox([Outcome(EndedBy.SIGNAL, (), usage=Usage(), level="L3")])
    problem = TargetProblem()
    cases = [replace(case, part="hard") for case in problem.cases("dev")]
    (first, _) = Evaluator(problem, sandbox).evaluate("pass", "dev", cases).cases
    assert (first.verdict, first.metrics["part"]) == (Verdict.CRASH, "hard")
    assert first.measured["limit_s"] == problem.limits(cases[0]).wall_s
