"""A sandbox on this machine: slots, each with a supervisor, at the best level that can be had."""

from __future__ import annotations

import queue
import sys
import threading
from collections.abc import Sequence
from types import TracebackType
from typing import Any

from sandbox import binary, environment, interpreter
from sandbox.backend import Plan
from sandbox.environment import SolverEnvironment
from sandbox.errors import IsolationUnavailable, SandboxClosed
from sandbox.slot import Slot
from sandbox.spec import Job, Outcome

PACKAGES = ("numpy", "scipy", "networkx")


class LocalSandbox:
    """Runs programs that nobody trusts, `slots` of them at once. Thread-safe."""

    def __init__(
        self,
        isolation: str = "auto",
        slots: int = 1,
        unsafe_exec: bool = False,
        packages: Sequence[str] = PACKAGES,
    ) -> None:
        if sys.platform != "linux":
            raise IsolationUnavailable("programs can be isolated on Linux only; use a Linux machine or WSL 2")
        self.slots = slots
        self._packages = tuple(packages)
        self._closed = False
        self._lock = threading.Lock()
        found, refused = binary.find()
        if found is None:
            raise IsolationUnavailable("; ".join(refused))
        self._bwrap = found
        self._view = interpreter.view()
        self.level = "L3"
        self._free: queue.LifoQueue[Slot] = queue.LifoQueue()
        plan = self._plan(environment.resolve(self._packages))
        self._all = [Slot(plan) for _ in range(slots)]
        for slot in self._all:
            self._free.put(slot)

    def run(self, job: Job) -> Outcome:
        """Execute once in a free slot; the whole process tree is dead when this returns."""
        solver = environment.resolve(tuple(dict.fromkeys((*self._packages, *job.packages))))
        slot = self._lease()
        try:
            slot.open(self._plan(solver))
            return slot.run(job, interpreter.expected(solver), self._detail(solver))
        finally:
            self._free.put(slot)

    def describe(self) -> dict[str, Any]:
        """What programs run in."""
        return {"level": self.level, "slots": self.slots}

    def close(self) -> None:
        """End the supervisors."""
        self._closed = True
        for slot in self._all:
            slot.close()

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
        view = self._view
        return Plan(
            level=self.level,
            python=view.python,
            search=view.search,
            shown=view.shown,
            links=view.links,
            hidden=view.hidden,
            solver=tuple((source, relative) for relative, source in solver.entries),
            bwrap=self._bwrap.to_json(),
        )

    def _detail(self, solver: SolverEnvironment) -> dict[str, Any]:
        return {
            "backend": "bubblewrap",
            "bwrap": self._bwrap.path,
            "bwrap_sha256": self._bwrap.sha256,
            "packages": dict(solver.versions),
        }
