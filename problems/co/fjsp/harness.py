"""Runs inside the sandbox: bytes to `jobs`, and what the program yields to three arrays."""

import itertools
from typing import Any

import numpy as np

from frontierco.conversion import claimed, integers, member

MOST_ENTRIES_PER_OPERATION = 4
LARGEST_EXACT = 2.0**53


def arguments(payload: bytes) -> tuple[tuple[()], dict[str, Any]]:
    """`num_jobs`, `num_machines` and `jobs`: per job and operation a list of (machine, time)."""
    num_jobs, num_machines, num_operations, num_options = np.frombuffer(payload, "<i8", 4).tolist()
    rest = np.frombuffer(payload, "<i8", offset=32)
    ends = np.cumsum([0, num_jobs, num_operations, num_options, num_options])
    steps, choices, machines, times = (rest[a:b].tolist() for a, b in itertools.pairwise(ends))
    options = list(zip(machines, times, strict=True))
    operations = pieces(options, choices)
    return (), {"num_jobs": num_jobs, "num_machines": num_machines, "jobs": pieces(operations, steps)}


def pieces(items: list[Any], lengths: list[int]) -> list[list[Any]]:
    """Cut a list into lists of given lengths."""
    result, place = [], 0
    for length in lengths:
        result.append(items[place : place + length])
        place += length
    return result


def answer(value: Any, payload: bytes) -> dict[str, Any]:
    """Machines as int64, starts as float64, and a claimed makespan if it is a number: kept, not trusted."""
    num_operations = int(np.frombuffer(payload, "<i8", 4)[2])
    machines = integers(ordered(value, "machine_assignments"), "machine_assignments")
    starts = reals(ordered(value, "start_times"), "start_times")
    for key, row in (("machine_assignments", machines), ("start_times", starts)):
        if row.size > MOST_ENTRIES_PER_OPERATION * (num_operations + 1):
            raise ValueError(f"{key!r} has {row.size} entries for {num_operations} operations")
    return {"machine_assignments": machines, "start_times": starts, "makespan": claimed(value, "makespan")}


def ordered(value: Any, key: str) -> Any:
    """What stands under `key`, unless it has no order."""
    row = member(value, key)
    if isinstance(row, (set, frozenset)):
        raise ValueError(f"{key!r} is a set, which has no order; expected a list, one entry per operation")
    return row


def reals(values: Any, key: str) -> Any:
    """One row of float64 from a list, tuple or array of finite numbers; booleans are none."""
    if isinstance(values, np.ndarray) and values.dtype.kind in "iuf":
        array = values
    else:
        row = list(values) if isinstance(values, (list, tuple, range, np.ndarray)) else [values]
        for kind in set(map(type, row)):
            if kind is bool or not issubclass(kind, (int, float, np.integer, np.floating)):
                raise ValueError(f"{key!r} has an entry of type {kind.__name__}; expected numbers")
        try:
            array = np.array([float(entry) for entry in row])
        except OverflowError:
            raise ValueError(f"{key!r} has a number that is too large") from None
    if array.ndim > 1:
        raise ValueError(f"{key!r} has shape {array.shape}; expected one row of numbers")
    result = np.atleast_1d(array).astype(np.float64)
    if not np.all(np.abs(result) <= LARGEST_EXACT):  # written so that NaN fails
        bad = result[~(np.abs(result) <= LARGEST_EXACT)][0]
        raise ValueError(f"{key!r} has the entry {bad}; expected finite numbers below 2^53")
    return result
