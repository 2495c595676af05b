"""Facilities by their cost for each unit of capacity; every customer from the cheapest one with room."""

from collections.abc import Iterator
from typing import Any


def solve(**kwargs: Any) -> Iterator[dict[str, Any]]:
    """Yield one solution: as few facilities as the demand needs, in that order."""
    n, capacities, costs = kwargs["n"], kwargs["capacities"], kwargs["trans_costs"]
    left, chosen = sum(kwargs["demands"]), []
    for facility in sorted(range(n), key=lambda i: kwargs["fixed_cost"][i] / capacities[i]):
        if left > -1e-6:  # a little more, so that rounding leaves nobody unserved
            chosen.append(facility)
            left -= capacities[facility]
    room = list(capacities)
    assignments = []
    for customer, demand in enumerate(kwargs["demands"]):
        row = [0.0] * n
        for facility in sorted(chosen, key=lambda i: costs[i][customer]):
            row[facility] = min(demand, room[facility])
            room[facility] -= row[facility]
            demand -= row[facility]
        assignments.append(row)
    is_open = [0] * n
    for facility in chosen:
        is_open[facility] = 1
    yield {"facilities_open": is_open, "assignments": assignments}
