"""HiGHS alone, on models with ever more of the arcs: each time a longer slice of the limit.

A model has for each customer its cheapest facilities, by the cost a unit and a part of what opening costs. An
allocation of one model is one of the next, so that each answer is at least as good as the one before if HiGHS
comes to an end; the better of the two is kept.
"""

import json
import os
import time
from collections.abc import Iterator
from typing import Any

import numpy as np

BEGIN_S = time.perf_counter() - 0.2  # the imports count, too
CASE = json.loads(os.environ.get("SOLVERSMITH_CASE", "{}"))
LIMIT_S = float(CASE.get("time_limit_s", 10.0))
STOP_S = BEGIN_S + 0.9 * LIMIT_S - 0.3  # HiGHS looks at the clock from time to time only
# arcs of a customer, and the share of the time left
SLICES = ((4, 0.12), (8, 0.2), (16, 0.4), (32, 0.7), (10**9, 1.0))
MOST_ARCS = 200_000


def solve(**kwargs: Any) -> Iterator[dict[str, Any]]:
    """Yield a simple allocation, then what HiGHS finds in each slice."""
    capacity, fixed = np.array(kwargs["capacities"]), np.array(kwargs["fixed_cost"])
    demand = np.array(kwargs["demands"])
    costs = np.array(kwargs["trans_costs"]).T  # customers first
    amounts = simple(capacity, fixed, demand, costs)
    yield {"facilities_open": amounts.any(axis=0).astype(np.int64), "assignments": amounts}
    best = value(amounts, fixed, demand, costs)
    done = 0
    for most, share in SLICES:
        count = min(most, capacity.size, MOST_ARCS // demand.size)
        left_s = STOP_S - time.perf_counter()
        if count <= done or left_s < 0.1:
            return
        done = count
        rows, columns = cheap_arcs(capacity, fixed, demand, costs, count)
        found = cheapest(capacity, fixed, demand, costs, rows, columns, share * left_s)
        if found is None:
            continue
        amounts = np.zeros_like(amounts)
        amounts[rows, columns] = np.where(found < 1e-7, 0.0, found) * demand[rows]
        amounts = settled(amounts, capacity, demand, costs)
        if amounts is not None and (now := value(amounts, fixed, demand, costs)) < best:
            best = now
            yield {"facilities_open": amounts.any(axis=0).astype(np.int64), "assignments": amounts}


def value(amounts: Any, fixed: Any, demand: Any, costs: Any) -> float:
    """What an allocation costs that opens what it uses."""
    shares = amounts / np.where(demand > 0, demand, 1.0)[:, None]
    return float(fixed[amounts.any(axis=0)].sum() + (shares * costs).sum())


def simple(capacity: Any, fixed: Any, demand: Any, costs: Any) -> Any:
    """As many facilities as the demand needs, by cost a unit; customers to the cheapest with room."""
    order = np.argsort(fixed / capacity)
    enough = int(np.searchsorted(np.cumsum(capacity[order]), demand.sum() + 1e-6)) + 1
    amounts = np.zeros(costs.shape)
    amounts[:, order[:enough]] = 1e-300  # open, so that what follows may fill them
    return fill(amounts, capacity, demand, costs)


def fill(amounts: Any, capacity: Any, demand: Any, costs: Any) -> Any:
    """Give every customer what it lacks from the cheapest of the facilities that are in use."""
    is_open = amounts.any(axis=0)
    amounts[amounts < 1e-12] = 0.0
    short = demand - amounts.sum(axis=1)
    room = np.where(is_open, capacity - amounts.sum(axis=0), 0.0)
    for customer in np.flatnonzero(short > 1e-12):
        for facility in np.argsort(costs[customer]):
            moved = min(short[customer], max(0.0, room[facility]))
            amounts[customer, facility] += moved
            room[facility] -= moved
            short[customer] -= moved
            if short[customer] <= 1e-12:
                break
    return amounts


def settled(amounts: Any, capacity: Any, demand: Any, costs: Any) -> Any:
    """The same allocation without errors of rounding; `None` if demands are missed by more than those."""
    load = amounts.sum(axis=0)
    amounts *= np.where(load > capacity, capacity / np.where(load > 0, load, 1.0), 1.0)
    served = amounts.sum(axis=1)
    amounts *= np.where(served > demand, demand / np.where(served > 0, served, 1.0), 1.0)[:, None]
    amounts = fill(amounts, capacity, demand, costs)
    missed = np.abs(amounts.sum(axis=1) - demand).max()
    return amounts if missed < 2e-7 and (amounts.sum(axis=0) - capacity).max() < 2e-7 else None


def cheap_arcs(capacity: Any, fixed: Any, demand: Any, costs: Any, count: int) -> tuple[Any, Any]:
    """Customers and facilities of the cheapest `count` arcs of every customer."""
    unit = costs / np.where(demand > 0, demand, 1.0)[:, None] + 0.5 * fixed / capacity
    columns = np.sort(np.argpartition(unit, count - 1, axis=1)[:, :count], axis=1)
    return np.repeat(np.arange(demand.size), count), columns.ravel()


def cheapest(
    capacity: Any, fixed: Any, demand: Any, costs: Any, rows: Any, columns: Any, limit_s: float
) -> Any:
    """Shares of the arcs, `None` if HiGHS has none in time."""
    from scipy.optimize import Bounds, LinearConstraint, milp  # not before the first answer is out
    from scipy.sparse import csr_array

    n, m, count = capacity.size, demand.size, rows.size
    arcs = np.arange(count)
    cells = [
        (rows, n + arcs, np.ones(count)),  # every customer is served
        (m + columns, n + arcs, demand[rows]),  # within capacity
        (m + np.arange(n), np.arange(n), -capacity),
        (m + n + arcs, n + arcs, np.ones(count)),  # from what is open
        (m + n + arcs, columns, -np.ones(count)),
    ]
    row, column, entry = (np.concatenate(each) for each in zip(*cells, strict=True))
    size = m + n + count
    lower = np.concatenate([np.ones(m), np.full(n + count, -np.inf)])
    upper = np.concatenate([np.ones(m), np.zeros(n + count)])
    result = milp(
        np.concatenate([fixed, costs[rows, columns]]),
        integrality=np.concatenate([np.ones(n, np.int64), np.zeros(count, np.int64)]),
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(
            csr_array((entry, (row, column)), shape=(size, n + count)), lower, upper
        ),
        options={"time_limit": limit_s, "mip_rel_gap": 1e-6},
    )
    return None if result.x is None else result.x[n:]
