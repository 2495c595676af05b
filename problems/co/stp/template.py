"""Fill in `solve`. The last whole solution that you yield before the time limit counts."""

import json
import os
from collections.abc import Iterator
from typing import Any

CASE = json.loads(os.environ.get("SOLVERSMITH_CASE", "{}"))  # time_limit_s, seed, threads


def solve(**kwargs: Any) -> Iterator[dict[str, Any]]:
    """Yield ever cheaper edges that join `terminals`; `graph_edges` maps (u, v), u < v, to a cost."""
    edges = kwargs["graph_edges"]
    joined = {kwargs["terminals"][0]}
    growing = True
    while growing:
        near = {end for edge in edges if (edge[0] in joined) != (edge[1] in joined) for end in edge}
        growing = not near <= joined
        joined |= near
    chosen = [edge for edge in edges if edge[0] in joined]
    yield {
        "declared_cost": sum(edges[edge] for edge in chosen),
        "num_edges": len(chosen),
        "edges": chosen,
    }
