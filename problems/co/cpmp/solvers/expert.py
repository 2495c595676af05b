"""Spread medians, then tear and mend: a few clusters near each other are rebuilt, some with another median.

Start: seeding by distance, after D. Arthur, S. Vassilvitskii, k-means++, SODA 2007; then assignment and
recentring in turns. Assignment: largest regret first, as for generalised assignment (S. Martello, P. Toth,
Knapsack Problems, 1990), with exchanges for whom room was missing. A step takes the clusters around one
customer, perhaps moves a median, assigns their customers anew and recentres; worse outcomes are accepted by
simulated annealing.
"""

import json
import math
import os
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from scipy.spatial import cKDTree

BEGIN_S = time.perf_counter() - 0.3  # the imports count, too
CASE = json.loads(os.environ.get("SOLVERSMITH_CASE", "{}"))
LIMIT_S = float(CASE.get("time_limit_s", 10.0))
FLOOR = CASE.get("convention") == "floor"
CHOICES = 8  # medians that a customer looks at before it takes any
REGION = 60  # customers that a step likes to see
MOST_CLUSTERS = 8  # of a step
MOVE_RATE = 0.9  # of steps that move a median
FAR_AMONG, CHEAP_AMONG = 4, 3  # of so many, the farthest customer opens and the cheapest cluster closes
NOISE = 0.15  # of regrets
HOPELESS = 1.08  # times as long as before, after one round: not worth another one
HOT, COLD = 0.3, 0.01  # temperatures at both ends, in mean distances
LLOYD_ROUNDS = 30
EPSILON = 1e-9


@dataclass
class Cluster:
    """A median, whom it serves, how much they want and how far away they are in all."""

    median: int
    members: list[int] = field(default_factory=list)
    load: float = 0.0
    cost: float = 0.0


class Instance:
    """The numbers of an instance, or of some of its customers under numbers of their own."""

    def __init__(self, places: Any, capacities: Any, demands: Any, *, is_part: bool = False) -> None:
        self.places, self.capacities, self.demands = places, capacities, demands
        self.demand, self.capacity = demands.tolist(), capacities.tolist()
        self.count = len(places)
        self.matrix = self.between(places, places) if is_part else None

    def part(self, customers: list[int]) -> "Instance":
        """These customers as an instance; all their distances are made at once."""
        return Instance(
            self.places[customers], self.capacities[customers], self.demands[customers], is_part=True
        )

    def distances(self, ones: Any, others: Any) -> Any:
        """Shape (len(ones), len(others))."""
        if self.matrix is not None:
            return self.matrix[np.ix_(ones, others)]
        return self.between(self.places[ones], self.places[others])

    def between(self, places: Any, others: Any) -> Any:
        """The same for points, as complex numbers."""
        matrix = np.abs(places[:, None] - others[None])
        return np.floor(matrix) if FLOOR else matrix

    def points(self, customers: Any) -> Any:
        """Shape (len(customers), 2)."""
        places = self.places[customers]
        return np.column_stack((places.real, places.imag))


def solve(**kwargs: Any) -> Iterator[dict[str, Any]]:
    """Yield a first packing, then ever shorter ones until the time is nearly over."""
    table = np.array([customer[1:] for customer in kwargs["customers"]], dtype=float).reshape(-1, 4)
    instance, number = Instance(table[:, 0] + 1j * table[:, 1], table[:, 2], table[:, 3]), kwargs["p"]
    rng = random.Random(int(CASE.get("seed", 1)))
    least = math.inf
    clusters: list[Cluster] = []
    for found in starts(instance, number, rng):
        if (cost := sum(cluster.cost for cluster in found)) < least:
            least, clusters = cost, found
            yield answer(instance, clusters)
    if clusters and number < instance.count:
        for better in anneal(instance, clusters, rng):
            yield answer(instance, better)


def answer(instance: Instance, clusters: list[Cluster]) -> dict[str, Any]:
    """As it is wanted."""
    assignments = [0] * instance.count
    for cluster in clusters:
        for customer in cluster.members:
            assignments[customer] = cluster.median
    total = sum(cluster.cost for cluster in clusters)
    return {"objective": total, "medians": [c.median for c in clusters], "assignments": assignments}


