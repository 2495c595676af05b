"""Capacitated facility location: is every demand met by open facilities within capacity, and at what cost?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from frontierco.evaluation import MOST_VIOLATIONS, Evaluation
from frontierco.facilities import FacilityInstance

OPEN, AMOUNTS, CLAIM = "facilities_open", "assignments", "total_cost"
TOLERANCE = 1e-6  # absolute, of demands and of capacities
_ROWS = 64  # customers at a time: the costs are laid out the other way round

Amounts = NDArray[np.float64]


def evaluate_allocation(
    instance: FacilityInstance, arrays: Mapping[str, NDArray[Any]], convention: str
) -> Evaluation:
    """Fixed costs of open facilities and costs of serving, or the first violations.

    `arrays` holds `facilities_open`, int64 of shape `(n,)`, each 0 or 1, and `assignments`, float64 of shape
    `(m, n)`: how much of a customer's demand comes from a facility. Demands and capacities hold within 1e-6,
    all else exactly. There is one convention only.
    """
    opened, amounts = arrays[OPEN], arrays[AMOUNTS]
    violations = tuple(islice(allocation_violations(instance, opened, amounts), MOST_VIOLATIONS))
    if violations:
        return Evaluation(None, violations)
    fixed = float(instance.fixed_costs[opened == 1].sum())
    return Evaluation(fixed + float(serving_costs(instance, amounts).sum()))


def allocation_violations(
    instance: FacilityInstance, opened: NDArray[np.int64], amounts: Amounts
) -> Iterator[str]:
    """What keeps an allocation from being one; nothing if it is."""
    for facility in np.flatnonzero((opened != 0) & (opened != 1)):
        yield f"facility {facility}: 'facilities_open' is {opened[facility]}; expected 0 or 1"
    with np.errstate(all="ignore"):  # an amount may be anything
        served, load = amounts.sum(axis=1), amounts.sum(axis=0)
        missed = ~(np.abs(served - instance.demands) <= TOLERANCE)
        over = ~(load <= instance.capacities + TOLERANCE)
    yield from _bad_amounts(amounts)
    yield from _closed(opened, amounts, load)
    for customer in np.flatnonzero(missed):
        demand = instance.demands[customer]
        yield f"customer {customer} is served {served[customer]:.9g} of a demand of {demand:.9g}"
    for facility in np.flatnonzero(over):
        capacity = instance.capacities[facility]
        yield f"facility {facility} serves {load[facility]:.9g}, its capacity is {capacity:.9g}"


def serving_costs(instance: FacilityInstance, amounts: Amounts) -> NDArray[np.float64]:
    """What serving each customer costs, shape `(m,)`: the share of its demand times the cost, summed up.

    A customer without a demand costs nothing.
    """
    whole = np.empty(len(instance.demands))
    for start in range(0, len(whole), _ROWS):
        part = slice(start, start + _ROWS)
        whole[part] = np.einsum("ji,ij->j", amounts[part], instance.costs[:, part])
    return np.divide(whole, instance.demands, out=np.zeros_like(whole), where=instance.demands > 0)


def published_cost(instance: FacilityInstance, arrays: Mapping[str, NDArray[Any]]) -> float | str:
    """What the published evaluation makes of an allocation.

    Its loader gives the number of customers for that of facilities, so that with more customers it runs out
    of facilities, and with fewer it looks at so many facilities only. A facility counts as open only if its
    entry is 1, whatever else the others are. NaN passes every comparison. (Read in copies of FrontierCO's
    evaluation code.)
    """
    number = len(instance.demands)
    if number > len(instance.capacities):
        return "it takes the number of customers for that of facilities, and fails (IndexError)"
    opened, amounts = arrays[OPEN][:number] == 1, arrays[AMOUNTS][:, :number]
    with np.errstate(all="ignore"):
        if (np.abs(arrays[AMOUNTS].sum(axis=1) - instance.demands) > TOLERANCE).any():
            return "a demand is not met"
        if (amounts < 0).any():
            return "a negative amount"
        if (amounts[:, ~opened] > 0).any():
            return "a closed facility serves"
        if (amounts.sum(axis=0) > instance.capacities[:number] + TOLERANCE).any():
            return "a capacity is exceeded"
    if np.isnan(amounts).any():
        return "it accepts amounts that are no numbers, and then has no score"
    seen = FacilityInstance(
        instance.capacities[:number], instance.fixed_costs[:number], instance.demands, instance.costs[:number]
    )
    return float(instance.fixed_costs[:number][opened].sum() + serving_costs(seen, amounts).sum())


def _bad_amounts(amounts: Amounts) -> Iterator[str]:
    if amounts.size and amounts.min() >= 0 and amounts.max() < np.inf:  # false for NaN
        return
    bad = np.flatnonzero(~((amounts >= 0) & (amounts < np.inf)))
    for customer, facility in zip(*np.divmod(bad, max(1, amounts.shape[1])), strict=True):
        yield f"customer {customer} is served {amounts[customer, facility]} by facility {facility}"


def _closed(opened: NDArray[np.int64], amounts: Amounts, load: NDArray[np.float64]) -> Iterator[str]:
    for facility in np.flatnonzero((opened == 0) & (load != 0)):
        some = np.flatnonzero(amounts[:, facility])
        more = f" and {len(some) - 1} more" if len(some) > 1 else ""
        yield f"facility {facility} serves customer {some[0]}{more}, but is closed"
