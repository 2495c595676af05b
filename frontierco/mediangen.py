"""Random capacitated p-median instances.

Customers at integer points with integer demands, and one capacity for all, p times which is more than the
total demand by a drawn share. The stream of `RandomState` is frozen, so a seed means the same instance
everywhere.
"""

from __future__ import annotations

import numpy as np

from frontierco.customers import CustomerSet

SPAN = 1000
LARGEST_DEMAND = 20
_TIGHTEST, _LOOSEST = 960, 820  # demand over capacity, in thousandths


def random_customers(count: int, num_medians: int, seed: int, span: int = SPAN) -> CustomerSet:
    """Uniform points in [0, span]², demands from 1 to 20, and 82 to 96 % of all capacity needed."""
    if not 1 <= num_medians <= count:
        raise ValueError(f"{num_medians} medians among {count} customers")
    random = np.random.RandomState(seed)
    coordinates = random.randint(0, span + 1, size=(count, 2)).astype(np.float64)
    demands = random.randint(1, LARGEST_DEMAND + 1, size=count).astype(np.int64)
    tightness = int(random.randint(_LOOSEST, _TIGHTEST + 1))
    capacity = max(-(-1000 * int(demands.sum()) // (tightness * num_medians)), int(demands.max()))
    return CustomerSet(num_medians, coordinates, np.full(count, float(capacity)), demands.astype(np.float64))