def starts(instance: Instance, number: int, rng: random.Random) -> Iterator[list[Cluster]]:
    """Complete packings: assign, recentre, again, while that is shorter and a third of the time is left."""
    enough_s = BEGIN_S + 0.3 * LIMIT_S
    everybody, found = np.arange(instance.count), False
    for attempt in range(30):
        medians = seeded(instance, number, rng) if attempt % 3 < 2 else largest(instance, number)
        least = math.inf
        for _ in range(LLOYD_ROUNDS):
            clusters = assign(instance, everybody, medians, rng)
            if clusters is None or sum(cluster.cost for cluster in clusters) > least - EPSILON:
                break
            found, least = True, sum(cluster.cost for cluster in clusters)
            yield clusters
            if time.perf_counter() > enough_s:
                return
            taken = set(medians)
            clusters = [replace(cluster, members=cluster.members[:]) for cluster in clusters]
            for cluster in clusters:
                if cluster.members:
                    recentre(instance, cluster, taken)
            medians = [cluster.median for cluster in clusters]
            yield clusters
        if found:
            return


def seeded(instance: Instance, number: int, rng: random.Random) -> list[int]:
    """Medians far from each other: the next is drawn by demand times distance to the nearest one so far."""
    draws = np.random.default_rng(rng.randrange(1 << 30))
    medians = [rng.randrange(instance.count)]
    nearest = instance.distances(np.arange(instance.count), medians)[:, 0]
    weights = instance.demands + EPSILON
    while len(medians) < number:
        chances = nearest * weights
        chances[medians] = 0.0
        total = chances.sum()
        if total <= 0:  # the others all lie on medians
            chances = np.ones(instance.count)
            chances[medians] = 0.0
            total = chances.sum()
        medians.append(int(draws.choice(instance.count, p=chances / total)))
        np.minimum(nearest, instance.distances(np.arange(instance.count), medians[-1:])[:, 0], out=nearest)
    return medians


def largest(instance: Instance, number: int) -> list[int]:
    """The customers of the largest capacity, for instances where others hold too little."""
    medians: list[int] = np.argsort(-instance.capacities, kind="stable")[:number].tolist()
    return medians


def choices(instance: Instance, customers: Any, medians: Any) -> tuple[Any, Any]:
    """Positions of the nearest medians of each customer, nearest first, and the distances; shape (m, few)."""
    few = min(CHOICES, len(medians))
    if len(customers) * len(medians) > 500_000:
        away, order = cKDTree(instance.points(medians)).query(instance.points(customers), few)
        away, order = np.reshape(away, (-1, few)), np.reshape(order, (-1, few))
        return order, np.floor(away) if FLOOR else away
    away = instance.distances(customers, medians)
    if few < len(medians):
        order = np.argpartition(away, few - 1, axis=1)[:, :few]
        away = np.take_along_axis(away, order, axis=1)
        ranks = np.argsort(away, axis=1)
        return np.take_along_axis(order, ranks, axis=1), np.take_along_axis(away, ranks, axis=1)
    order = np.argsort(away, axis=1)
    return order, np.take_along_axis(away, order, axis=1)


def assign(
    instance: Instance, customers: Any, medians: list[int], rng: random.Random, noise: float = 0.0
) -> list[Cluster] | None:
    """Everybody to the nearest median with room, the largest regret first; `None` if that can't be done."""
    order, away = choices(instance, customers, medians)
    regret = away[:, 1] - away[:, 0] if away.shape[1] > 1 else -away[:, 0]
    if noise:
        blur = np.random.default_rng(rng.randrange(1 << 30)).uniform(1 - noise, 1 + noise, len(regret))
        regret = regret * blur
    clusters = fill(instance, customers, medians, order, away, np.argsort(-regret))
    if clusters is None:  # what is large first is easier to pack
        clusters = fill(instance, customers, medians, order, away, np.argsort(-instance.demands[customers]))
    return clusters


def fill(
    instance: Instance, customers: Any, medians: list[int], order: Any, away: Any, turn: Any
) -> list[Cluster] | None:
    """Customers in turn to the first of their choices with room; those without are squeezed in at the end."""
    clusters = [Cluster(median) for median in medians]
    room = [instance.capacity[median] + EPSILON for median in medians]
    left, demand = [], instance.demand
    rows = zip(customers[turn].tolist(), order[turn].tolist(), away[turn].tolist(), strict=True)
    for customer, positions, lengths in rows:
        wanted = demand[customer]
        for position, length in zip(positions, lengths, strict=True):
            if wanted <= room[position]:
                cluster = clusters[position]
                cluster.members.append(customer)
                cluster.cost += length
                room[position] -= wanted
                break
        else:
            left.append(customer)
    for customer in sorted(left, key=demand.__getitem__, reverse=True):
        if not squeeze(instance, clusters, room, customer):
            return None
    for cluster in clusters:
        cluster.load = sum(demand[customer] for customer in cluster.members)
    return clusters


