"""The order at which a program's error falls with the grid, from its errors on several grids."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

MARGIN: Final = 10.0  # an error below so many times the floor is part floor, and tells no slope


@dataclass(frozen=True)
class Rung:
    """One grid: its points along an axis, the program's error there (`None`: it failed), and the floor.

    The floor is how well the error is known, the reference's own.
    """

    num_points: int
    error: float | None
    floor: float

    @property
    def counts(self) -> bool:
        """Whether the error is above ten times the floor."""
        return self.error is not None and self.error > max(MARGIN * self.floor, 0.0)


def estimate(rungs: Sequence[Rung]) -> float | None:
    """Minus the least-squares slope of log error against log points, over the rungs that count.

    `None` where fewer than two count; never NaN.
    """
    counting = [rung for rung in rungs if rung.counts]
    if len({rung.num_points for rung in counting}) < 2:
        return None
    points = np.log([rung.num_points for rung in counting])
    errors = np.log([rung.error for rung in counting if rung.error is not None])
    steps = points - np.mean(points)
    slope = -float(np.sum(steps * errors) / np.sum(steps**2))
    return slope if math.isfinite(slope) else None


def saturated(rungs: Sequence[Rung]) -> bool:
    """Whether there is no order because errors are as small as the reference can tell."""
    at_floor = [rung for rung in rungs if rung.error is not None and not rung.counts]
    return estimate(rungs) is None and bool(at_floor)


def metrics(rungs: Sequence[Rung]) -> dict[str, Any]:
    """`order`, `order_saturated`, and `order_errors`: points and error of every grid, `None` if it failed."""
    order = estimate(rungs)
    return {
        "order": None if order is None else round(order, 3),
        "order_saturated": saturated(rungs),
        "order_errors": [
            [rung.num_points, None if rung.error is None else float(f"{rung.error:.4g}")] for rung in rungs
        ],
    }
