"""What k attempts cost: in calls, tokens, USD and CPU seconds."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from solversmith.errors import UsageError


@dataclass(frozen=True)
class Cost:
    """Of one attempt, or of k of them in the mean. A completion from a cache counts at its first price."""

    calls: float = 0.0
    tokens: float = 0.0
    usd: float | None = 0.0  # None: a price is unknown
    cpu_s: float = 0.0


def cost_at_k(costs: Sequence[Cost], k: int) -> Cost:
    """The expected cost of k attempts drawn from the pool: k times the mean. USD is unknown if any is.

    Raises
    ------
    UsageError
        Unless 1 <= k <= n.
    """
    n = len(costs)
    if not 1 <= k <= n:
        raise UsageError(f"the cost of {k} of {n} attempts makes no sense: k is from 1 to n")
    usd = [cost.usd for cost in costs if cost.usd is not None]
    share = k / n
    return Cost(
        calls=math.fsum(cost.calls for cost in costs) * share,
        tokens=math.fsum(cost.tokens for cost in costs) * share,
        usd=math.fsum(usd) * share if len(usd) == n else None,
        cpu_s=math.fsum(cost.cpu_s for cost in costs) * share,
    )
