"""The time of day that records are stamped with: it goes on evenly, whoever sets the system's clock."""

from __future__ import annotations

import time
from collections.abc import Callable


def steady() -> Callable[[], float]:
    """Seconds since the epoch, as the system's clock says now; from here on by one that nobody sets.

    The differences of its stamps are budgets and sums of wall time: a clock that is set while a run is under
    way must neither spend hours of them nor give any back.
    """
    begun_s = time.time() - time.monotonic()
    return lambda: begun_s + time.monotonic()