def squeeze(instance: Instance, clusters: list[Cluster], room: list[float], customer: int) -> bool:
    """To the nearest median with room, or in the place of somebody smaller who finds room elsewhere."""
    medians = [cluster.median for cluster in clusters]
    away = instance.distances([customer], medians)[0]
    wanted = instance.demand[customer]
    nearest = np.argsort(away).tolist()
    for position in nearest:
        if wanted <= room[position]:
            put(clusters, room, position, customer, wanted, away[position])
            return True
    widest = sorted(range(len(room)), key=room.__getitem__)[-2:]
    for position in nearest:
        elsewhere = widest[-1] if widest[-1] != position else widest[0]
        for other in clusters[position].members:
            size = instance.demand[other]
            if size < wanted <= room[position] + size and size <= room[elsewhere] and elsewhere != position:
                move(instance, clusters, room, other, position, elsewhere)
                put(clusters, room, position, customer, wanted, away[position])
                return True
    return False


def put(
    clusters: list[Cluster], room: list[float], at: int, customer: int, wanted: float, away: float
) -> None:
    """Add a customer to a cluster."""
    clusters[at].members.append(customer)
    clusters[at].cost += float(away)
    room[at] -= wanted


def move(
    instance: Instance, clusters: list[Cluster], room: list[float], customer: int, old: int, new: int
) -> None:
    """Take a customer from one cluster to another."""
    here, there = instance.distances([customer], [clusters[old].median, clusters[new].median])[0]
    clusters[old].members.remove(customer)
    put(clusters, room, new, customer, instance.demand[customer], there)
    clusters[old].cost -= float(here)
    room[old] += instance.demand[customer]


def recentre(instance: Instance, cluster: Cluster, taken: set[int]) -> bool:
    """Make the member in the middle the median if it has the capacity and is none yet; whether it moved."""
    members = np.array([*cluster.members, cluster.median])
    sums = instance.distances(members, members[:-1]).sum(axis=1)
    sums[instance.capacities[members] + EPSILON < cluster.load] = np.inf
    for position in np.argsort(sums).tolist():
        median = int(members[position])
        if median == cluster.median or not sums[position] < cluster.cost - EPSILON:
            return False
        if median not in taken:
            taken.discard(cluster.median)
            taken.add(median)
            cluster.median, cluster.cost = median, float(sums[position])
            return True
    return False


def polish(instance: Instance, clusters: list[Cluster]) -> None:
    """Shift customers to nearer medians, or exchange two, as long as that is shorter."""
    medians = [cluster.median for cluster in clusters]
    room = [instance.capacity[c.median] + EPSILON - c.load for c in clusters]
    at = {customer: position for position, c in enumerate(clusters) for customer in c.members}
    everybody = list(at)
    away = dict(zip(everybody, instance.distances(everybody, medians).tolist(), strict=True))
    demand, waiting = instance.demand, everybody
    for _ in range(3):
        moved = False
        for customer in waiting:
            here, row, wanted = at[customer], away[customer], demand[customer]
            best, there, partner = EPSILON, -1, -1
            for position, length in enumerate(row):
                gain = row[here] - length
                if gain <= EPSILON:
                    continue
                if wanted <= room[position]:
                    if gain > best:
                        best, there, partner = gain, position, -1
                    continue
                for other in clusters[position].members:
                    change = demand[other] - wanted
                    if -change <= room[position] and change <= room[here]:
                        both = gain + away[other][position] - away[other][here]
                        if both > best:
                            best, there, partner = both, position, other
            if there < 0:
                continue
            moved = True
            for one, old, new in ((customer, here, there), (partner, there, here)):
                if one >= 0:
                    clusters[old].members.remove(one)
                    clusters[new].members.append(one)
                    clusters[old].cost -= away[one][old]
                    clusters[new].cost += away[one][new]
                    clusters[old].load -= demand[one]
                    clusters[new].load += demand[one]
                    room[old] += demand[one]
                    room[new] -= demand[one]
                    at[one] = new
        if not moved:
            return


