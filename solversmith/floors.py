"""How far down a loss means anything: the error of what it was measured against."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

METRIC = "error_floor"  # of a case: no smaller loss on it means more


def floor_of(metrics: Iterable[Mapping[str, Any]]) -> float | None:
    """The mean floor over the cases that state one; `None` if none does."""
    floors = [case[METRIC] for case in metrics if isinstance(case.get(METRIC), int | float)]
    return math.fsum(floors) / len(floors) if floors else None


def stated_error(reference: Mapping[str, Any]) -> float | None:
    """The error that a reference states of itself, for where no case says more."""
    error = reference.get("error", reference.get("estimate"))
    return float(error) if isinstance(error, int | float) else None
