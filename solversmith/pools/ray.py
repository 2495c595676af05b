"""Processes on the nodes of a Ray cluster."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from solversmith.contract.running import Pool

SUMMARY = "several attempts at once, on a Ray cluster: --address says which, else one of this machine's own"


def build(work: Callable[[Any], Any], size: int) -> Pool[Any, Any]:
    """The pool over the cluster that this process has joined; joins one of its own otherwise."""
    from solversmith.ray_pool.pool import RayPool
    from solversmith.ray_pool.process import fleet

    return RayPool(work, size, fleet())
