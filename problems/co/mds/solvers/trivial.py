"""One vertex after the other, as long as it is not dominated yet."""

from collections.abc import Iterator
from typing import Any


def solve(**kwargs: Any) -> Iterator[dict[str, list[int]]]:
    """Yield the first maximal independent set in the order of the nodes: it dominates all others."""
    graph = kwargs["graph"]
    dominated: set[int] = set()
    chosen = []
    for vertex in graph:
        if vertex not in dominated:
            chosen.append(vertex)
            dominated.add(vertex)
            dominated.update(graph[vertex])
    yield {"mds_nodes": chosen}
