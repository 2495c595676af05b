"""Fill in `solve`. The last whole tour that you yield before the time limit counts."""

import json
import os
from collections.abc import Iterator
from typing import Any

CASE = json.loads(os.environ.get("SOLVERSMITH_CASE", "{}"))  # time_limit_s, seed, threads, convention


def solve(**kwargs: Any) -> Iterator[dict[str, list[int]]]:
    """Yield ever better tours over `nodes`, a list of (x, y), or by the distances in `dist_matrix`."""
    nodes, matrix = kwargs["nodes"], kwargs.get("dist_matrix")
    num_cities = len(nodes if matrix is None else matrix)
    yield {"tour": list(range(num_cities))}
