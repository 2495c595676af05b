"""Samples climb levels of resolution until each has a reference that is good enough, in shared batches."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Protocol, TypeVar

from codepde.references.reference import Reference


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
