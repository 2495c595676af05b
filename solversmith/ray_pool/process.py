"""The fleet of this process: one for all of its pools."""

from __future__ import annotations

import atexit
import sys
import threading
from contextlib import ExitStack

from solversmith.ray_pool.cluster import joined
from solversmith.ray_pool.fleet import Fleet
from solversmith.ray_pool.pool import FIRST_S

_lock = threading.Lock()
_fleet: Fleet | None = None


def fleet() -> Fleet:
    """The fleet, with a worker at least. A process that has joined no cluster starts one of its own.

    Raises
    ------
    MissingPrerequisite
        No cluster, or no worker on it.
    """
    global _fleet
    with _lock:
        ray = sys.modules.get("ray")  # not imported here: what joins a cluster has to say how
        if ray is None or not ray.is_initialized():
            stack = ExitStack()
            stack.enter_context(joined())
            atexit.register(stack.close)
            _fleet = None
        if _fleet is None:
            _fleet = Fleet()
        _fleet.wait(FIRST_S)
        return _fleet


def leave() -> None:
    """End the workers of this process."""
    global _fleet
    with _lock:
        if _fleet is not None:
            _fleet.close()
            _fleet = None
