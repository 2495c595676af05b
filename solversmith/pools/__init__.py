"""Pools, one module each: `SUMMARY` and `build(work, size) -> Pool`; found by module name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from solversmith import discovery
from solversmith.contract.running import Pool
from solversmith.errors import UsageError

Work = Callable[[Any], Any]
PoolFactory = Callable[[Work, int], Pool[Any, Any]]


def available() -> Mapping[str, str]:
    """Name to one-line summary of every pool."""
    return discovery.summaries(__name__)


def chosen(name: str) -> PoolFactory:
    """The pool of this name: called with a work function and a size, it makes a `Pool`.

    Raises
    ------
    UnknownName
        No such pool; close matches are in the message.
    UsageError
        When called: a size below 1.
    """
    build: PoolFactory = discovery.find("pool", __name__, name).build

    def factory(work: Work, size: int) -> Pool[Any, Any]:
        if size < 1:
            raise UsageError(f"a pool needs at least 1 worker, not {size}")
        return build(work, size)

    return factory
