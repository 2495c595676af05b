"""Second calls, parts, ladders and signals: what is run, and what becomes of it."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from sandbox.errors import IsolationUnavailable, SandboxError
from sandbox.spec import ArraySpec, EndedBy, Frame, Job, Limits, Outcome, Usage
from solversmith.beside import calls, demand, with_signals
from solversmith.contract import Answer, Case, CaseScore, Score, Verdict
from solversmith.contract.beside import Probed
from solversmith.errors import MissingPrerequisite, UsageError
from solversmith.evaluate import TRIES, Evaluator
from solversmith.records.score import combine


@dataclass(frozen=True)
class Plain:
    """Answer a number; the loss is its size."""

    name: str = "plain"
    parameters: Mapping[str, str] = field(default_factory=dict)
    statement: str = ""
    template: str = ""
    entry_point: str = "solver"
    anytime: bool = False
    packages: tuple[str, ...] = ()
    harness: str = ""
    failure_loss: float = 5.0
    solvers: Mapping[str, str] = field(default_factory=dict)
    reference: Mapping[str, Any] = field(default_factory=dict)

    def cases(self, split: str) -> Sequence[Case]:
        return [Case(split, split, split)]

    def limits(self, case: Case) -> Limits:
        return Limits(wall_s=2.0, threads=3)

    def environment(self, case: Case) -> Mapping[str, str]:
        return {}

    def pack(self, case: Case) -> bytes:
        return case.name.encode()

    def answer(self, case: Case) -> Mapping[str, ArraySpec]:
        return {"x": ArraySpec("<f8", (1,))}

    def score(self, case: Case, answer: Answer) -> CaseScore:
        return CaseScore(case.name, Verdict.OK, abs(float(answer.last["x"][0])), {"error_floor": 1e-9})

    def feedback(self, score: Score) -> str:
        return ""


@dataclass(frozen=True)
class Whole(Plain):
    """The same with every further door; the reference must not be asked for signals."""

    def ladder(self, split: str) -> Sequence[Case]:
        return [Case(f"{split}/{points}", split, "") for points in (1, 2)]

    def order(self, scores: Sequence[CaseScore]) -> Mapping[str, Any]:
        return {"order": len(scores), "losses": [score.loss for score in scores]}

    def again(self, case: Case) -> Case:
        return replace(case, name=f"{case.name}/again")

    def part(self, case: Case) -> tuple[Case, int]:
        return replace(case, name=f"{case.name}/one"), 8

    def probes(self, case: Case, answer: Answer) -> Mapping[str, Case]:
        return {name: replace(case, name=f"{case.name}/{name}") for name in ("half", "shift")}

    def judge(self, case: Case, answer: Answer, probed: Mapping[str, Probed]) -> CaseScore:
        told = {
            name: str(found.verdict) if found.answer is None else float(found.answer.last["x"][0])
            for name, found in probed.items()
        }
        return CaseScore(case.name, Verdict.OK, 0.25, {"signals": told})


@dataclass
class Canned:
    """Answers by the payload; every job is kept."""

    by_payload: Mapping[bytes, Any]
    jobs: list[Job] = field(default_factory=list)
    level: str = "L3"

    def run(self, job: Job) -> Outcome:
        self.jobs.append(job)
        found = self.by_payload[bytes(job.payload)]
        if isinstance(found, SandboxError):
            raise found
        return found if isinstance(found, Outcome) else returned(found)

    def describe(self) -> Mapping[str, Any]:
        return {}

    def close(self) -> None:
        """Nothing to close."""


def returned(*values: float) -> Outcome:
    frames = tuple(Frame(1.0 + k, k, 8, {"x": struct.pack("<d", value)}) for k, value in enumerate(values))
    again_s = 1.25 if len(values) > 1 else 0.0
    usage = Usage(wall_s=float(len(values)), cpu_s=0.5, again_s=again_s)
    return Outcome(EndedBy.RETURNED, frames, usage=usage)


def evaluate(found: Mapping[bytes, Any], **asked: bool) -> tuple[CaseScore, Canned]:
    sandbox = Canned(found)
    score = Evaluator(Whole(), sandbox, **asked).evaluate("program", "dev")
    return score.cases[0], sandbox


TOO_SLOW = Outcome(EndedBy.WALL_LIMIT, usage=Usage(wall_s=2.0))


class TestTwoCalls:
    def test_each_is_scored_by_itself(self) -> None:
        case, sandbox = evaluate({b"dev": returned(0.5, 0.75)}, warm=True)
        (job,) = sandbox.jobs
        assert job.again == b"dev/again"
        assert (case.loss, case.metrics["warm"]["loss"]) == (0.5, 0.75)
        assert (case.measured["wall_s"], case.measured["time_s"]) == (1.0, 1.0)
        assert case.measured["time_warm_s"] == 0.75
        assert case.measured["threads_given"] == 3

    def test_a_second_call_that_fails_leaves_the_first_as_it_is(self) -> None:
        late = replace(returned(0.5), ended_by=EndedBy.WALL_LIMIT, usage=Usage(wall_s=3.25, again_s=1.25))
        case, _ = evaluate({b"dev": late}, warm=True)
        assert (case.verdict, case.loss) == (Verdict.OK, 0.5)
        assert case.metrics["warm"]["verdict"] == Verdict.TIME_LIMIT
        assert case.measured["time_warm_s"] is None

    def test_a_first_call_that_fails_is_the_end(self) -> None:
        case, _ = evaluate({b"dev": Outcome(EndedBy.EXCEPTION, message="no")}, warm=True)
        assert case.verdict is Verdict.RUNTIME_ERROR
        assert "warm" not in case.metrics

    def test_a_fault_of_ours_is_one_of_the_whole(self) -> None:
        case, sandbox = evaluate({b"dev": replace(returned(0.5), ended_by=EndedBy.FAULT)}, warm=True)
        assert case.verdict is Verdict.INTERNAL_ERROR
        assert len(sandbox.jobs) == TRIES

    def test_one_frame_is_one_call(self) -> None:
        first, second = calls(Outcome(EndedBy.EXITED))
        assert (first.ended_by, second) == (EndedBy.EXITED, None)
        first, second = calls(replace(returned(0.5), ended_by=EndedBy.EXITED))
        assert (first.ended_by, second and second.ended_by) == (EndedBy.RETURNED, EndedBy.EXITED)


class TestParts:
    def test_one_sample_tells_how_slow_a_program_is(self) -> None:
        case, sandbox = evaluate({b"dev": TOO_SLOW, b"dev/one": returned(0.5)}, one_sample=True)
        assert case.verdict is Verdict.TIME_LIMIT
        assert [bytes(job.payload) for job in sandbox.jobs] == [b"dev", b"dev/one"]
        measured = case.measured
        assert (measured["samples"], measured["one_sample_s"], measured["limit_s"]) == (8, 1.0, 2.0)
        assert measured["wall_s"] == 2.0

    def test_one_sample_may_be_too_slow_too(self) -> None:
        case, _ = evaluate({b"dev": TOO_SLOW, b"dev/one": TOO_SLOW}, one_sample=True)
        assert case.measured["one_sample_late"]
        assert case.measured["one_sample_s"] is None

    def test_nothing_is_run_for_what_was_in_time(self) -> None:
        case, sandbox = evaluate({b"dev": returned(0.5)}, one_sample=True)
        assert (case.loss, len(sandbox.jobs)) == (0.5, 1)


class TestOrder:
    def test_every_rung_is_an_execution_of_its_own(self) -> None:
        found = {b"dev": 0.5, b"dev/1": 0.25, b"dev/2": 0.125}
        case, sandbox = evaluate(found, order=True)
        assert (case.loss, case.metrics["losses"]) == (0.5, [0.25, 0.125])
        assert len(sandbox.jobs) == 3

    def test_what_failed_is_not_run_on_further_grids(self) -> None:
        case, sandbox = evaluate({b"dev": TOO_SLOW}, order=True)
        assert "order" not in case.metrics
        assert len(sandbox.jobs) == 1

    def test_a_fault_of_ours_is_no_order(self) -> None:
        case, _ = evaluate({b"dev": 0.5, b"dev/1": 0.25, b"dev/2": SandboxError("gone")}, order=True)
        assert (case.verdict, case.metrics["order"]) == (Verdict.OK, None)
        assert case.metrics["order_note"] == "internal_error"
        assert case.measured["order_fault"] == "dev/2: gone"
        assert "order_errors" not in case.metrics  # a model would be told that its program failed there


class TestSignals:
    def test_the_reference_is_not_asked(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delattr(Plain, "score")
        case, _ = evaluate({b"dev": 0.5, b"dev/half": 0.75, b"dev/shift": TOO_SLOW}, signals=True)
        assert case.loss == 0.25
        assert case.metrics["signals"] == {"half": 0.75, "shift": "time_limit"}

    def test_probes_count_in_the_processor_time(self) -> None:
        case, _ = evaluate({b"dev": 0.5, b"dev/half": 0.75, b"dev/shift": 0.5}, signals=True)
        assert (case.measured["cpu_s"], case.measured["probes_cpu_s"]) == (0.5, 1.0)

    def test_what_fails_has_no_probes(self) -> None:
        case, sandbox = evaluate({b"dev": TOO_SLOW}, signals=True)
        assert (case.verdict, len(sandbox.jobs)) == (Verdict.TIME_LIMIT, 1)

    @pytest.mark.parametrize("fault", [SandboxError("gone"), Outcome(EndedBy.FAULT, message="gone")])
    def test_a_fault_of_ours_is_tried_again_and_reported_as_one(self, fault: Any) -> None:
        case, sandbox = evaluate({b"dev": 0.5, b"dev/half": fault, b"dev/shift": 0.5}, signals=True)
        assert case.verdict is Verdict.INTERNAL_ERROR
        assert "gone" in case.message
        assert len(sandbox.jobs) == 2 * TRIES

    def test_a_sandbox_that_is_not_there_is_said(self) -> None:
        with pytest.raises(MissingPrerequisite):
            evaluate({b"dev": 0.5, b"dev/half": IsolationUnavailable("no")}, signals=True)

    def test_they_stand_beside_the_loss(self) -> None:
        true = combine([CaseScore("a", Verdict.OK, 0.5, {"nrmse": 0.5}), CaseScore("b", Verdict.CRASH)], 1.0)
        alone = combine(
            [CaseScore("a", Verdict.OK, 0.1, {"signals": {"half": 0.1}}), CaseScore("b", Verdict.CRASH)], 1.0
        )
        both = with_signals(true, alone)
        assert both.loss == true.loss
        assert both.cases[0].metrics == {"nrmse": 0.5, "signals": {"half": 0.1}, "combined_signal": 0.1}
        assert both.cases[1] == true.cases[1]


@pytest.mark.parametrize("asked", [{"signals": True}, {"order": True}, {"warm": True}])
def test_a_problem_without_the_door_says_so_before_anything_runs(asked: Mapping[str, bool]) -> None:
    demand(Whole(), "dev", **asked)
    demand(Plain(), "dev")
    with pytest.raises(UsageError, match="plain has no"):
        demand(Plain(), "dev", **asked)


def test_without_being_asked_nothing_further_is_run() -> None:
    case, sandbox = evaluate({b"dev": 0.5})
    assert (case.loss, len(sandbox.jobs)) == (0.5, 1)
    assert "time_warm_s" not in case.measured
