"""Fill in `solve`. The last whole set that you yield before the time limit counts."""

import json
import os
from collections.abc import Iterator
from typing import Any

CASE = json.loads(os.environ.get("SOLVERSMITH_CASE", "{}"))  # time_limit_s, seed, threads


def solve(**kwargs: Any) -> Iterator[dict[str, list[int]]]:
    """Yield ever smaller dominating sets of `graph`, a networkx.Graph."""
    graph = kwargs["graph"]
    yield {"mds_nodes": list(graph)}