def rebuilt(
    instance: Instance, old: list[Cluster], taken: set[int], rng: random.Random
) -> list[Cluster] | None:
    """The same customers in as many clusters, perhaps around another median; `None` if they don't fit."""
    members = [customer for cluster in old for customer in cluster.members]
    inside = set(members)
    names = [*members, *(cluster.median for cluster in old if cluster.median not in inside)]
    number = {customer: position for position, customer in enumerate(names)}
    medians = [number[cluster.median] for cluster in old]
    outside = {number[median] for median in taken.intersection(members)}.difference(medians)
    part = instance.part(names)
    if members and rng.random() < MOVE_RATE:
        served = [position for position, cluster in enumerate(old) for _ in cluster.members]
        few = [rng.randrange(len(members)) for _ in range(FAR_AMONG)]
        chosen = max(few, key=lambda one: float(part.distances([one], [medians[served[one]]])[0, 0]))
        closed = [rng.randrange(len(old)) for _ in range(CHEAP_AMONG)]
        if chosen not in outside and chosen not in medians:
            medians[min(closed, key=lambda one: old[one].cost)] = chosen
    hopeless = HOPELESS * sum(cluster.cost for cluster in old)
    found = mended(part, np.arange(len(members)), medians, outside, rng, hopeless)
    for cluster in found or ():
        cluster.median = names[cluster.median]
        cluster.members = [names[customer] for customer in cluster.members]
    return found


def mended(
    part: Instance, customers: Any, medians: list[int], outside: set[int], rng: random.Random, most: float
) -> list[Cluster] | None:
    """Assign and recentre in turns, a few times, then polish; `outside` must not become medians.

    `None` if somebody finds no room, or if the first round ends above `most`.
    """
    noise = NOISE
    clusters: list[Cluster] | None = None
    for _ in range(3):
        clusters = assign(part, customers, medians, rng, noise)
        if clusters is None:
            return None
        used, noise = outside.union(medians), 0.0
        moved = [recentre(part, cluster, used) for cluster in clusters if cluster.members]
        medians = [cluster.median for cluster in clusters]
        if not any(moved):
            break
        if sum(cluster.cost for cluster in clusters) > most:
            return None
    if clusters is None:
        return None
    polish(part, clusters)
    used = outside.union(medians)
    for cluster in clusters:
        if cluster.members:
            recentre(part, cluster, used)
    return clusters


def anneal(instance: Instance, clusters: list[Cluster], rng: random.Random) -> Iterator[list[Cluster]]:
    """Rebuild region after region; yields the best clusters from time to time."""
    begin_s = told_s = time.perf_counter()
    stop_s = BEGIN_S + 0.97 * LIMIT_S - 0.3
    clusters = clusters[:]
    cost = least = sum(cluster.cost for cluster in clusters)
    best: list[Cluster] | None = None
    hot, pace = HOT * cost / instance.count, 0.05 + 4e-6 * instance.count
    places = instance.places[[cluster.median for cluster in clusters]]
    taken = {cluster.median for cluster in clusters}
    steps, now = 0, begin_s
    while now < stop_s:
        steps += 1
        if steps % 8 == 0:
            now = time.perf_counter()
        if best is not None and now > told_s + pace:
            yield best
            best, told_s = None, now
        heat = hot * (COLD / HOT) ** ((now - begin_s) / (stop_s - begin_s))
        slots = region(instance, clusters, places, rng)
        old = [clusters[slot] for slot in slots]
        before = sum(cluster.cost for cluster in old)
        new = rebuilt(instance, old, taken, rng)
        if new is None:
            continue
        after = sum(cluster.cost for cluster in new)
        if after >= before - heat * math.log(1.0 - rng.random()):
            continue
        taken.difference_update(cluster.median for cluster in old)
        taken.update(cluster.median for cluster in new)
        for slot, cluster in zip(slots, new, strict=True):
            clusters[slot] = cluster
            places[slot] = instance.places[cluster.median]
        cost += after - before
        if cost < least - EPSILON:
            least, best = cost, clusters[:]
    if best is not None:
        yield best


def region(instance: Instance, clusters: list[Cluster], places: Any, rng: random.Random) -> list[int]:
    """The clusters around a customer, so many that they have REGION customers."""
    away = np.abs(places - instance.places[rng.randrange(instance.count)])
    most = min(MOST_CLUSTERS, len(clusters))
    near = np.argpartition(away, most - 1)[:most]
    slots: list[int] = []
    seen = 0
    for slot in near[np.argsort(away[near])].tolist():
        slots.append(slot)
        seen += len(clusters[slot].members)
        if seen >= REGION and len(slots) > 1:
            break
    return slots
