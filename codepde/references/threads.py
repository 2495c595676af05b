"""Parts of one computation on all cores: compiled code lets go of the interpreter, so threads suffice."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

P = TypeVar("P")
R = TypeVar("R")


def cores() -> int:
    """How many this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def mapped(function: Callable[[P], R], parts: Sequence[P]) -> list[R]:
    """The function of each part, in their order; an exception of the first part that has one is raised."""
    workers = min(cores(), len(parts))
    if workers < 2:
        return [function(part) for part in parts]
    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(function, parts))


def shared_out(rows: Sequence[int]) -> list[Sequence[int]]:
    """The rows in as many runs as there are cores, as even as can be, none of them empty."""
    count = min(cores(), len(rows))
    bounds = [place * len(rows) // count for place in range(count + 1)] if count else []
    return [rows[start:stop] for start, stop in itertools.pairwise(bounds)]
