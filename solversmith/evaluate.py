"""A program on the cases of a split: pack, run in the sandbox, decide what the ending means, score.

The only place where a problem and the sandbox meet. The reference is looked at by `Problem.score` alone,
when the program's process tree is dead.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from sandbox.errors import EnvironmentMismatch, IsolationUnavailable, MissingPackage, SandboxError
from sandbox.spec import EndedBy, Job, Outcome
from solversmith import beside, cascade
from solversmith.answers import BadAnswer, decode, demand_schemas
from solversmith.contract.beside import Answered, Widened
from solversmith.contract.problem import DEV, Answer, Case, Problem
from solversmith.contract.running import Sandbox
from solversmith.errors import MissingPrerequisite
from solversmith.isolation import COLD
from solversmith.quoting import capped, cleaned
from solversmith.records.score import CaseScore, Score, averaged, combine
from solversmith.records.verdict import Verdict
from solversmith.requirements import advice_on_import
from solversmith.reuse import Reuse
from solversmith.seeds import candidate_of_program, execution_seed
from solversmith.verdicts import verdict_of

TRIES = 3  # for a fault of ours, before it is reported as one
_SCORERS_FAULTS = (
    ArithmeticError,
    LookupError,
    TypeError,
    ValueError,
    AssertionError,
    MemoryError,
    RecursionError,
)
_MOST_OUTPUT = 2000  # characters of stdout and of stderr that are kept


@dataclass(frozen=True)
class Evaluator:
    """Scores programs on one problem. Thread-safe as far as the sandbox is.

    `packages` are distributions beyond the problem's own, for human programs that ask for them.
    """

    problem: Problem
    sandbox: Sandbox
    observe: Callable[[CaseScore], None] | None = None  # as cases end; by several threads if `workers` > 1
    seed: int = 0  # of the run: a part of the seed of every execution
    signals: bool = False  # losses are combined signals, and no reference is looked at
    order: bool = False  # the order of convergence is measured, too
    warm: bool = False  # the program is called a second time, with other samples
    one_sample: bool = False  # what is too slow is run on one sample, to see by how much
    workers: int = 1  # cases at once; the sandbox needs as many slots
    packages: tuple[str, ...] = ()
    repeats: int = 1  # executions of each case, whose losses are averaged
    reuse: Reuse | None = None  # scores that are kept, used on dev alone
    unscored: bool = False  # nothing is scored, whatever is answered
    answers: bool = False  # what was answered is kept in the score, where the problem has a door for it

    def evaluate(
        self,
        program: str,
        split: str,
        cases: Sequence[Case] | None = None,
        *,
        candidate: str | None = None,
        repeat: int = 0,
        cutoff: cascade.Key | None = None,
    ) -> Score:
        """The score of a program over a split, case by case in order.

        Parameters
        ----------
        candidate, repeat
            What the seeds are made of besides run, split and case, see `execution_seed`; without a
            candidate, the program itself. Of several repeats, `repeat` is the first.
        cutoff
            Stop, from the smallest case on, when the result can only be worse than this.

        Raises
        ------
        BadData
            The split can't be read.
        MissingPrerequisite
            The sandbox can't be had, or its interpreter is not the expected one.
        UsageError
            The problem declares an answer by a schema that is none.
        """
        who = candidate_of_program(program) if candidate is None else candidate

        def scored(evaluator: Evaluator, case: Case) -> CaseScore:
            each = [
                evaluator._repeat(program, split, case, who, number)
                for number in range(repeat, repeat + self.repeats)
            ]
            score = averaged(each)
            return replace(score, metrics={**score.metrics, "part": case.part}) if case.part else score

        def told(case: Case) -> CaseScore:
            score = scored(self, case)
            if self.observe:
                self.observe(score)
            return score

        wanted = self.problem.cases(split) if cases is None else cases
        if cutoff is not None and len(wanted) > 1:
            found = cascade.run(wanted, self._size, told, cutoff, self.problem.failure_loss)
        else:
            found = self._spread(told, wanted)
        whole = combine(found, self.problem.failure_loss)
        if not self.order or whole.verdict is not Verdict.OK:
            return whole
        plain = replace(self, signals=False, warm=False, one_sample=False)
        return beside.with_order(self.problem, split, whole, partial(scored, plain))

    def _size(self, case: Case) -> int:
        return len(self.problem.pack(case))

    def _repeat(self, program: str, split: str, case: Case, who: str, repeat: int) -> CaseScore:
        """One execution, or what is kept of an equal one."""
        seed = execution_seed(self.seed, who, split, case.name, repeat)
        reuse = self.reuse if split == DEV and not self.answers else None
        if reuse is None or (self.problem.anytime and not reuse.timed):
            return self._case(program, case, seed)
        how = [self.signals, self.warm, self.one_sample, self.unscored, list(self.packages)]
        key = reuse.key(program, case, self.problem.limits(case), [self.seed, repeat, how])
        if (known := reuse.get(key)) is not None:
            return replace(known, case=case.name)
        score = self._case(program, case, seed)
        reuse.put(key, score)
        return score

    def tried(self, program: str, *, candidate: str | None = None) -> Score:
        """How a program ends on dev, without a score: ok is whatever answers in the declared form.

        Raises as `evaluate`.
        """
        plain = replace(self, signals=False, order=False, warm=False, one_sample=False, answers=False)
        return replace(plain, unscored=True, repeats=1).evaluate(program, DEV, candidate=candidate)

    def _spread(self, scored: Callable[[Case], CaseScore], cases: Sequence[Case]) -> list[CaseScore]:
        """Every case scored, `workers` at once, in the order of the cases."""
        if self.workers == 1 or len(cases) == 1:
            return [scored(case) for case in cases]
        pool = ThreadPoolExecutor(max_workers=min(self.workers, len(cases)))
        try:
            return list(pool.map(scored, cases))
        finally:
            # Nothing is waited for when this is interrupted: closing the sandbox ends what still runs.
            pool.shutdown(wait=False, cancel_futures=True)

    def _case(self, program: str, case: Case, seed: int) -> CaseScore:
        if not program.strip():
            return CaseScore(case.name, Verdict.NO_CODE, message="the program is empty")
        job = job_of(self.problem, case, program, seed)
        job = replace(job, packages=(*job.packages, *self.packages))
        tries, score = 1, self._once(job, case)
        while score.verdict is Verdict.INTERNAL_ERROR and tries < TRIES:
            tries, score = tries + 1, self._once(job, case)  # the same seed: it was no fault of the program
        # Cleaned once more, whoever cleaned it before: this is the way into prompts, terminals and pages.
        message = capped(cleaned(score.message))
        return replace(score, message=message, measured={**score.measured, "tries": tries, "seed": seed})

    def _once(self, job: Job, case: Case) -> CaseScore:
        try:
            return self._run(job, case)
        except (IsolationUnavailable, EnvironmentMismatch, MissingPackage) as error:
            raise MissingPrerequisite(str(error)) from error
        except (SandboxError, beside.ProbeFault) as error:
            return CaseScore(case.name, Verdict.INTERNAL_ERROR, message=str(error))

    def _run(self, job: Job, case: Case) -> CaseScore:
        """Execute, and whatever else is asked for. Raises `SandboxError` and `ProbeFault`."""
        judged = partial(judge, kept=self.answers)
        further = beside.Further(self.problem, self.sandbox.run, judged, job)
        if self.signals:
            score = further.by_signals(case)
        elif self.warm:
            score = further.warm(case)
        else:
            scored = _unscored if self.unscored else None
            score = judged(self.problem, case, job, self.sandbox.run(job), scored)
        if self.one_sample and score.verdict is Verdict.TIME_LIMIT:
            return further.part(case, score)
        return score


def job_of(problem: Problem, case: Case, program: str, seed: int = 0) -> Job:
    """One execution of a program on a case: what goes into the sandbox, the reference left out.

    Raises `UsageError` if the problem declares an answer by a schema that is none.
    """
    declared = problem.answer(case)
    demand_schemas(declared)
    return Job(
        harness=problem.harness,
        payload=problem.pack(case),
        program=program,
        entry_point=problem.entry_point,
        answer=declared,
        limits=problem.limits(case),
        anytime=problem.anytime,
        packages=problem.packages,
        environment=problem.environment(case),
        seed=seed,
    )


def judge(
    problem: Problem,
    case: Case,
    job: Job,
    outcome: Outcome,
    scored: Callable[[Case, Answer], CaseScore] | None = None,
    *,
    kept: bool = False,
) -> CaseScore:
    """What an outcome is worth: a verdict from how it ended, or the problem's score of the last answer.

    `scored` takes the place of `Problem.score`. `kept`: a valid answer itself is in the score, too.
    """
    measured = {**_measured(outcome), "limit_s": job.limits.wall_s}
    verdict = verdict_of(problem.anytime, outcome.ended_by, outcome.last is not None)
    if verdict is not None:
        message = explain(outcome, job)
        if verdict is Verdict.IMPORT_ERROR and isinstance(problem, Widened):
            added = advice_on_import(message, job.packages, problem.further_packages)
            message = f"{message}\n{added}" if added else message
        return CaseScore(case.name, verdict, message=message, measured=measured)
    try:
        answer = decode(job.answer, outcome, job.limits.wall_s)
    except BadAnswer as error:
        return CaseScore(case.name, Verdict.BAD_OUTPUT, message=str(error), measured=measured)
    try:
        score = (scored or problem.score)(case, answer)
        if kept and score.verdict is Verdict.OK and isinstance(problem, Answered):
            score = replace(score, values=problem.values(case, answer))
    except _SCORERS_FAULTS as error:
        # The scorer is ours: whatever bytes it was given, failing on them is our fault.
        message = f"scoring failed: {type(error).__name__}: {error}"
        return CaseScore(case.name, Verdict.INTERNAL_ERROR, message=message, measured=measured)
    message = score.message or _early_end(outcome, job)
    return replace(score, message=message, measured={**measured, **score.measured})


def _unscored(case: Case, answer: Answer) -> CaseScore:
    return CaseScore(case.name, Verdict.OK)


def _early_end(outcome: Outcome, job: Job) -> str:
    """What ended an anytime program before it was done; nothing where that was the time limit."""
    if outcome.ended_by in (EndedBy.RETURNED, EndedBy.WALL_LIMIT):
        return ""
    return f"{explain(outcome, job)}\nthe last answer before that counts"


def explain(outcome: Outcome, job: Job) -> str:
    """Why an execution failed, for people and, on dev, for the model."""
    limits = job.limits
    texts: Mapping[EndedBy, str] = {
        EndedBy.NO_ENTRY_POINT: f"the program defines no function {job.entry_point!r}",
        EndedBy.WALL_LIMIT: f"stopped at the time limit of {limits.wall_s:g} s",
        EndedBy.CPU_LIMIT: f"stopped at the CPU limit ({limits.wall_s:g} s on {limits.threads} cores)",
        EndedBy.MEMORY_LIMIT: f"stopped at the memory limit of {limits.memory_bytes / 2**20:.0f} MiB",
        EndedBy.OUTPUT_LIMIT: f"printed more than {limits.output_bytes / 2**20:g} MiB, or answered too much",
        EndedBy.EXITED: "the process left before it answered",
        EndedBy.PROTOCOL: "what came through the results channel was not an answer",
        EndedBy.RETURNED: "nothing was yielded or returned",
    }
    parts = [texts.get(outcome.ended_by, ""), _said(outcome)]
    if outcome.ended_by in (EndedBy.EXITED, EndedBy.SIGNAL):
        parts.append(outcome.stderr[-1000:])
    return "\n".join(part for part in parts if part)


def _said(outcome: Outcome) -> str:
    """The sandbox's own words, where they add to ours."""
    if outcome.ended_by is EndedBy.NO_ENTRY_POINT:
        return ""
    if outcome.ended_by in (EndedBy.EXITED, EndedBy.SIGNAL) and outcome.exit_code is not None:
        code = f"exit code {outcome.exit_code}"
        return code if outcome.message in ("", f"the process left with {code}") else outcome.message
    return outcome.message


def _measured(outcome: Outcome) -> dict[str, Any]:
    usage = outcome.usage
    return {
        "wall_s": round(usage.wall_s, 6),
        "setup_s": round(usage.setup_s, 6),
        "start_s": round(usage.start_s, 6),
        "load_s": round(usage.load_s, 6),
        "cpu_s": round(usage.cpu_s, 6),
        "memory_bytes": usage.memory_bytes,
        "processes": usage.processes,
        "threads": usage.threads,
        "busy_slots": usage.busy_slots,
        "ended_by": outcome.ended_by.value,
        "exit_code": outcome.exit_code,
        "level": outcome.level,
        "start": str(outcome.detail.get("start", COLD)),
        "cores": list(outcome.detail.get("cores", ())),
        "stdout": cleaned(outcome.stdout[-_MOST_OUTPUT:]),
        "stderr": cleaned(outcome.stderr[-_MOST_OUTPUT:]),
    }
