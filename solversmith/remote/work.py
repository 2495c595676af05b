"""What a worker does: attempts, with problem and sandbox of its own, and single executions for the host."""

from __future__ import annotations

import socket
import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.spec import Job, Outcome
from solversmith import session, stand_ins
from solversmith.attempt import attempt
from solversmith.contract.beside import Kept
from solversmith.contract.running import Sandbox
from solversmith.errors import MissingPrerequisite
from solversmith.evaluate import Evaluator
from solversmith.gated import Gated
from solversmith.identity import solver_environment
from solversmith.isolation import isolation_of
from solversmith.remote import references
from solversmith.remote.far_broker import CALLS, Ask, FarBroker
from solversmith.remote.parcel import Ending, Parcel, Recipe
from solversmith.settings import Scoring

_MOST_OPEN = 8  # problems in memory, with their instances and references


@dataclass(frozen=True)
class SandboxKind:
    """Which sandbox: executions of one kind share its slots."""

    isolation: str
    unsafe_exec: bool
    cold: bool
    packages: tuple[str, ...]

    @classmethod
    def of(cls, scoring: Scoring, packages: tuple[str, ...]) -> SandboxKind:
        """That of a problem with these packages."""
        return cls(scoring.isolation, scoring.unsafe_exec, scoring.cold, packages)


@dataclass(frozen=True)
class Attempts:
    """Carries out the attempts of a run: a pool's work."""

    recipe: Recipe
    ask: Ask

    def __call__(self, parcel: Parcel) -> Ending:
        """Carry the proposal on from behind its recorded rounds."""
        opened = _here.opened(self.recipe, self.ask)
        task, broker = parcel.task, FarBroker(self.ask, parcel)
        settings = session.attempt_settings(self.recipe.settings)
        attempt(task.proposal, parcel.rounds, opened.problem, broker, opened, settings, task.shown)
        return broker.ending()


@dataclass(frozen=True)
class Executions:
    """Executes a job for somebody elsewhere, in a sandbox of this kind."""

    kind: SandboxKind

    def __call__(self, job: Job) -> Outcome:
        """When a slot is free."""
        return _here.sandbox(self.kind).run(job)


@dataclass(frozen=True)
class Descriptions:
    """What a sandbox of this kind is on this node."""

    kind: SandboxKind

    def __call__(self, _: object) -> Mapping[str, Any]:
        """As `Sandbox.describe`."""
        return _here.sandbox(self.kind).describe()


class Here:
    """What this process has opened. Thread-safe; each thing is opened once."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._locks: dict[str, threading.Lock] = {}
        self._evaluators: OrderedDict[str, Evaluator] = OrderedDict()
        self._sandboxes: dict[SandboxKind, Sandbox] = {}

    def opened(self, recipe: Recipe, ask: Ask) -> Evaluator:
        """The evaluator of a run's attempts.

        Raises
        ------
        MissingPrerequisite
            This node can't isolate, or has not the packages, as where the run began.
        """
        with self._lock:
            lock = self._locks.setdefault(recipe.digest, threading.Lock())
        with lock:  # of this run alone: references may take minutes, and others need not wait for them
            with self._lock:
                found = self._evaluators.pop(recipe.digest, None)
            found = found or self._made(recipe, ask)
            with self._lock:
                self._evaluators[recipe.digest] = found  # the last that was used
                while len(self._evaluators) > _MOST_OPEN:
                    self._evaluators.popitem(last=False)
            return found

    def _made(self, recipe: Recipe, ask: Ask) -> Evaluator:
        settings = recipe.settings
        plain = session.opened_problem(settings.problem, settings.scoring)
        if isinstance(plain, Kept) and not settings.signals:
            references.brought(plain, lambda names: ask(CALLS, "references", recipe.digest, names))
        problem = stand_ins.given(plain, recipe.stand_ins)
        sandbox = self.sandbox(SandboxKind.of(settings.scoring, problem.packages))
        refuse_another(recipe, sandbox)
        return session.attempt_evaluator(settings, problem, sandbox, recipe.answers)

    def sandbox(self, kind: SandboxKind) -> Sandbox:
        """The sandbox of this kind, with as many slots as this process has. Raises `MissingPrerequisite`."""
        with self._lock:
            if (found := self._sandboxes.get(kind)) is None:
                found = self._sandboxes[kind] = _opened(kind)
            return found


def refuse_another(recipe: Recipe, sandbox: Sandbox) -> None:
    """Raise `MissingPrerequisite` where programs would run otherwise than where the run began."""
    isolation, environment = isolation_of(sandbox), solver_environment(dict(sandbox.describe()))
    where = f"node {socket.gethostname()}"
    if isolation != recipe.isolation:
        raise MissingPrerequisite(
            f"{where} isolates at {isolation.shown} ({isolation.start} starts), and this run began at "
            f"{recipe.isolation.shown} ({recipe.isolation.start}): their losses can't stand in one run; make "
            "the nodes alike, or choose a level that all of them have (--isolation, --cold)"
        )
    differing = sorted(
        name
        for name in {*environment, *recipe.environment}
        if environment.get(name) != recipe.environment.get(name)
    )
    if differing:
        raise MissingPrerequisite(
            f"{where} has other versions of what programs import than where this run began "
            f"({', '.join(differing)}): install the same on every node"
        )


def _opened(kind: SandboxKind) -> Sandbox:
    from solversmith.ray_pool.worker import slot_count, slots

    scoring = Scoring(isolation=kind.isolation, unsafe_exec=kind.unsafe_exec, cold=kind.cold)
    return Gated(session.made_sandbox(kind.packages, scoring, slot_count()), slots())


_here = Here()
