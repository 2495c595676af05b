"""Fill in `solve`. The last whole solution that you yield before the time limit counts."""

import json
import os
from collections.abc import Iterator
from typing import Any

CASE = json.loads(os.environ.get("SOLVERSMITH_CASE", "{}"))  # time_limit_s, seed, threads, convention


def solve(**kwargs: Any) -> Iterator[dict[str, Any]]:
    """Yield ever better choices of `p` of the `customers`, and who is served by whom."""
    n, p = kwargs["n"], kwargs["p"]
    medians = list(range(p))
    yield {"objective": 0.0, "medians": medians, "assignments": [medians[i % p] for i in range(n)]}
