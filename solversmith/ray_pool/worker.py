"""A process on a node that carries work out, in threads: what waits for a model holds no core.

Its class is made an actor by the fleet. Nothing but the standard library is imported before `mend`.
"""

from __future__ import annotations

import os
import socket
import threading
from typing import Any

from solversmith.ray_pool import place

_slots = threading.BoundedSemaphore(1)
_count = 1


def slots() -> threading.BoundedSemaphore:
    """Of this process: whoever runs a program holds one of as many as it has cores for."""
    return _slots


def slot_count() -> int:
    """How many programs may run at once here."""
    return _count


class Worker:
    """Carries out whatever it is given, and gives back what came of it: a result, or `Failed`."""

    def __init__(self, slots: int) -> None:
        global _slots, _count
        self._mended = place.mend()
        from solversmith.ray_pool.cluster import secrets

        for name in secrets():
            del os.environ[name]
        _slots, _count = threading.BoundedSemaphore(slots), slots

    def about(self) -> dict[str, Any]:
        """Where it stands."""
        return {"host": socket.gethostname(), "pid": os.getpid(), "slots": _count, "mended": self._mended}

    def carry_out(self, work: Any, task: Any) -> Any:
        """The result of `work(task)`, or `Failed` with whatever it raised."""
        from solversmith.contract.running import Failed
        from solversmith.ray_pool.failures import portable

        try:
            return work(task)
        except BaseException as error:  # noqa: BLE001 - handed to whoever asked
            return Failed(portable(error))
