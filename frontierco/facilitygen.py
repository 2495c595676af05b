"""Seeded random instances of capacitated facility location, the same everywhere for the same seed."""

from __future__ import annotations

import numpy as np

from frontierco.facilities import FacilityInstance

UNIT_COST = 10.0  # of one unit over the side of the square


def random_facilities(num_facilities: int, num_customers: int, ratio: float, seed: int) -> FacilityInstance:
    """Points of the unit square; serving costs ten times the distance a unit.

    Demands are integers from 5 to 34. Capacities are integers from 10 to 159, scaled such that together they
    are ``ratio`` times all demands. Opening costs a part that is the same for all sizes, 0 to 89, and one
    that grows with the square root of the capacity, 100 to 109 times: G. Cornuéjols, R. Sridharan,
    J.-M. Thizy, A comparison of heuristics and relaxations for the capacitated plant location problem,
    European Journal of Operational Research 50 (1991); unverified, read in papers that use these instances.
    """
    if not (num_facilities >= 1 and num_customers >= 1 and ratio > 1):
        raise ValueError(f"{num_facilities} facilities, {num_customers} customers, ratio {ratio}: ratio > 1")
    random = np.random.RandomState(seed)
    facilities = random.random_sample((num_facilities, 2))
    customers = random.random_sample((num_customers, 2))
    demands = random.randint(5, 35, num_customers).astype(float)
    capacities = random.randint(10, 160, num_facilities).astype(float)
    capacities *= ratio * demands.sum() / capacities.sum()
    capacities = np.maximum(1.0, np.rint(capacities))
    same, growing = random.randint(0, 90, num_facilities), random.randint(100, 110, num_facilities)
    fixed = same + growing * np.sqrt(capacities)
    x, y = (np.subtract.outer(facilities[:, axis], customers[:, axis]) for axis in (0, 1))
    costs = UNIT_COST * np.sqrt(x * x + y * y) * demands
    return FacilityInstance(capacities, fixed, demands, costs)
