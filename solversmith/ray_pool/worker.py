"""A process on a node that carries work out, in threads: what waits for a model holds no core.

Its class is made an actor by the fleet. Nothing but the standard library is imported before `mend`.
"""

from __future__ import annotations

import os
import pickle
import socket
import threading
from functools import lru_cache
from typing import Any

from solversmith.ray_pool import place

_MOST_WORKS = 64  # kept as they were read: one for each run that is under way, and few more
_slots = threading.BoundedSemaphore(1)
_count = 1


def slots() -> threading.BoundedSemaphore:
    """Of this process: whoever runs a program holds one of as many as it has cores for."""
    return _slots


def slot_count() -> int:
    """How many programs may run at once here."""
    return _count


@lru_cache(maxsize=_MOST_WORKS)
def _read(work: bytes) -> Any:
    """The work of many tasks, made once. The bytes are those of our own host."""
    return pickle.loads(work)  # noqa: S301


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
        """The result of `work(task)`, or `Failed` with whatever it raised; work may come in bytes."""
        from solversmith.contract.running import Failed
        from solversmith.ray_pool.failures import portable

        try:
            return (_read(work) if isinstance(work, bytes) else work)(task)
        except BaseException as error:  # noqa: BLE001 - handed to whoever asked
            return Failed(portable(error))
