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


def floor_in(details: str | None, text: Callable[[str], str]) -> float | None:
    """The floor that the full score of a program states; `None` if it does not, or its text is gone."""
    return floor_of(_metrics(details, text))


def beside_in(details: str | None, text: Callable[[str], str]) -> dict[str, Any]:
    """Order of convergence and second call, from the first case of a full score; empty without any."""
    first = next(iter(_metrics(details, text)), {})
    return {key: value for key, value in first.items() if key in _BESIDE}


def _metrics(details: str | None, text: Callable[[str], str]) -> list[Mapping[str, Any]]:
    try:
        cases = json.loads(text(details))["cases"] if details else []
    except (KeyError, ValueError):
        return []
    return [case.get("metrics") or {} for case in cases]


def stated_error(reference: Mapping[str, Any]) -> float | None:
    """The error that a reference states of itself, for where no case says more."""
    error = reference.get("error", reference.get("estimate"))
    return float(error) if isinstance(error, int | float) else None
