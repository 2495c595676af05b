"""Spread medians at random, assign the customers with the largest regret first, recentre, and again.

The alternation is that of F. E. Maranzana, On the location of supply points to minimize transport costs,
Operational Research Quarterly 15 (1964), with capacities.
"""

import random
from collections.abc import Iterator
from typing import Any

import numpy as np

STARTS = 12  # knob: log 1 300 fast=low
ROUNDS = 15  # knob: log 1 100 fast=low
SPREAD = 1.0  # knob: linear 0.0 3.0
OVERFILL = 0.0  # knob: linear -0.1 0.2 safe=low


def solve(**kwargs: Any) -> Iterator[dict[str, Any]]:
    """Yield the best of all starts so far, after every round that is better."""
    table = np.array([customer[1:] for customer in kwargs["customers"]], dtype=float)
    rng, least = random.Random(1), np.inf
    away = distances(table)
    for _ in range(int(STARTS)):
        medians, own = spread(away, kwargs["p"], rng), np.inf
        for _ in range(int(ROUNDS)):
            assigned = assign(table, away, medians)
            if assigned is None:
                break
            total = float(away[np.arange(len(table)), assigned].sum())
            if total < least:
                least = total
                yield {"objective": total, "medians": medians.tolist(), "assignments": assigned.tolist()}
            if total > own - 1e-9:
                break
            own = total
            medians = recentred(table, away, medians, assigned)


def distances(table: Any) -> Any:
    """All of them, shape (n, n)."""
    return np.sqrt(((table[:, None, :2] - table[None, :, :2]) ** 2).sum(axis=2))


def spread(away: Any, number: int, rng: random.Random) -> Any:
    """Medians drawn one after another by distance to the nearest one so far, to the power SPREAD."""
    medians = [rng.randrange(len(away))]
    nearest = away[medians[0]].copy()
    while len(medians) < number:
        chances = nearest**SPREAD
        chances[medians] = 0.0
        if chances.sum() <= 0.0:
            chances = np.isin(np.arange(len(away)), medians, invert=True).astype(float)
        sums = np.cumsum(chances)
        chosen = int(np.searchsorted(sums, rng.random() * sums[-1], side="right"))
        medians.append(chosen)
        nearest = np.minimum(nearest, away[chosen])
    return np.array(medians)


def assign(table: Any, away: Any, medians: Any) -> Any:
    """Each customer to its nearest median with room, the largest regret first, else the largest demand.

    `None` if somebody finds no room either way.
    """
    order = np.argsort(away[:, medians], axis=1, kind="stable")
    ranked = np.take_along_axis(away[:, medians], order, axis=1)
    regret = ranked[:, min(1, len(medians) - 1)] - ranked[:, 0]
    for urgency in (regret, table[:, 3]):
        room = table[medians, 2] * (1.0 + OVERFILL)
        assigned = np.full(len(table), -1)
        for customer in np.argsort(-urgency, kind="stable").tolist():
            free = np.flatnonzero(room[order[customer]] >= table[customer, 3])
            if len(free):
                position = order[customer, free[0]]
                room[position] -= table[customer, 3]
                assigned[customer] = medians[position]
        if assigned.min() >= 0:
            return assigned
    return None


def recentred(table: Any, away: Any, medians: Any, assigned: Any) -> Any:
    """For each median, the one of its customers that is nearest to all of them and has the capacity."""
    new = medians.copy()
    for position, median in enumerate(medians.tolist()):
        members = np.flatnonzero(assigned == median)
        if not len(members):
            continue
        sums = away[np.ix_(members, members)].sum(axis=0)
        sums[table[members, 2] < table[members, 3].sum()] = np.inf
        sums[np.isin(members, np.delete(new, position))] = np.inf
        if np.isfinite(sums).any():
            new[position] = members[sums.argmin()]
    return new
