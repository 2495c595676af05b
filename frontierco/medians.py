"""Capacitated p-median: is everybody served within capacity, and how far away?

A solution has `medians`, p different customers, and `assignments`, for each customer the median that serves
it. A median need not serve itself. `objective`, what the program claims, has no part in ours.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from frontierco.customers import CustomerSet
from frontierco.distances import distances
from frontierco.evaluation import MOST_VIOLATIONS, Evaluation

MEDIANS, ASSIGNMENTS, CLAIM = "medians", "assignments", "objective"
TOLERANCE = 1e-6  # of a capacity, absolute
Arrays = Mapping[str, NDArray[Any]]


def evaluate_medians(instance: CustomerSet, arrays: Arrays, convention: str) -> Evaluation:
    """Sum of the distances from customers to their medians, or the first violations.

    Conventions: `exact`, and `floor` for values from the literature with every distance rounded down.
    """
    violations = tuple(islice(median_violations(instance, arrays), MOST_VIOLATIONS))
    if violations:
        return Evaluation(None, violations)
    return Evaluation(_total(instance, arrays[ASSIGNMENTS], convention))


def median_violations(instance: CustomerSet, arrays: Arrays) -> Iterator[str]:
    """What keeps the medians from serving everybody; nothing if they do."""
    medians, assignments = arrays[MEDIANS], arrays[ASSIGNMENTS]
    count, wanted = len(instance.demands), instance.num_medians
    if len(medians) != wanted:
        yield f"{len(medians)} medians, expected {wanted}"
    outside = (medians < 0) | (medians >= count)
    for median in medians[outside]:
        yield f"median {median} is none of the customers 0..{count - 1}"
    times = np.bincount(medians[~outside], minlength=count)
    for median in np.flatnonzero(times > 1):
        often = "twice" if times[median] == 2 else f"{times[median]} times"
        yield f"median {median} stands {often} in medians"
    if len(assignments) != count:
        yield f"{len(assignments)} assignments, expected {count}: one per customer"
        return
    valid = (assignments >= 0) & (assignments < count)
    valid[valid] = times[assignments[valid]] > 0
    for customer in np.flatnonzero(~valid):
        yield f"customer {customer} is assigned to {assignments[customer]}, which is no median"
    loads = np.bincount(assignments[valid], weights=instance.demands[valid], minlength=count)
    for median in np.flatnonzero(loads > instance.capacities + TOLERANCE):
        capacity = instance.capacities[median]
        yield f"median {median} serves a demand of {loads[median]:g}, capacity {capacity:g}"


def published_total(instance: CustomerSet, arrays: Arrays) -> float | str:
    """The objective by the published arithmetic, or why the published evaluation rejects the solution.

    Every distance is rounded down, though the best-known values were made without; a median may stand in
    the list more than once; an objective must be claimed, and a total of 0 is refused.
    """
    medians, assignments = arrays[MEDIANS], arrays[ASSIGNMENTS]
    count = len(instance.demands)
    if not len(arrays[CLAIM]):
        return "no objective is claimed"
    if len(medians) != instance.num_medians:
        return f"{len(medians)} medians instead of {instance.num_medians}"
    if len(assignments) != count:
        return f"{len(assignments)} assignments instead of {count}"
    if ((medians < 0) | (medians >= count)).any():
        return "a median is no customer"
    if not np.isin(assignments, medians).all():
        return f"customer {np.argmin(np.isin(assignments, medians))} is assigned to no median"
    loads = np.bincount(assignments, weights=instance.demands, minlength=count)
    if (loads > instance.capacities + TOLERANCE).any():
        return f"median {np.argmax(loads > instance.capacities + TOLERANCE)} exceeds its capacity"
    total = _total(instance, assignments, "floor")
    return float(total) if total > 0 else "the total is not positive"


def _total(instance: CustomerSet, assignments: NDArray[np.int64], convention: str) -> int | float:
    """Integers are summed as integers; `exact` is the correctly rounded sum of the rounded distances."""
    legs = distances(instance.coordinates, instance.coordinates[assignments], convention)
    if convention == "exact":
        return math.fsum(legs.tolist())
    return int(legs.astype(np.int64).sum())
