"""What a full score says besides losses: how far down they mean anything, and what else was measured."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any

_BESIDE = ("order", "order_note", "order_errors", "order_used", "warm")
METRIC = "error_floor"  # of a case: no smaller loss on it means more


def floor_of(metrics: Iterable[Mapping[str, Any]]) -> float | None:
    """The mean floor over the cases that state one; `None` if none does."""
    floors = [case[METRIC] for case in metrics if isinstance(case.get(METRIC), int | float)]
    return math.fsum(floors) / len(floors) if floors else None


def cases_in(details: str | None, text: Callable[[str], str]) -> list[Mapping[str, Any]]:
    """The cases of a full score; none if there is no such text any more."""
    try:
        found = json.loads(text(details))["cases"] if details else []
    except (KeyError, ValueError):
        return []
    return list(found)


def beside_of(cases: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Order of convergence and second call, from the first case of a full score; empty without any."""
    first = next(iter(cases), {}).get("metrics") or {}
    return {key: value for key, value in first.items() if key in _BESIDE}


def stated_error(reference: Mapping[str, Any]) -> float | None:
    """The error that a reference states of itself, for where no case says more."""
    error = reference.get("error", reference.get("estimate"))
    return float(error) if isinstance(error, int | float) else None
