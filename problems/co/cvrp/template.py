"""Fill in `solve`. The last whole solution that you yield before the time limit counts."""

import json
import os
from collections.abc import Iterator
from typing import Any

CASE = json.loads(os.environ.get("SOLVERSMITH_CASE", "{}"))  # time_limit_s, seed, threads, convention


def solve(**kwargs: Any) -> Iterator[dict[str, list[list[int]]]]:
    """Yield ever shorter sets of routes over `nodes`, within `capacity`."""
    depot = kwargs["depot_idx"]
    yield {"routes": [[depot, i, depot] for i in range(len(kwargs["nodes"])) if i != depot]}
