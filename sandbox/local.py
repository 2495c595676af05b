"""A sandbox on this machine: slots, each with a supervisor, at the best level that can be had."""

from __future__ import annotations

import platform
import queue
import sys
from collections.abc import Sequence
from types import TracebackType
from typing import Any

from sandbox import choice, environment, interpreter, levels
from sandbox.backend import Plan
from sandbox.environment import SolverEnvironment
from sandbox.errors import IsolationUnavailable, SandboxClosed
from sandbox.slot import Slot
from sandbox.spec import EndedBy, Job, Outcome

PACKAGES = ("numpy", "scipy", "networkx")
_STOP_S = 0.2


class LocalSandbox:
    """Runs programs that nobody trusts, `slots` of them at once. Thread-safe.

    Parameters
    ----------
    isolation
        `auto`, the best level that withstands an attack on itself, or `L3`, `L2`: that one or none.
    slots
        How many programs may run at the same time.
    unsafe_exec
        Allow `L1` and `L0`, which protect nothing.
    packages
        Distributions that programs may import, besides the ones that a job names; their dependencies
        come along.
    warm
        Fork a process that has imported the packages, where that can be had.

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
    ) -> None:
        if sys.platform != "linux":
            raise IsolationUnavailable("programs can be isolated on Linux only: use a Linux machine or WSL 2")
        if slots < 1:
            raise ValueError(f"a sandbox needs at least one slot, not {slots}")
        self.slots = slots
        self._packages = tuple(packages)
        self._closed = False
        self._view = interpreter.view()
        solver = environment.resolve(self._packages)
        self._choice = choice.choose(isolation, unsafe_exec, self._view, solver)
        self._solver = solver
        self._all = [Slot(self._plan(solver)) for _ in range(slots)]
        self._free: queue.LifoQueue[Slot] = queue.LifoQueue()
        for slot in self._all:
            self._free.put(slot)

    @property
    def level(self) -> str:
        """`L3`, `L2`, `L1` or `L0`."""
        return self._choice.level

    def run(self, job: Job) -> Outcome:
        """Execute once in a free slot; the whole process tree is dead when this returns.

        Raises
        ------
        MissingPackage, EnvironmentMismatch, IsolationUnavailable, SandboxClosed
            Never for anything that the program did.
        """
        solver = environment.resolve((*self._packages, *job.packages))
        slot = self._lease()
        try:
            slot.open(self._plan(solver))
            outcome = slot.run(job, interpreter.expected(solver), self._detail(solver))
        finally:
            self._free.put(slot)
        if self._closed and outcome.ended_by is EndedBy.FAULT:
            raise SandboxClosed("the sandbox was closed during this execution")
        return outcome

    def describe(self) -> dict[str, Any]:
        """Level, probes, backend, interpreter, solver environment, and what is not given."""
        chosen = self._choice
        return {
            "level": chosen.level,
            "slots": self.slots,
            "backend": levels.BACKENDS[chosen.level],
            "start": "cold",
            "omitted": list(chosen.omit),
            "bwrap": None if chosen.bwrap is None else _short(chosen.bwrap.to_json()),
            "probes": [probe.to_json() for probe in chosen.probes],
            "interpreter": {key: chosen.reported[key] for key in ("version", "base_prefix", "executable")},
            "solver_environment": dict(self._solver.versions),
            "kernel": platform.release(),
            "machine": platform.machine(),
            "not_given": list(levels.NOT_GIVEN[chosen.level]),
        }

    def close(self) -> None:
        """End every execution and the supervisors."""
        self._closed = True
        idle: list[Slot] = []
        while len(idle) < len(self._all):
            for slot in self._all:
                slot.stop()
            try:
                idle.append(self._free.get(timeout=_STOP_S))
            except queue.Empty:
                continue  # it was just starting its supervisor; now there is something to stop
        for slot in idle:
            slot.close()
            self._free.put(slot)

    def __enter__(self) -> LocalSandbox:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _lease(self) -> Slot:
        slot = self._free.get()
        if self._closed:
            self._free.put(slot)
            raise SandboxClosed("the sandbox is closed")
        return slot

    def _plan(self, solver: SolverEnvironment) -> Plan:
        chosen = self._choice
        return choice.plan(self._view, solver, chosen.level, chosen.omit, chosen.bwrap)

    def _detail(self, solver: SolverEnvironment) -> dict[str, Any]:
        bwrap = self._choice.bwrap
        return {
            "backend": levels.BACKENDS[self.level],
            "start": "cold",
            "omitted": list(self._choice.omit),
            "bwrap": None if bwrap is None else _short(bwrap.to_json()),
            "packages": dict(solver.versions),
        }


def _short(bwrap: dict[str, Any]) -> dict[str, Any]:
    return {key: bwrap[key] for key in ("path", "version", "sha256")}
