"""The first customers as medians; the largest demands go first, each to the emptiest median."""

import heapq
from collections.abc import Iterator
from typing import Any


def solve(**kwargs: Any) -> Iterator[dict[str, Any]]:
    """Yield one packing that looks at no distance."""
    customers = kwargs["customers"]
    by_capacity = sorted(customers, key=lambda customer: -customer[3])
    room = [(-customer[3], customer[0]) for customer in by_capacity[: kwargs["p"]]]
    medians = [median for _, median in room]
    heapq.heapify(room)
    assignments = [0] * len(customers)
    for number, _, _, _, demand in sorted(customers, key=lambda customer: -customer[4]):
        free, median = heapq.heappop(room)
        assignments[number] = median
        heapq.heappush(room, (free + demand, median))
    yield {"medians": medians, "assignments": assignments}
