"""Runs inside the sandbox: bytes to `nodes`, and what the program yields to the array `tour`."""

from typing import Any

import numpy as np

from frontierco.conversion import integers, member

MOST_ENTRIES_PER_CITY = 4


def arguments(payload: bytes) -> tuple[tuple[()], dict[str, Any]]:
    """`nodes`, a list of (x, y) tuples of floats."""
    coordinates = np.frombuffer(payload, dtype="<f8", offset=8).reshape(-1, 2)
    return (), {"nodes": list(map(tuple, coordinates.tolist()))}


def answer(value: Any, payload: bytes) -> dict[str, Any]:
    """`tour` as int64. Whether it is a tour is decided elsewhere; it only must not be far too long."""
    num_cities = int(np.frombuffer(payload, dtype="<i8", count=1)[0])
    tour = member(value, "tour")
    if isinstance(tour, (set, frozenset)):
        raise ValueError("'tour' is a set, which has no order; expected a list of cities")
    entries = integers(tour, "tour")
    if entries.size > MOST_ENTRIES_PER_CITY * (num_cities + 1):
        raise ValueError(f"'tour' has {entries.size} entries for {num_cities} cities")
    return {"tour": entries}
