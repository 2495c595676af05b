"""A sandbox on this machine: slots, each with a supervisor, at the best level that can be had."""

from __future__ import annotations

import contextlib
import platform
import sys
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Any

from sandbox import choice, environment, interpreter, levels
from sandbox.backend import Plan
from sandbox.cores import Claim
from sandbox.environment import SolverEnvironment
from sandbox.errors import IsolationUnavailable, SandboxClosed, SupervisorDied
from sandbox.lending import Lending
from sandbox.slot import Slot
from sandbox.spec import EndedBy, Job, Outcome

PACKAGES = ("numpy", "scipy", "networkx")


class LocalSandbox:
    """Runs programs that nobody trusts, `slots` of them at once. Thread-safe.

    Parameters
    ----------
    isolation
        `auto`, the best level that withstands an attack on itself, or `L4`, `L3`, `L2`: that one or none.
        `external`: the owner claims that a kernel of its own is around all of this, so that any level will
        do inside; `L5` is recorded then.
    slots
        How many programs may run at the same time.
    unsafe_exec
        Allow `L1` and `L0`, which protect nothing.
    packages
        Distributions that programs may import, besides the ones that a job names; their dependencies
        come along.
    warm
        Start programs from a process that has imported the large ones of these packages, where that works.
    launcher
        `own`, `bubblewrap`, or `auto`: the first of these that works.

    Raises
    ------
    IsolationUnavailable
        The isolation can't be had; the message says what failed and what to do.
    EnvironmentMismatch
        The interpreter inside is not this one.
    MissingPackage
        One of `packages` is not installed.
    """

    def __init__(
        self,
        isolation: str = "auto",
        slots: int = 1,
        unsafe_exec: bool = False,
        packages: Sequence[str] = PACKAGES,
        warm: bool = True,
        launcher: str = "auto",
    ) -> None:
        if sys.platform != "linux":
            raise IsolationUnavailable("programs can be isolated on Linux only: use a Linux machine or WSL 2")
        if slots < 1:
            raise ValueError(f"a sandbox needs at least one slot, not {slots}")
        self.slots = slots
        self._packages = tuple(packages)
        self._view = interpreter.view()
        solver = environment.resolve(self._packages)
        self._choice = choice.choose(isolation, unsafe_exec, self._view, solver, launcher, warm)
        self._busy = Busy()
        self._solver = solver
        self._all = [Slot(self._plan(solver)) for _ in range(slots)]
        self._lending = Lending(self._all)

    @property
    def level(self) -> str:
        """`L4`, `L3`, `L2`, `L1` or `L0`; `L5` where an outer sandbox was claimed."""
        return self._choice.level

    def run(self, job: Job) -> Outcome:
        """Execute once in a free slot; the whole process tree is dead when this returns.

        Raises
        ------
        MissingPackage, EnvironmentMismatch, IsolationUnavailable, SandboxClosed
            Never for anything that the program did.
        """
        solver = environment.resolve((*self._packages, *job.packages))
        busy = 1
        with self._lending.one() as slot:
            try:
                slot.open(self._plan(solver))
                with self._busy.counted() as count, Claim(job.limits.threads) as claim:
                    detail = {**self._detail(solver), "cores": list(claim.cores)}
                    outcome = slot.run(job, interpreter.expected(solver), detail, claim.cores)
                busy = count.most
            except SupervisorDied as error:  # at a level that withstood the attack: a fault of ours
                outcome = Outcome(EndedBy.FAULT, message=str(error), detail=self._detail(solver))
        if self._lending.closed and outcome.ended_by is EndedBy.FAULT:
            raise SandboxClosed("the sandbox was closed during this execution")
        return replace(outcome, level=self.level, usage=replace(outcome.usage, busy_slots=busy))

    def describe(self) -> dict[str, Any]:
        """Level, probes, backend, interpreter, solver environment, and what is not given."""
        chosen = self._choice
        way = chosen.way
        claimed = {"claim": "external", "inner_level": way.level} if self.level == levels.CLAIMED else {}
        return {
            "level": chosen.level,
            **claimed,
            "slots": self.slots,
            "start": "warm" if way.warm else "cold",
            "backend": way.backend,
            "omitted": list(way.omit),
            "bwrap": None if way.bwrap is None else _short(way.bwrap.to_json()),
            "probes": [probe.to_json() for probe in chosen.probes],
            "interpreter": {key: chosen.reported[key] for key in ("version", "base_prefix", "executable")},
            "solver_environment": dict(self._solver.versions),
            "kernel": platform.release(),
            "machine": platform.machine(),
            "not_given": [*(levels.NOT_GIVEN["L5"] if claimed else ()), *levels.NOT_GIVEN[way.level]],
        }

    def close(self) -> None:
        """End every execution and the supervisors."""
        self._lending.close()

    def __enter__(self) -> LocalSandbox:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _plan(self, solver: SolverEnvironment) -> Plan:
        return choice.plan(self._view, solver, self._choice.way)

    def _detail(self, solver: SolverEnvironment) -> dict[str, Any]:
        way = self._choice.way
        return {
            "backend": way.backend,
            "omitted": list(way.omit),
            "bwrap": None if way.bwrap is None else _short(way.bwrap.to_json()),
            "packages": dict(solver.versions),
        }


@dataclass
class Count:
    """The most slots that were in use at once since this was made."""

    most: int


class Busy:
    """Counts the executions under way, and tells each how many there were beside it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: list[Count] = []

    @contextlib.contextmanager
    def counted(self) -> Iterator[Count]:
        """One execution more, for the time of the block."""
        count = Count(0)
        with self._lock:
            self._counts.append(count)
            for other in self._counts:
                other.most = max(other.most, len(self._counts))
        try:
            yield count
        finally:
            with self._lock:
                self._counts.remove(count)


def _short(bwrap: dict[str, Any]) -> dict[str, Any]:
    return {key: bwrap[key] for key in ("path", "version", "sha256")}
