"""One vertex after the other, as long as nothing chosen is adjacent."""

from collections.abc import Iterator
from typing import Any


def solve(**kwargs: Any) -> Iterator[dict[str, list[int]]]:
    """Yield the first maximal set in the order of the nodes."""
    graph = kwargs["graph"]
    blocked: set[int] = set()
    chosen = []
    for vertex in graph:
        if vertex not in blocked:
            chosen.append(vertex)
            blocked.update(graph[vertex])
    yield {"mis_nodes": chosen}
