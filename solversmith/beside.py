"""What is found out about a program by running it on more than its case: by those doors of `contract.beside`
that its problem has.

Whatever is run here runs as a case does: in the sandbox, one execution after the other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol, TypeVar, cast

from sandbox.spec import EndedBy, Job, Outcome
from solversmith.contract.beside import Divisible, Ordered, Probed, Repeatable, SelfChecked
from solversmith.contract.problem import Answer, Case, Problem
from solversmith.errors import UsageError
from solversmith.quoting import capped, cleaned
from solversmith.records.score import CaseScore, Score
from solversmith.records.verdict import Verdict

Door = TypeVar("Door")
_OF_SIGNALS = ("signals", "failed_probes")
ORDER_FAULT = "internal_error"  # the note where an order is missing by a fault of ours


class ProbeFault(Exception):
    """A further execution ended by a fault of ours: the whole is to be done again."""


class Judge(Protocol):
    """`solversmith.evaluate.judge`."""

    def __call__(
        self,
        problem: Problem,
        case: Case,
        job: Job,
        outcome: Outcome,
        scored: Callable[[Case, Answer], CaseScore] | None = None,
    ) -> CaseScore:
        """What an outcome is worth."""
        ...


def demand(
    problem: Problem, split: str, *, signals: bool = False, order: bool = False, warm: bool = False
) -> None:
    """Raise `UsageError` for what is asked for and can't be had of this problem: before anything is run."""
    if signals:
        _through(problem, SelfChecked, "signals")
    if order:
        _through(problem, Ordered, "order of convergence").ladder(split)
    if warm:
        _through(problem, Repeatable, "other samples for a second call")


def with_order(problem: Problem, split: str, score: Score, scored: Callable[[Case], CaseScore]) -> Score:
    """The score with the order of convergence among the metrics of its first case.

    `scored` runs the program on one case of the ladder, each an execution of its own. A fault of ours there
    leaves no order and no errors, since feedback would tell a model of a grid that failed; a note says that
    it was ours, and `order_fault` under `measured` on which grid and why. Raises `UsageError` where the
    problem has no order.
    """
    ordered = _through(problem, Ordered, "order of convergence")
    rungs = [scored(case) for case in ordered.ladder(split)]
    first, *rest = score.cases
    found, told = _order_of(ordered, rungs)
    metrics, measured = {**first.metrics, **found}, {**first.measured, **told}
    return replace(score, cases=(replace(first, metrics=metrics, measured=measured), *rest))


