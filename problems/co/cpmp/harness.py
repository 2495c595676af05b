"""Runs inside the sandbox: bytes to an instance, and what the program yields to arrays."""

import math
from typing import Any

import numpy as np

from frontierco.conversion import integers, member

MOST_ENTRIES_PER_CUSTOMER = 4


def arguments(payload: bytes) -> tuple[tuple[()], dict[str, Any]]:
    """`n`, `p` and the customers as tuples of an index and floats."""
    count, num_medians = np.frombuffer(payload, dtype="<i8", count=2).tolist()
    table = np.frombuffer(payload, dtype="<f8", offset=16).reshape(count, 4).tolist()
    customers = [(number, *row) for number, row in enumerate(table)]
    return (), {"n": count, "p": num_medians, "customers": customers}


def answer(value: Any, payload: bytes) -> dict[str, Any]:
    """`medians`, `assignments` and what is claimed. Whether they hold is decided elsewhere."""
    count = int(np.frombuffer(payload, dtype="<i8", count=1)[0])
    medians = entries(value, "medians", count)
    assigned = member(value, "assignments")
    if isinstance(assigned, (set, frozenset)):
        raise ValueError("'assignments' is a set, which has no order; expected a median for each customer")
    return {
        "medians": medians,
        "assignments": entries(value, "assignments", count),
        "objective": claim(value.get("objective")),
    }


def entries(value: Any, key: str, count: int) -> Any:
    """A row of int64 that is not far too long."""
    row = integers(member(value, key), key)
    if row.size > MOST_ENTRIES_PER_CUSTOMER * (count + 1):
        raise ValueError(f"{key!r} has {row.size} entries for {count} customers")
    return row


def claim(value: Any) -> Any:
    """The claimed objective in a row of one, 0 for what is no finite number; no entry if there is none."""
    if value is None:
        return np.empty(0, dtype="<f8")
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        number = 0.0
    return np.array([number if math.isfinite(number) else 0.0], dtype="<f8")
