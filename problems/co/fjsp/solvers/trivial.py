"""One operation after the other, each on the first machine that can do it."""

from collections.abc import Iterator
from typing import Any


def solve(**kwargs: Any) -> Iterator[dict[str, Any]]:
    """Yield a schedule in which no two operations run at the same time."""
    machines, starts, now = [], [], 0
    for job in kwargs["jobs"]:
        for options in job:
            machines.append(options[0][0])
            starts.append(now)
            now += options[0][1]
    yield {"makespan": now, "machine_assignments": machines, "start_times": starts}
