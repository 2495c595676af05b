"""A sandbox whose slots are those of workers elsewhere: for what the host itself has executed."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any, Protocol

from sandbox.errors import SandboxError
from sandbox.spec import Job, Outcome
from solversmith.contract.running import Failed, Lost
from solversmith.remote.work import Descriptions, Executions, SandboxKind


class Hands(Protocol):
    """Whoever has work carried out: a fleet."""

    def call(self, work: Any, task: Any, done: Any) -> None:
        """`done` gets the result, `Failed` or `Lost`."""
        ...


class FarSandbox:
    """A `Sandbox`. Its description is that of the first worker that was asked; others are held against it."""

    def __init__(self, hands: Hands, kind: SandboxKind) -> None:
        """Raises `MissingPrerequisite` where a worker can't isolate programs so."""
        self._hands, self._execute = hands, Executions(kind)
        self._about: Mapping[str, Any] = self._answered(Descriptions(kind), None)

    @property
    def level(self) -> str:
        """Of the worker that was asked."""
        return str(self._about["level"])

    def run(self, job: Job) -> Outcome:
        """Execute on whichever worker has most room. Raises `SandboxError` if it was lost meanwhile."""
        outcome: Outcome = self._answered(self._execute, job)
        return outcome

    def describe(self) -> Mapping[str, Any]:
        """Of the worker that was asked."""
        return self._about

    def close(self) -> None:
        """The workers keep their sandboxes."""

    def __enter__(self) -> FarSandbox:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _answered(self, work: Any, task: Any) -> Any:
        ready, box = threading.Event(), list[Any]()

        def done(result: Any) -> None:
            box.append(result)
            ready.set()

        self._hands.call(work, task, done)
        ready.wait()
        (result,) = box
        if isinstance(result, Lost):
            raise SandboxError(f"the worker was lost: {result.reason}")
        if isinstance(result, Failed):
            raise result.error
        return result
