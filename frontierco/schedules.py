"""The flexible job shop: is it a schedule, and when does it end?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from frontierco.evaluation import MOST_VIOLATIONS, Evaluation
from frontierco.job_shops import JobShop

ASSIGNMENTS, STARTS, CLAIM = "machine_assignments", "start_times", "makespan"
LATEST = 2.0**53  # beyond, a start and an end are no longer told apart
_MOST_NAMED = 6

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


def evaluate_schedule(instance: JobShop, arrays: Mapping[str, NDArray[Any]], convention: str) -> Evaluation:
    """The makespan of a schedule, or the first violations.

    `arrays` holds `machine_assignments` (int64) and `start_times` (float64), one entry per operation, job by
    job. Operations and jobs count from 0, machines from 1. Comparisons are exact.
    """
    machines, starts = arrays[ASSIGNMENTS], arrays[STARTS]
    violations = list(islice(_violations(instance, machines, starts), MOST_VIOLATIONS))
    if violations:
        return Evaluation(None, tuple(violations))
    makespan = float((starts + times_on(instance, machines)).max())
    return Evaluation(int(makespan) if makespan.is_integer() else makespan)


def times_on(instance: JobShop, machines: Ints) -> Ints:
    """How long each operation takes on the machine it has, −1 where that can't do it.

    `machines` has one entry per operation, any integers.
    """
    inside = (machines >= 1) & (machines <= instance.num_machines)
    wanted = np.arange(instance.num_operations) * (instance.num_machines + 1) + np.where(inside, machines, 0)
    keys, times = instance.by_machine
    places = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    result: Ints = np.where(inside & (keys[places] == wanted), times[places], -1)
    return result


def published_makespan(instance: JobShop, arrays: Mapping[str, NDArray[Any]]) -> float | str:
    """The makespan by the published arithmetic, or why that rejects a schedule.

    It differs from the definition in what it lets through: starts before 0 (which make the makespan as small
    as one likes) and entries beyond the last operation, which are not looked at.
    """
    count = instance.num_operations
    machines, starts = arrays[ASSIGNMENTS][:count], arrays[STARTS][:count]
    for key, entries in ((ASSIGNMENTS, machines), (STARTS, starts)):
        if len(entries) < count:
            return f"{key} has {len(entries)} entries for {count} operations"
    found = next(_misfits(instance, machines), None)
    found = found or next(_broken_orders(instance, machines, starts), None)
    found = found or next(_overlaps(instance, machines, starts), None)
    return found or float((starts + times_on(instance, machines)).max())


def _violations(instance: JobShop, machines: Ints, starts: Floats) -> Iterator[str]:
    """What keeps the arrays from being a schedule; what can't be judged any more is left out."""
    count = instance.num_operations
    lengths = [(key, len(row)) for key, row in ((ASSIGNMENTS, machines), (STARTS, starts))]
    wrong = [f"{key} has {length} entries, expected {count}" for key, length in lengths if length != count]
    yield from wrong
    if wrong:
        return
    misfits = list(islice(_misfits(instance, machines), MOST_VIOLATIONS))
    yield from misfits
    early = list(islice(_bad_starts(instance, starts), MOST_VIOLATIONS))
    yield from early
    if not misfits and not early:
        yield from _broken_orders(instance, machines, starts)
        yield from _overlaps(instance, machines, starts)


def _misfits(instance: JobShop, machines: Ints) -> Iterator[str]:
    for operation in np.flatnonzero(times_on(instance, machines) < 0):
        first, last = instance.first_option[operation : operation + 2]
        able = sorted(instance.machines[first:last].tolist())
        named = ", ".join(map(str, able[:_MOST_NAMED])) + (", ..." if len(able) > _MOST_NAMED else "")
        machine = machines[operation]
        yield f"{_called(instance, operation)} is on machine {machine}, which can't do it ({named} can)"


def _bad_starts(instance: JobShop, starts: Floats) -> Iterator[str]:
    for operation in np.flatnonzero(~((starts >= 0) & (starts <= LATEST))):  # so that NaN is bad
        yield f"{_called(instance, operation)} starts at {starts[operation]:g}; expected 0 to 2^53"


def _broken_orders(instance: JobShop, machines: Ints, starts: Floats) -> Iterator[str]:
    ends = starts + times_on(instance, machines)
    same_job = instance.job_of[1:] == instance.job_of[:-1]
    for before in np.flatnonzero(same_job & ~(ends[:-1] <= starts[1:])):
        yield (
            f"{_called(instance, before + 1)} starts at {starts[before + 1]:g}, "
            f"before the previous one of its job ends at {ends[before]:g}"
        )


def _overlaps(instance: JobShop, machines: Ints, starts: Floats) -> Iterator[str]:
    """Neighbours in time on one machine that overlap: if any two operations do, then some neighbours do."""
    ends = starts + times_on(instance, machines)
    order = np.lexsort((ends, starts, machines))
    first, second = order[:-1], order[1:]
    for place in np.flatnonzero((machines[first] == machines[second]) & ~(ends[first] <= starts[second])):
        one, other = first[place], second[place]
        until = min(ends[one], ends[other])
        yield (
            f"machine {machines[one]} overlaps at {starts[other]:g}-{until:g}: operation {one} takes "
            f"{starts[one]:g}-{ends[one]:g}, operation {other} {starts[other]:g}-{ends[other]:g}"
        )


def _called(instance: JobShop, operation: int | np.integer) -> str:
    job = int(instance.job_of[operation])
    return f"operation {operation} (step {operation - instance.first_operation[job]} of job {job})"
