"""Random vehicle-routing instances after the recipe of the X set.

E. Uchoa, D. Pecin, A. Pessoa, M. Poggi, T. Vidal, A. Subramanian, New benchmark instances for the capacitated
vehicle routing problem, EJOR 257 (2017), section 3 (unverified: written from memory of it). Integer points
in [0, 1000]²; where the depot stands, how customers lie and how demands are drawn are chosen apart. The
stream of `RandomState` is frozen, so a seed means the same instance everywhere.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from frontierco.fleets import FleetInstance

SPAN = 1000
DEPOTS = ("central", "eccentric", "random")
LAYOUTS = ("random", "clustered", "half-clustered")
_DEMANDS: dict[str, tuple[int, int]] = {
    "unitary": (1, 1),
    "1-10": (1, 10),
    "5-10": (5, 10),
    "1-100": (1, 100),
    "50-100": (50, 100),
}
DEMANDS = (*_DEMANDS, "quadrant", "many-small")
_REACH = 40.0  # distance over which a seed customer's attraction falls by e
_FEWEST_SEEDS, _MOST_SEEDS = 3, 8
_BATCH = 4096
Points = NDArray[np.int64]


@dataclass(frozen=True)
class FleetRecipe:
    """What an instance is made of.

    Parameters
    ----------
    num_customers
        At least 2; the depot comes on top, as node 0.
    depot, layout, demand
        One of `DEPOTS`, `LAYOUTS` and `DEMANDS`.
    route_size
        How many customers of average demand fill a vehicle: the capacity is the next integer above
        route_size times the mean demand, but never below the largest demand.
    """

    num_customers: int
    depot: str
    layout: str
    demand: str
    route_size: float

    def __post_init__(self) -> None:
        for value, known in ((self.depot, DEPOTS), (self.layout, LAYOUTS), (self.demand, DEMANDS)):
            if value not in known:
                raise ValueError(f"{value!r} is none of {', '.join(known)}")
        if self.num_customers < 2 or self.route_size < 1:
            raise ValueError("an instance needs 2 customers, and a route size of 1")


def random_fleet(recipe: FleetRecipe, seed: int) -> FleetInstance:
    """The instance that a seed gives; distances are meant rounded (`nint`)."""
    random = np.random.RandomState(seed)
    depot = _DEPOT[recipe.depot](random)
    customers = _customers(recipe, depot, random)
    demands = _demands(recipe.demand, customers, random)
    # in integers: route_size · Σd / (n · 1000), rounded up
    thousandths = round(1000 * recipe.route_size) * int(demands.sum())
    capacity = max(-(-thousandths // (1000 * len(demands))), int(demands.max()))
    coordinates = np.concatenate([depot[None], customers]).astype(np.float64)
    return FleetInstance(coordinates, np.concatenate([[0], demands]), capacity, 0, "nint")


_DEPOT: dict[str, Callable[[np.random.RandomState], Points]] = {
    "central": lambda random: np.array([SPAN // 2, SPAN // 2]),
    "eccentric": lambda random: np.array([0, 0]),
    "random": lambda random: random.randint(0, SPAN + 1, size=2).astype(np.int64),
}


def _customers(recipe: FleetRecipe, depot: Points, random: np.random.RandomState) -> Points:
    """Distinct points, none of them the depot's."""
    count = recipe.num_customers
    spread = {"random": count, "half-clustered": count // 2, "clustered": 0}[recipe.layout]
    taken = {(int(depot[0]), int(depot[1]))}
    points: list[tuple[int, int]] = []

    def add(candidates: Points, most: int) -> None:
        for x, y in candidates.tolist():
            if len(points) < most and (x, y) not in taken:
                taken.add((x, y))
                points.append((x, y))

    if spread < count:
        spread += int(random.randint(_FEWEST_SEEDS, _MOST_SEEDS + 1))
    spread = min(spread, count)
    while len(points) < spread:
        add(random.randint(0, SPAN + 1, size=(spread, 2)), spread)
    seeds = np.array(points[count // 2 if recipe.layout == "half-clustered" else 0 :])
    while len(points) < count:
        add(_attracted(seeds, random), count)
    return np.array(points)


def _attracted(seeds: Points, random: np.random.RandomState) -> Points:
    """Those of a batch of points that the seeds keep: each with probability Σ exp(−distance/40)."""
    candidates = random.randint(0, SPAN + 1, size=(_BATCH, 2))
    away = np.sqrt(((candidates[:, None] - seeds[None]) ** 2).sum(axis=2))
    kept: Points = candidates[random.random_sample(_BATCH) <= np.exp(-away / _REACH).sum(axis=1)]
    return kept


def _demands(kind: str, customers: Points, random: np.random.RandomState) -> Points:
    count = len(customers)
    if kind in _DEMANDS:
        low, high = _DEMANDS[kind]
        return random.randint(low, high + 1, size=count).astype(np.int64)
    small, large = random.randint(1, 51, size=count), random.randint(51, 101, size=count)
    if kind == "quadrant":  # large in two opposite quarters of the square
        is_large = (customers[:, 0] < SPAN // 2) != (customers[:, 1] < SPAN // 2)
        return np.where(is_large, large, small).astype(np.int64)
    share = 0.7 + 0.25 * random.random_sample()  # of small ones, up to 10
    is_small = random.random_sample(count) < share
    return np.where(is_small, random.randint(1, 11, size=count), large).astype(np.int64)
