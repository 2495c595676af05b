"""The cities in the order in which they were given."""

from collections.abc import Iterator
from typing import Any


def solve(**kwargs: Any) -> Iterator[dict[str, list[int]]]:
    """Yield the identity."""
    nodes = kwargs["nodes"]
    yield {"tour": list(range(len(kwargs["dist_matrix"] if nodes is None else nodes)))}
