"""Pools, one module each: `SUMMARY` and `build(work, size) -> Pool`; found by module name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from solversmith.contract.running import Pool

Work = Callable[[Any], Any]
PoolFactory = Callable[[Work, int], Pool[Any, Any]]


def available() -> Mapping[str, str]:
    """Name to one-line summary of every pool."""
    raise NotImplementedError


def chosen(name: str) -> PoolFactory:
    """The pool of this name: called with a work function and a size, it makes a `Pool`.

    Raises
    ------
    UnknownName
        No such pool; close matches are in the message.
    """
    raise NotImplementedError