def _order_of(ordered: Ordered, rungs: Sequence[CaseScore]) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Metrics, and what is told of a fault of ours."""
    fault = next((rung for rung in rungs if rung.verdict is Verdict.INTERNAL_ERROR), None)
    if fault is None:
        return ordered.order(rungs), {}
    said = capped(cleaned(fault.message))
    return {"order": None, "order_note": ORDER_FAULT}, {"order_fault": f"{fault.case}: {said}"}


def with_signals(score: Score, signals: Score) -> Score:
    """The score with what an evaluation by signals alone said of each case among its metrics."""
    cases = []
    for case, by_signals in zip(score.cases, signals.cases, strict=True):
        found = {key: by_signals.metrics[key] for key in _OF_SIGNALS if key in by_signals.metrics}
        combined = {"combined_signal": by_signals.loss} if by_signals.loss is not None else {}
        cases.append(replace(case, metrics={**case.metrics, **found, **combined}))
    return replace(score, cases=tuple(cases))


@dataclass(frozen=True)
class Further:
    """Executions beside the one of a job. All raise `SandboxError`, and `ProbeFault`."""

    problem: Problem
    run: Callable[[Job], Outcome]
    judge: Judge
    job: Job

    def by_signals(self, case: Case) -> CaseScore:
        """The case scored by what the program answers to related inputs; no reference is looked at."""
        checked = _through(self.problem, SelfChecked, "signals")
        cpu_s = 0.0

        def scored(case: Case, answer: Answer) -> CaseScore:
            nonlocal cpu_s
            probed = {}
            for name, other in checked.probes(case, answer).items():
                probed[name], used_s = self._probed(other)
                cpu_s += used_s
            return checked.judge(case, answer, probed)

        score = self.judge(self.problem, case, self.job, self.run(self.job), scored)
        return replace(score, measured={**score.measured, "probes_cpu_s": round(cpu_s, 6)})

    def warm(self, case: Case) -> CaseScore:
        """The case scored by a first call, beside it a second one on other samples in the same process.

        `time_warm_s` is from the last byte of those samples to that of the answer; `None` if there was none.
        """
        other = _through(self.problem, Repeatable, "other samples for a second call").again(case)
        outcome = self.run(replace(self.job, again=self.problem.pack(other)))
        first, second = calls(outcome)
        score = self.judge(self.problem, case, self.job, first)
        if second is None or score.verdict is not Verdict.OK:
            return score
        warm = self.judge(self.problem, other, self.job, second)
        if warm.verdict is Verdict.INTERNAL_ERROR:
            return replace(warm, case=case.name)
        told = {"verdict": str(warm.verdict), "loss": warm.loss, "message": capped(cleaned(warm.message))}
        ok = warm.verdict is Verdict.OK
        times = {
            "time_s": score.measured["wall_s"],
            "time_warm_s": warm.measured["wall_s"] if ok else None,
            "threads_given": self.job.limits.threads,
        }
        return replace(score, metrics={**score.metrics, "warm": told}, measured={**score.measured, **times})

    def part(self, case: Case, score: CaseScore) -> CaseScore:
        """The score of a program that is too slow, with the time that it needs for one sample."""
        if not isinstance(self.problem, Divisible):
            return score
        one, samples = self.problem.part(case)
        if samples < 2:
            return score
        outcome = self.run(self._job(one))
        answered = outcome.ended_by is EndedBy.RETURNED and outcome.last is not None
        found = {
            "samples": samples,
            "one_sample_s": round(outcome.usage.wall_s, 6) if answered else None,
            "one_sample_late": outcome.ended_by in (EndedBy.WALL_LIMIT, EndedBy.CPU_LIMIT),
            "probes_cpu_s": round(outcome.usage.cpu_s, 6),
        }
        return replace(score, measured={**score.measured, **found})

    def _probed(self, case: Case) -> tuple[Probed, float]:
        job = self._job(case)
        outcome = self.run(job)
        answers: list[Answer] = []

        def kept(_: Case, answer: Answer) -> CaseScore:
            answers.append(answer)
            return CaseScore(case.name, Verdict.OK)

        score = self.judge(self.problem, case, job, outcome, kept)
        if score.verdict is Verdict.INTERNAL_ERROR:
            raise ProbeFault(f"a fault of ours on {case.name}: {score.message}")
        message = capped(cleaned(score.message))
        found = Probed(case, answers[0] if answers else None, score.verdict, message)
        return found, outcome.usage.cpu_s

    def _job(self, case: Case) -> Job:
        problem = self.problem
        return replace(
            self.job,
            payload=problem.pack(case),
            answer=problem.answer(case),
            limits=problem.limits(case),
            environment=problem.environment(case),
        )


def calls(outcome: Outcome) -> tuple[Outcome, Outcome | None]:
    """What came of each of two calls, as if it had been the only one; no second where the first failed."""
    if not outcome.frames or outcome.ended_by is EndedBy.FAULT:
        return outcome, None
    head, rest, usage = outcome.frames[0], outcome.frames[1:], outcome.usage
    first = replace(
        outcome,
        ended_by=EndedBy.RETURNED,
        frames=(head,),
        message="",
        usage=replace(usage, wall_s=head.t_s),
    )
    begun = usage.again_s or usage.wall_s
    frames = tuple(replace(frame, t_s=max(0.0, frame.t_s - begun)) for frame in rest[-1:])
    wall_s = frames[0].t_s if frames else max(0.0, usage.wall_s - begun)
    return first, replace(outcome, frames=frames, usage=replace(usage, wall_s=wall_s))


def _through(problem: Problem, door: Callable[..., Door], what: str) -> Door:
    """The problem, if it has this door. Raises `UsageError` saying what it has not."""
    assert isinstance(door, type)
    if not isinstance(problem, door):
        raise UsageError(f"{problem.name} has no {what}")
    return cast(Door, problem)
