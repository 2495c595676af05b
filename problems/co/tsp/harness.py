"""Runs inside the sandbox: bytes to `nodes` or `dist_matrix`, and what the program yields to `tour`."""

from typing import Any

import numpy as np

from frontierco.conversion import integers, member

MOST_ENTRIES_PER_CITY = 4


def arguments(payload: bytes) -> tuple[tuple[()], dict[str, Any]]:
    """`nodes`, a list of (x, y) tuples of floats; with given distances also `dist_matrix`, float64[n, n]."""
    signed = int(np.frombuffer(payload, dtype="<i8", count=1)[0])
    numbers = np.frombuffer(payload, dtype="<f8", offset=8)
    if signed > 0:
        return (), {"nodes": pairs(numbers)}
    matrix, places = np.split(numbers, [signed * signed])
    nodes = pairs(places) if len(places) else None
    return (), {"nodes": nodes, "dist_matrix": matrix.reshape(-signed, -signed).copy()}


def pairs(numbers: Any) -> list[tuple[float, ...]]:
    """One tuple of floats for each two numbers."""
    return list(map(tuple, numbers.reshape(-1, 2).tolist()))


def answer(value: Any, payload: bytes) -> dict[str, Any]:
    """`tour` as int64. Whether it is a tour is decided elsewhere; it only must not be far too long."""
    num_cities = abs(int(np.frombuffer(payload, dtype="<i8", count=1)[0]))
    tour = member(value, "tour")
    if isinstance(tour, (set, frozenset)):
        raise ValueError("'tour' is a set, which has no order; expected a list of cities")
    entries = integers(tour, "tour")
    if entries.size > MOST_ENTRIES_PER_CITY * (num_cities + 1):
        raise ValueError(f"'tour' has {entries.size} entries for {num_cities} cities")
    return {"tour": entries}
