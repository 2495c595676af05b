"""A spanning tree of all that the first terminal reaches, whatever it costs."""

from collections.abc import Iterator
from typing import Any


def solve(**kwargs: Any) -> Iterator[dict[str, Any]]:
    """Yield the edges by which a breadth-first search comes to new vertices."""
    costs = kwargs["graph_edges"]
    near: dict[int, list[int]] = {}
    for u, v in costs:
        near.setdefault(u, []).append(v)
        near.setdefault(v, []).append(u)
    reached = [kwargs["terminals"][0]]
    seen = set(reached)
    edges = []
    for u in reached:
        for v in near.get(u, []):
            if v not in seen:
                seen.add(v)
                reached.append(v)
                edges.append((min(u, v), max(u, v)))
    cost = sum(costs[edge] for edge in edges)
    yield {"declared_cost": cost, "num_edges": len(edges), "edges": edges}
