"""Fill in `solve`. The last whole tour that you yield before the time limit counts."""

import json
import os
from collections.abc import Iterator
from typing import Any

CASE = json.loads(os.environ.get("SOLVERSMITH_CASE", "{}"))  # time_limit_s, seed, threads, convention


def solve(**kwargs: Any) -> Iterator[dict[str, list[int]]]:
    """Yield ever better tours over `nodes`, a list of (x, y)."""
    nodes = kwargs["nodes"]
    yield {"tour": list(range(len(nodes)))}
