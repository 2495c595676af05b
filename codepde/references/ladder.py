"""Samples climb levels of resolution until each has a reference that is good enough, in shared batches."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, Protocol, TypeVar

from codepde.references.reference import Reference
from solversmith.errors import InternalFault

LEAST_STEPS: Final = 8


class Ordered(Protocol):
    """What levels have to be: hashable, and cheap ones before dear ones."""

    def __lt__(self, other: Any, /) -> bool:
        """Whether this level is the cheaper one."""
        ...


L = TypeVar("L", bound=Ordered)
# Samples, by their indices, tried at a level: for each its reference, or the level to try next.
Attempt = Callable[[Sequence[int], L], Sequence[Reference | L]]


def climb(first: Sequence[L], attempt: Attempt[L], batch: int) -> Iterator[tuple[int, Reference]]:
    """Index and reference of every sample, cheap ones first.

    ``first`` holds the level that each sample begins at. At most ``batch`` samples that wait at the same
    level are tried together. What ends the climb is up to ``attempt``: it raises where there is no next
    level.
    """
    pending: dict[L, list[int]] = {}
    for index, level in enumerate(first):
        pending.setdefault(level, []).append(index)
    while pending:
        level = min(pending)
        waiting = pending.pop(level)
        chosen, rest = waiting[:batch], waiting[batch:]
        if rest:
            pending[level] = rest
        for index, found in zip(chosen, attempt(chosen, level), strict=True):
            if isinstance(found, Reference):
                yield index, found
            else:
                pending.setdefault(found, []).append(index)


def modes_from(least: float, rungs: Sequence[int], name: str) -> int:
    """The smallest of these numbers of modes that is enough. Raises `InternalFault` beyond the last."""
    for rung in rungs:
        if rung >= least:
            return rung
    raise InternalFault(f"no {name} reference: {least:.0f} modes are needed, at most {rungs[-1]} are tried")


def steps_from(least: float, most: int, name: str) -> int:
    """Steps per frame: from 8 on, each number a quarter more than the last.

    They are few, so that samples share batches. Raises `InternalFault` beyond ``most``.
    """
    steps = LEAST_STEPS
    while steps < least:
        steps = math.ceil(1.25 * steps)
    if steps > most:
        raise InternalFault(f"no {name} reference: {least:.0f} steps per frame are needed, too many")
    return steps
