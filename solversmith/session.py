"""Where everything is put together: what a person asked for becomes a problem, a sandbox, a run."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sandbox.errors import EnvironmentMismatch, IsolationUnavailable, MissingPackage
from solversmith import beside, methods, models, pools, registry, stand_ins
from solversmith.attempt import AttemptSettings
from solversmith.bill import Bill, run_bill
from solversmith.broker import (
    Broker,
    Budget,
    CompletionCache,
    Pace,
    Pacer,
    Shared,
    default_folder,
    ledger_of,
)
from solversmith.contract.method import SearchMethod
from solversmith.contract.model import Model
from solversmith.contract.problem import DEV, TEST, Problem, WithStandIns
from solversmith.contract.running import Sandbox, Spent, StopCriterion
from solversmith.errors import MissingPrerequisite, UnknownName, UsageError
from solversmith.evaluate import Evaluator
from solversmith.humans import ROWS, HumanRow, human_rows, read_rows, rows_text
from solversmith.identity import described, machine, measured_with
from solversmith.isolation import isolation_of
from solversmith.models.offline import simple_programs
from solversmith.pools import PoolFactory
from solversmith.records.codec import canonical_json, sha256
from solversmith.records.run import CallRecord, Record, SelectionRecord
from solversmith.reuse import FOLDER, Reuse, sources_digest
from solversmith.search import finish, search, set_aside
from solversmith.select import RULE, SIGNALS_RULE
from solversmith.settings import EXTERNAL, UNSAFE, Pacing, RunSettings, Scoring
from solversmith.stop import Candidates, CpuTime, NoImprovement, TargetLoss, any_of, is_budget
from solversmith.store import RunDirectory, default_name
from solversmith.store.settings import ENVIRONMENT, IDENTITY, refuse_difference, resolved
from solversmith.summary import Summary, as_object, summarised

Tell = Callable[[str], None]
Observe = Callable[[Record], None]


@dataclass(frozen=True)
class Watcher:
    """Who is told what happens.

    `begin` gets the records that are there and how many candidates are wanted, `observe` every further
    record, `tell` one line when something takes long. `agree` gets the bill before anything is executed, and
    raises to say no.
    """

    begin: Callable[[tuple[Record, ...], int], None]
    observe: Observe
    tell: Tell
    agree: Callable[[Bill], None] = lambda bill: None


def own_sandbox(problem: Problem, settings: RunSettings) -> AbstractContextManager[Sandbox]:
    """A sandbox on this machine, with as many slots as the run has programs at once."""
    return opened_sandbox(problem, settings.scoring, settings.at_once)


def own_pool(settings: RunSettings, problem: Problem, sandbox: Sandbox) -> PoolFactory:
    """The pool that the settings name, in this process."""
    return pools.chosen(settings.pool)


@dataclass(frozen=True)
class Means:
    """What a run is carried out with. One that stands alone has it all to itself.

    `sandbox` and `pool` say where programs and attempts run, `slots` how many programs at once where that is
    not for the settings to say; `shared` and `pacer` are what several runs pay
    out of and keep to together. When `halted` says so nothing more is begun, and the run is interrupted.
    """

    sandbox: Callable[[Problem, RunSettings], AbstractContextManager[Sandbox]] = own_sandbox
    pool: Callable[[RunSettings, Problem, Sandbox], PoolFactory] = own_pool
    slots: int | None = None
    shared: Shared | None = None
    pacer: Pacer | None = None
    halted: Callable[[], bool] = lambda: False


ALONE = Means()


@dataclass(frozen=True)
class RunResult:
    """A run that is over, with the human rows beside it."""

    path: Path
    summary: Summary
    humans: tuple[HumanRow, ...]


@dataclass(frozen=True)
class Parts:
    """All that a run is made of, before anything is opened."""

    problem: Problem
    model: Model
    method: SearchMethod
    reflector: Model | None = None

    @property
    def models(self) -> dict[str, Model]:
        """By role."""
        return {"writer": self.model, **({"reflector": self.reflector} if self.reflector else {})}


def opened_problem(spec: str, scoring: Scoring, progress: Tell | None = None) -> Problem:
    """The problem that a spec names, opened with what was asked for.

    Raises
    ------
    UnknownName, UsageError
        No such problem or parameter, or a value that it does not take.
    BadData
        A folder or data set that can't be read.
    """
    return registry.open_problem(spec, scoring.options(progress))


@contextmanager
def opened_sandbox(problem: Problem, scoring: Scoring, slots: int = 1) -> Iterator[Sandbox]:
    """A sandbox with the problem's packages; closed behind the block.

    Raises
    ------
    MissingPrerequisite
        The isolation that was asked for, or the least that is allowed, can't be had; or a package is missing.
    """
    sandbox = made_sandbox(problem.packages, scoring, slots)
    try:
        yield sandbox
    finally:
        sandbox.close()


def made_sandbox(packages: Sequence[str], scoring: Scoring, slots: int) -> Sandbox:
    """A sandbox with these packages, to be closed by whoever asked. Raises `MissingPrerequisite`."""
    from sandbox.opening import open_sandbox

    try:
        return open_sandbox(
            isolation=scoring.isolation,
            slots=slots,
            unsafe_exec=scoring.unsafe_exec,
            packages=packages,
            warm=not scoring.cold,
        )
    except (IsolationUnavailable, EnvironmentMismatch, MissingPackage) as error:
        raise MissingPrerequisite(f"{error} (`solversmith doctor` tells more)") from error


def caution(level: str, about: Mapping[str, Any] | None = None) -> str | None:
    """What a person should know before programs run at this level; `None` from L3 on, unless it is a claim.

    `about` is the sandbox's description: it tells whether somebody only says that the level is there.
    """
    about = about or {}
    if about.get("claim") == EXTERNAL:
        inner = str(about.get("inner_level", "nothing"))
        weak = "; programs can read whatever is in there, keys too" if inner in UNSAFE else ""
        return (
            f"warning: level {level} is your word (--isolation {EXTERNAL}) and was not checked; measured "
            f"inside: {inner}{weak}"
        )
    if level in ("L0", "L1"):
        return f"warning: level {level}: nothing keeps a program from reading your files and keys"
    if level == "L2":
        return "warning: level L2 confines programs, but hides less than L3; `solversmith doctor` tells more"
    return None


def assembled(settings: RunSettings, tell: Tell | None = None) -> Parts:
    """Problem, model and method of a run; every name and value is checked here, before anything is paid.

    Raises
    ------
    UsageError, UnknownName, MissingPrerequisite
        Whatever of it can't be had.
    """
    problem = opened_problem(settings.problem, settings.scoring, tell)
    options = _model_options(settings, problem)
    model = models.build(settings.model, options)
    reflector = None if settings.reflector is None else models.build(settings.reflector, options)
    if hasattr(reflector, "unit"):
        raise UsageError(
            "a bandit can't be the reflector: what it writes has no loss to prefer it by; use mix:"
        )
    method = methods.build(
        settings.method,
        _method_options(settings),
        _given_programs(settings),
        interactions=settings.interactions,
        edits=settings.edits,
        cascade=settings.cascade or 0,
    )
    if settings.pool not in pools.available():
        raise UnknownName("pool", settings.pool, pools.available())
    for each in (model, reflector):
        if settings.stopping.usd is not None and each is not None and each.price is None:
            raise UsageError(
                f"--max-usd can't be kept: the price of model {each.name!r} is unknown; give --price IN/OUT "
                "in USD per million tokens, or leave out --max-usd"
            )
    _refuse_shared_cases(problem)
    beside.demand(problem, DEV, signals=settings.signals)
    beside.demand(problem, TEST, order=settings.order, warm=settings.warm)
    return Parts(problem, model, method, reflector)


def carried_out(settings: RunSettings, watcher: Watcher, means: Means = ALONE) -> RunResult:
    """The run that the settings describe, made, continued or only read if it is over.

    Raises
    ------
    SolversmithError
        Whatever stops it; what is recorded stays, and the same settings continue it.
    """
    parts = assembled(settings, watcher.tell)
    asked, settings = settings, replace(settings, slots=means.slots or settings.slots)
    with means.sandbox(parts.problem, settings) as sandbox:
        if (warning := caution(sandbox.level, sandbox.describe())) is not None:
            watcher.tell(warning)
        description = described(asked, parts.problem, parts.model, parts.method, sandbox, parts.reflector)
        path = settings.folder / (settings.name or default_name(description))
        if (done := _finished(path, description, settings)) is not None:
            _tell_frozen(done.summary.reason, watcher.tell)
            return done
        parts, bill = _what_is_left(path, settings, parts)
        watcher.agree(bill)
        parts = _measurable(parts, sandbox, settings, watcher.tell)
        description = _with_stand_ins(description, parts.problem)
        with RunDirectory.open(path, description, observer=watcher.observe) as store:
            selections = [record for record in store.records() if isinstance(record, SelectionRecord)]
            _tell_frozen(selections[0].reason if selections else None, watcher.tell)
            return _continued(settings, parts, sandbox, store, watcher, means)


def _what_is_left(path: Path, settings: RunSettings, parts: Parts) -> tuple[Parts, Bill]:
    """The parts with the stand-ins that the run has recorded, and what is still to be executed."""
    left, tests = settings.wanted, settings.wanted if settings.score_all else 1
    if (path / "run.toml").is_file():
        with RunDirectory.read(path) as store:
            kept = stand_ins.read(store.settings[ENVIRONMENT])
            summary = _summary(store)
        parts = replace(parts, problem=stand_ins.given(parts.problem, kept))
        left = 0 if summary.reason else max(0, left - summary.candidates)
        tests = max(0, tests - len(summary.tests))
    return parts, bill_of(settings, parts, left, tests)


def bill_of(settings: RunSettings, parts: Parts, candidates: int, tests: int) -> Bill:
    """What so many candidates and tests of this run execute at most, repairs left out."""
    return run_bill(
        parts.problem,
        candidates,
        settings.at_once,
        tests=tests,
        humans=settings.humans,
        order=(*([DEV] if settings.tells_order else []), *([TEST] if settings.order else [])),
        warm=settings.warm,
        repeats=settings.repeats,
        again=2 if candidates and _confirms(settings, parts) else 0,
        interactions=settings.interactions,
    )


def _confirms(settings: RunSettings, parts: Parts) -> bool:
    """Whether the best two are run again: where the clock makes losses, and the method has no other rule."""
    wanted = parts.problem.anytime if settings.confirm is None else settings.confirm
    return wanted and getattr(parts.method, "chooser", None) is None


def _measurable(parts: Parts, sandbox: Sandbox, settings: RunSettings, tell: Tell) -> Parts:
    """The parts with a problem on whose dev cases a candidate can have a loss."""
    if not stand_ins.are_missing(parts.problem):
        return parts
    evaluator = Evaluator(parts.problem, sandbox, workers=settings.at_once)
    found = stand_ins.measured(evaluator, tell)
    return replace(parts, problem=stand_ins.given(parts.problem, found))


def _with_stand_ins(description: dict[str, Any], problem: Problem) -> dict[str, Any]:
    if not isinstance(problem, WithStandIns) or not problem.stand_ins:
        return description
    found = stand_ins.recorded(problem.stand_ins)
    environment = {**description[ENVIRONMENT], stand_ins.ENVIRONMENT_KEY: found}
    return {**description, ENVIRONMENT: environment}


def _refuse_shared_cases(problem: Problem) -> None:
    """Raise `UsageError` where a glob makes one instance a case of both splits; `score` may do that."""
    dev = {case.digest for case in problem.cases(DEV)}
    for case in problem.cases(TEST):
        if case.digest in dev:
            raise UsageError(
                f"{case.name} of {problem.name} would be both dev and test, and what is searched on must "
                "not be tested on: leave out --cases, or let it match cases of both splits"
            )


def _tell_frozen(reason: str | None, tell: Tell) -> None:
    """Say of a search that is over that a budget ended it, for a larger one changes nothing then."""
    if reason is not None and is_budget(reason):
        tell(f"this run is over: it ended by its {reason}; --name OTHER, or another --seed, starts a new one")


def _continued(
    settings: RunSettings,
    parts: Parts,
    sandbox: Sandbox,
    store: RunDirectory,
    watcher: Watcher,
    means: Means,
) -> RunResult:
    stopping = settings.stopping
    budget = Budget(calls=stopping.calls, tokens=stopping.tokens, usd=stopping.usd, wall_s=stopping.wall_s)
    broker = Broker(
        store,
        parts.models,
        budget=budget,
        shared=means.shared,
        cache=_completions(settings),
        pacer=means.pacer or pacer(settings.pacing),
        run_id=store.run_id,
    )
    with closing(broker):
        return _searched(settings, parts, sandbox, store, broker, watcher, means)


def _searched(
    settings: RunSettings,
    parts: Parts,
    sandbox: Sandbox,
    store: RunDirectory,
    broker: Broker,
    watcher: Watcher,
    means: Means,
) -> RunResult:
    watcher.begin(tuple(store.records()), settings.wanted)
    testing = Evaluator(
        parts.problem,
        sandbox,
        seed=settings.seed,
        order=settings.order,
        warm=settings.warm,
        repeats=settings.repeats,
    )
    plain = replace(testing, order=False, warm=False, signals=settings.signals)
    keeps_answers = getattr(parts.method, "chooser", None) is not None
    selection = search(
        problem=parts.problem,
        method=parts.method,
        broker=broker,
        evaluator=attempt_evaluator(settings, parts.problem, sandbox, keeps_answers),
        pool=means.pool(settings, parts.problem, sandbox),
        workers=settings.workers,
        schedule=settings.schedule,
        seed=settings.seed,
        stop=_stop(settings),
        settings=attempt_settings(settings),
        rule=SIGNALS_RULE if settings.signals else RULE,
        models=parts.models,
        confirm=plain if _confirms(settings, parts) else None,
        halted=means.halted,
    )
    _written(store)  # what is known stands there whatever happens to the rest
    finish(
        problem=parts.problem,
        broker=broker,
        evaluator=replace(testing, workers=settings.at_once),  # nothing else runs then
        selection=selection,
        score_all=settings.score_all,
    )
    _written(store)
    if settings.humans:
        _write_humans(store, replace(plain, repeats=1), settings.at_once, watcher.tell)
    result = _written(store)
    if (fault := set_aside(broker)) is not None:
        raise fault
    return result


def attempt_evaluator(
    settings: RunSettings, problem: Problem, sandbox: Sandbox, answers: bool = False
) -> Evaluator:
    """What attempts of this run are evaluated with, wherever they are carried out.

    `answers`: what programs answer is kept, for a method that chooses by it.
    """
    return Evaluator(
        problem,
        sandbox,
        seed=settings.seed,
        signals=settings.signals,
        order=settings.tells_order,
        one_sample=settings.feedback,
        workers=settings.at_once,
        repeats=settings.repeats,
        reuse=_kept_scores(settings, problem, sandbox),
        answers=answers,
    )


def read_run(path: Path) -> RunResult:
    """A run as it stands on disk. Raises `BadData` if there is none."""
    with RunDirectory.read(path) as store:
        return RunResult(path, _summary(store), _kept_humans(path))


def spent_by(path: Path) -> tuple[str, Spent]:
    """The id of a run on disk, and what it has used over all its sessions. Raises `BadData` if there is none.

    Calls under way count as they will be when it is continued: in doubt, at their most.
    """
    with RunDirectory.read(path) as store:
        calls = [record for record in store.records() if isinstance(record, CallRecord)]
        total = ledger_of(calls).total
        ended = {(call.id, call.attempt) for call in calls if call.event != "started"}
        open_ = [call for call in calls if (call.id, call.attempt) not in ended]
        return store.run_id, Spent(
            calls=total.charged + len(open_),
            tokens=total.tokens + sum(call.most_tokens or 0 for call in open_),
            usd=total.usd + sum(call.most_usd or 0.0 for call in open_),
        )


def _finished(path: Path, description: dict[str, Any], settings: RunSettings) -> RunResult | None:
    """A run that is over is read, not opened: nothing of it changes."""
    if not (path / "run.toml").is_file():
        return None
    with RunDirectory.read(path) as store:
        refuse_difference(path.name, store.settings[IDENTITY], resolved(description)[IDENTITY])
    return over(path, settings)


def over(path: Path, settings: RunSettings) -> RunResult | None:
    """The result of a run to which these settings have nothing to add; `None` if there is something to do.

    Raises `BadData` where there is a folder and no run.
    """
    if not (path / "run.toml").is_file():
        return None
    with RunDirectory.read(path) as store:
        summary = _summary(store)
    if not summary.finished or (settings.score_all and len(summary.tests) < summary.candidates):
        return None
    derived = ["summary.json", *([ROWS] if settings.humans else [])]
    if not all((path / name).is_file() for name in derived):
        return None
    return RunResult(path, summary, _kept_humans(path))


def _write_humans(store: RunDirectory, evaluator: Evaluator, workers: int, tell: Tell) -> None:
    kept = {row.key: row for row in _kept_humans(store.path)}
    drawn = replace(evaluator, seed=0)  # one row for all runs, whatever their seeds
    rows = human_rows(drawn, DEV, kept, workers=workers, tell=tell, machine=machine())
    store.write_derived(ROWS, rows_text(rows))


def _written(store: RunDirectory) -> RunResult:
    summary = _summary(store)
    chosen = summary.selected
    if chosen is not None and chosen.program is not None:
        store.write_derived("best.py", store.text(chosen.program))
    store.write_derived("summary.json", canonical_json(as_object(summary)) + "\n")
    return RunResult(store.path, summary, _kept_humans(store.path))


def _summary(store: RunDirectory) -> Summary:
    return summarised(store.path.name, store.settings, store.records(), store.text)


def _kept_humans(path: Path) -> tuple[HumanRow, ...]:
    try:
        text = (path / ROWS).read_text(encoding="utf-8")
    except OSError:
        return ()
    return tuple(read_rows(text).values())


def _model_options(settings: RunSettings, problem: Problem) -> dict[str, Any]:
    asking, stopping = settings.asking, settings.stopping
    limited = {"usd": stopping.usd, "tokens": stopping.tokens, "calls": stopping.calls}
    unit = next((unit for unit, limit in limited.items() if limit is not None), None)
    given = {"base_url": asking.base_url, "price": asking.price, "unit": unit}
    return {
        **{key: value for key, value in given.items() if value is not None},
        "simple_programs": {problem.name: simple_programs(problem.solvers)},
    }


def _completions(settings: RunSettings) -> CompletionCache | None:
    """Where completions are kept: beside the references, if these lie elsewhere than usual."""
    own = settings.scoring.cache
    folder = default_folder() if own is None else own / "completions"
    return CompletionCache(folder) if settings.pacing.cached and folder is not None else None


def _kept_scores(settings: RunSettings, problem: Problem, sandbox: Sandbox) -> Reuse | None:
    """Where scores are kept, and all that decides whether one may be used again."""
    completions = _completions(settings)
    # Nobody knows the sources that somebody else's problem is scored with.
    ours = registry.catalogue().get(settings.problem.partition(":")[0], "").startswith("problems.")
    if completions is None or not settings.reuse or not ours:
        return None
    about = {
        "problem": [problem.name, dict(problem.parameters)],
        "scoring": [settings.scoring.scoring, settings.scoring.score],
        "content": measured_with(problem, sandbox),
        "isolation": vars(isolation_of(sandbox)),
        "machine": machine(),
        "sources": sources_digest(),
    }
    digest = sha256(canonical_json(about))
    return Reuse(completions.folder / FOLDER, digest, settings.reuse_timed)


def pacer(pacing: Pacing) -> Pacer:
    """How fast end points are asked."""
    return Pacer(Pace(pacing.in_flight, pacing.requests_per_minute, pacing.tokens_per_minute))


def _method_options(settings: RunSettings) -> dict[str, Any]:
    return {**settings.options, "n": settings.candidates, "debug_rounds": settings.debug_rounds}


def _given_programs(settings: RunSettings) -> list[str]:
    programs = []
    for file in settings.start:
        try:
            programs.append(file.expanduser().read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise UsageError(f"can't read the program {str(file)!r} to start from: {error}") from None
    return programs


def attempt_settings(settings: RunSettings) -> AttemptSettings:
    """How models are asked in every attempt of this run."""
    asking = settings.asking
    own = AttemptSettings(
        temperature=asking.temperature,
        reasoning_effort=asking.reasoning_effort,
        feedback=settings.feedback,
        signals=settings.signals,
        seed=settings.seed,
    )
    if asking.max_output_tokens is None:
        return own
    return replace(own, max_output_tokens=asking.max_output_tokens)


def _stop(settings: RunSettings) -> StopCriterion:
    """Everything that ends a search but what the broker's budget keeps."""
    stopping = settings.stopping
    return any_of(
        Candidates(settings.wanted),
        None if stopping.target_loss is None else TargetLoss(stopping.target_loss),
        None if stopping.no_improvement is None else NoImprovement(stopping.no_improvement),
        None if stopping.cpu_s is None else CpuTime(stopping.cpu_s),
    )
