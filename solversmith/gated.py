"""A sandbox that shares slots with others: several runs, or kinds of sandbox, of one machine."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

from sandbox.spec import Job, Outcome
from solversmith.contract.running import Sandbox


class Gated:
    """Holds one of the shared slots while it runs something. A `Sandbox`."""

    def __init__(self, sandbox: Sandbox, slots: threading.BoundedSemaphore) -> None:
        self._sandbox, self._slots = sandbox, slots

    @property
    def level(self) -> str:
        """Of the sandbox."""
        return self._sandbox.level

    def run(self, job: Job) -> Outcome:
        """When a slot is free."""
        with self._slots:
            return self._sandbox.run(job)

    def describe(self) -> Mapping[str, Any]:
        """Of the sandbox."""
        return self._sandbox.describe()

    def close(self) -> None:
        """End it."""
        self._sandbox.close()
