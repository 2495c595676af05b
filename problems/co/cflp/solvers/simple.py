"""Facilities by what serving from them costs a unit; then some are closed at random and others opened anew.

Taking a part away and building it up again: R. Ruiz, T. Stützle, A simple and effective iterated greedy
algorithm, European Journal of Operational Research 177 (2007).
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

WARM_UP = 3  # knob: log 1 5000 fast=low
ROUNDS = 100  # knob: log 10 50000
CLOSED = 0.15  # knob: linear 0.01 0.9
FIXED_WEIGHT = 1.0  # knob: log 0.05 20
LEFT_OUT = 0.0  # knob: linear 0.0 0.95 safe=low
NOISE = 0.1  # knob: linear 0.0 1.0


def solve(**kwargs: Any) -> Iterator[dict[str, Any]]:
    """Yield an allocation that was improved for WARM_UP rounds, then cheaper ones as they turn up."""
    data = {name: np.array(kwargs[name]) for name in ("capacities", "fixed_cost", "demands")}
    demands = np.where(data["demands"] > 0, data["demands"], 1.0)
    unit = (np.array(kwargs["trans_costs"]) / demands).T
    rng = np.random.default_rng(1)
    allowed = rng.permutation(kwargs["n"])[int(LEFT_OUT * kwargs["n"]) :]
    is_open = np.zeros(kwargs["n"], dtype=bool)
    best, best_cost = None, np.inf
    for step in range(int(WARM_UP) + int(ROUNDS)):
        tried = is_open & (rng.random(is_open.size) > CLOSED)
        amounts = serve(enough(tried, allowed, unit, data, rng), unit, data)
        cost = float(data["fixed_cost"][amounts.any(axis=0)].sum() + (amounts * unit).sum())
        if cost < best_cost:
            best, best_cost, is_open = amounts, cost, amounts.any(axis=0)
            if step >= int(WARM_UP):
                yield answer(best)
        if step == int(WARM_UP) - 1 and best is not None:
            yield answer(best)


def answer(amounts: Any) -> dict[str, Any]:
    """What is yielded: open is what serves anybody."""
    return {"facilities_open": amounts.any(axis=0).astype(int), "assignments": amounts}


def enough(is_open: Any, allowed: Any, unit: Any, data: dict[str, Any], rng: Any) -> Any:
    """Open one after the other of those allowed, the cheapest first, until all demand has room."""
    is_open = is_open.copy()
    nearest = np.where(is_open, unit, np.inf).min(axis=1)
    need = data["demands"].sum()
    share = FIXED_WEIGHT * data["fixed_cost"] / data["capacities"]
    while data["capacities"][is_open].sum() < need:
        closed = allowed[~is_open[allowed]]
        if not closed.size:
            raise ValueError("the facilities that are left can't serve everybody")
        saved = np.minimum(nearest, 2 * unit.max())[:, None] - unit[:, closed]
        gain = (np.maximum(0.0, saved) * data["demands"][:, None]).sum(axis=0) / data["capacities"][closed]
        gain = (gain - share[closed]) * (1 + NOISE * rng.random(closed.size))
        chosen = closed[np.argmax(gain)]
        is_open[chosen] = True
        nearest = np.minimum(nearest, unit[:, chosen])
    return is_open


def serve(is_open: Any, unit: Any, data: dict[str, Any]) -> Any:
    """Customers from the cheapest facility with room; those first who would lose most by the next one."""
    facilities = np.flatnonzero(is_open)
    near = unit[:, facilities]
    order = np.argsort(near, axis=1)
    two = np.sort(near, axis=1)[:, :2]
    loss = (two[:, -1] - two[:, 0]) * data["demands"]
    room = data["capacities"].astype(float)
    amounts = np.zeros(unit.shape)
    for customer in np.argsort(-loss):
        left = data["demands"][customer]
        for place in order[customer]:
            facility = facilities[place]
            moved = min(left, room[facility])
            amounts[customer, facility] = moved
            room[facility] -= moved
            left -= moved
            if left <= 0:
                break
    return amounts
