"""Savings, then slack induction by string removals: routes are torn near a customer and mended greedily.

Savings: G. Clarke, J. W. Wright, Scheduling of vehicles from a central depot to a number of delivery points,
Operations Research 12 (1964). Ruin, recreate with blinks, and annealing: J. Christiaens, G. Vanden Berghe,
Slack induction by string removals for vehicle routing problems, Transportation Science 54 (2020). Here a
customer goes next to one of its neighbours only, so that a step costs the same for any number of customers,
and a rejected step is taken back move by move. Inside, the depot is node 0.
"""

import json
import math
import os
import random
import time
from collections.abc import Iterator
from typing import Any

import numpy as np
from scipy.spatial import cKDTree

BEGIN_S = time.perf_counter() - 0.3  # the imports count, too
CASE = json.loads(os.environ.get("SOLVERSMITH_CASE", "{}"))
LIMIT_S = float(CASE.get("time_limit_s", 10.0))
CONVENTION = CASE.get("convention", "nint")
SAVING_NEIGHBOURS = 60
NEIGHBOURS = 24  # of a customer, beside which it may be put
RUIN_NEIGHBOURS = 60  # whose routes are torn together
MEAN_REMOVED = 10
LONGEST_STRING = 10
SPLIT_RATE, SPLIT_DEPTH, BLINK_RATE = 0.5, 0.01, 0.01
HOT, COLD = 0.3, 0.01  # temperatures at both ends, in mean lengths of a leg
ENOUGH_S = 0.03  # for each customer; with less time, less heat
MOST_LISTED = 1200  # nodes
EPSILON = 1e-7


def solve(**kwargs: Any) -> Iterator[dict[str, list[list[int]]]]:
    """Yield the savings routes, then ever shorter ones until the time is nearly over."""
    depot, count = kwargs["depot_idx"], len(kwargs["nodes"])
    nodes = np.array([depot, *(i for i in range(count) if i != depot)])  # inside number to node
    points = np.array(kwargs["nodes"], dtype=float).reshape(count, 2)[nodes]
    demands = np.array(kwargs["demands"])[nodes].tolist()
    names = nodes.tolist()

    def named(routes: list[list[int]]) -> dict[str, list[list[int]]]:
        return {"routes": [[depot, *(names[i] for i in route), depot] for route in routes]}

    yield named([[i] for i in range(1, count)])
    if count < 3:
        return
    near = neighbour_lists(points, SAVING_NEIGHBOURS)
    routes = savings(points, demands, kwargs["capacity"], near)
    yield named(routes)
    plan = Plan(distance_rows(points), demands, kwargs["capacity"], near, routes)
    for better in anneal(plan, random.Random(int(CASE.get("seed", 1)))):
        yield named(better)


def neighbour_lists(points: Any, most: int) -> list[list[int]]:
    """The nearest other customers of each customer, nearest first; none for the depot."""
    count = min(most, len(points) - 2)
    found: Any = cKDTree(points[1:]).query(points[1:], count + 1)[1]
    own = found == np.arange(len(found))[:, None]
    own[~own.any(axis=1), -1] = True  # among customers in one place, one need not be its own nearest
    return [[], *(found[~own].reshape(len(found), count) + 1).tolist()]


def savings(points: Any, demands: list[int], capacity: int, near: list[list[int]]) -> list[list[int]]:
    """Join routes at their ends, largest saving first, among neighbours."""
    starts = np.repeat(np.arange(len(near)), [len(row) for row in near])
    ends = np.array([other for row in near for other in row])
    starts, ends = starts[keep := starts < ends], ends[keep]
    home = np.sqrt(((points - points[0]) ** 2).sum(axis=1))
    saved = home[starts] + home[ends] - np.sqrt(((points[starts] - points[ends]) ** 2).sum(axis=1))
    order = np.argsort(-saved, kind="stable")
    route_of = [[i] for i in range(len(points))]
    load = demands[:]  # of the route that begins or ends with a customer
    inner = [False] * len(points)
    for i, j in zip(starts[order].tolist(), ends[order].tolist(), strict=True):
        if inner[i] or inner[j] or load[i] + load[j] > capacity:
            continue
        first, second = route_of[i], route_of[j]
        if first is second:
            continue
        if first[-1] != i:
            first.reverse()
        if second[0] != j:
            second.reverse()
        inner[i], inner[j] = len(first) > 1, len(second) > 1
        first += second
        route_of[first[0]] = route_of[first[-1]] = first
        load[first[0]] = load[first[-1]] = load[i] + load[j]
    return [route_of[i] for i in range(1, len(points)) if not inner[i] and route_of[i][0] == i]


class Row(dict[int, float]):
    """Distances from one node, each made when it is first asked for."""

    def __init__(self, here: complex, places: list[complex]) -> None:
        super().__init__()
        self.here, self.places = here, places

    def __missing__(self, other: int) -> float:
        self[other] = value = rounded(abs(self.here - self.places[other]))
        return value


def rounded(distance: float) -> float:
    """A distance as the score counts it."""
    if CONVENTION == "exact":
        return distance
    if CONVENTION == "ceil":
        return math.ceil(distance)
    return math.floor(distance if CONVENTION == "floor" else distance + 0.5)


def distance_rows(points: Any) -> list[Any]:
    """`d[i][j]`: lists for a few nodes; for many, only what is asked for, and all that the depot has."""
    places = [complex(x, y) for x, y in points.tolist()]
    if len(places) > MOST_LISTED:
        listed = [rounded(abs(place - places[0])) for place in places]
        return [listed, *(Row(place, places) for place in places[1:])]
    return [[rounded(abs(place - other)) for other in places] for place in places]


class Plan:
    """Routes as linked lists, with the moves since the last `keep`, so that they can be taken back."""

    def __init__(
        self, d: list[Any], demands: list[int], capacity: int, near: list[list[int]], routes: list[list[int]]
    ) -> None:
        self.d, self.demands, self.capacity = d, demands, capacity
        self.near = [row[:NEIGHBOURS] for row in near]
        self.around = [[i, *row[:RUIN_NEIGHBOURS]] for i, row in enumerate(near)]
        self.home = d[0]
        count = len(demands)
        self.before, self.after, self.route = [0] * count, [0] * count, [-1] * count
        self.first: list[int] = []
        self.last: list[int] = []
        self.load: list[int] = []
        self.size: list[int] = []
        self.free: list[int] = []
        self.length = 0.0
        self.moves: list[tuple[int, int, int, bool]] = []  # customer, the one before it, route, put there?
        for route in routes:
            number, previous = self.open(), 0
            for customer in route:
                self.put(customer, previous, number)
                previous = customer
        self.moves.clear()

    def open(self) -> int:
        """An empty route."""
        if self.free:
            return self.free.pop()
        for row in (self.first, self.last, self.load, self.size):
            row.append(0)
        return len(self.first) - 1

    def put(self, customer: int, previous: int, route: int) -> None:
        """Insert a customer behind another one, or in front of all for 0."""
        following = self.after[previous] if previous else self.first[route]
        here, back = self.d[customer], self.d[previous]
        self.length += back[customer] + here[following] - back[following]
        self.link(customer, previous, following, route)
        self.moves.append((customer, previous, route, True))

    def link(self, customer: int, previous: int, following: int, route: int) -> None:
        """Insert, without any account."""
        self.before[customer], self.after[customer], self.route[customer] = previous, following, route
        if previous:
            self.after[previous] = customer
        else:
            self.first[route] = customer
        if following:
            self.before[following] = customer
        else:
            self.last[route] = customer
        self.load[route] += self.demands[customer]
        self.size[route] += 1

    def unlink(self, customer: int) -> None:
        """Take out, without any account."""
        previous, following, route = self.before[customer], self.after[customer], self.route[customer]
        if previous:
            self.after[previous] = following
        else:
            self.first[route] = following
        if following:
            self.before[following] = previous
        else:
            self.last[route] = previous
        self.load[route] -= self.demands[customer]
        self.size[route] -= 1
        self.route[customer] = -1

    def take(self, customer: int) -> None:
        """Remove a customer from its route."""
        previous, following = self.before[customer], self.after[customer]
        here = self.d[customer]
        self.length -= here[previous] + here[following] - self.d[previous][following]
        self.moves.append((customer, previous, self.route[customer], False))
        self.unlink(customer)

    def undo(self, length: float) -> None:
        """Take back all moves; `length` is what the routes had before."""
        for customer, previous, route, was_put in reversed(self.moves):
            if was_put:
                self.unlink(customer)
            else:
                following = self.after[previous] if previous else self.first[route]
                self.link(customer, previous, following, route)
        self.length = length
        self.keep()

    def keep(self) -> None:
        """Forget the moves; empty routes may be used again."""
        size = self.size
        for route in {move[2] for move in self.moves}:
            if not size[route]:
                self.free.append(route)
        self.moves.clear()

    def state(self) -> tuple[list[int], list[int]]:
        """What `routes_of` makes the routes of."""
        return [customer for customer, size in zip(self.first, self.size, strict=True) if size], self.after[:]

    def ruin(self, rng: random.Random) -> list[int]:
        """Remove a string of customers from each of some routes near each other."""
        served = len(self.demands) - 1
        longest = min(LONGEST_STRING, served / max(1, len(self.first) - len(self.free)))
        strings = int(rng.uniform(1, 4 * MEAN_REMOVED / (1 + longest)))
        removed: list[int] = []
        torn: set[int] = set()
        for customer in self.around[rng.randrange(1, served + 1)]:
            route = self.route[customer]
            if route < 0 or route in torn:
                continue
            torn.add(route)
            length = int(rng.uniform(1, min(self.size[route], longest) + 1))
            for each in self.string(customer, length, rng):
                self.take(each)
                removed.append(each)
            if len(torn) >= strings:
                break
        return removed

    def string(self, customer: int, length: int, rng: random.Random) -> list[int]:
        """So many in a row around a customer, or of a longer row, of which a part in the middle stays."""
        size, spared = self.size[self.route[customer]], 0
        if 1 < length < size and rng.random() < SPLIT_RATE:
            spared = 1
            while length + spared < size and rng.random() < SPLIT_DEPTH:
                spared += 1
        row, back, ahead = [customer], self.before[customer], self.after[customer]
        left = rng.randrange(length + spared)
        while left and back:
            row.append(back)
            back, left = self.before[back], left - 1
        row.reverse()
        while len(row) < length + spared and ahead:
            row.append(ahead)
            ahead = self.after[ahead]
        row.reverse()
        while len(row) < length + spared:
            row.append(back)
            back = self.before[back]
        if spared:
            start = rng.randint(1, length - 1) if length > 1 else 0
            del row[start : start + spared]
        return row

    def recreate(self, customers: list[int], rng: random.Random) -> None:
        """Put each customer where that costs least, in an order by chance, demand or distance."""
        kind = rng.randrange(11)
        rng.shuffle(customers)
        if 4 <= kind < 8:
            customers.sort(key=self.demands.__getitem__, reverse=True)
        elif kind >= 8:
            customers.sort(key=self.home.__getitem__, reverse=kind < 10)
        for customer in customers:
            previous, route = self.place(customer, rng.random)
            if route < 0:
                previous, route = self.anywhere(customer)
            self.put(customer, previous, route)

    def place(self, customer: int, chance: Any) -> tuple[int, int]:
        """Behind whom, and in which route, a customer costs least among its neighbours; −1 for nowhere."""
        d, before, after, route_of, load = self.d, self.before, self.after, self.route, self.load
        here, room = d[customer], self.capacity - self.demands[customer]
        least, where, found = math.inf, 0, -1
        for other in self.near[customer]:
            route = route_of[other]
            if route < 0 or load[route] > room or chance() < BLINK_RATE:
                continue
            row, there = d[other], here[other]
            previous, following = before[other], after[other]
            cost = there + here[previous] - row[previous]
            if cost < least:
                least, where, found = cost, previous, route
            cost = there + here[following] - row[following]
            if cost < least:
                least, where, found = cost, other, route
        if found >= 0 and least > 2 * here[0]:
            return 0, self.open()
        return where, found

    def anywhere(self, customer: int) -> tuple[int, int]:
        """The cheapest place in any route with room, or in a new one."""
        here, home, d = self.d[customer], self.home, self.d
        room = self.capacity - self.demands[customer]
        least, where, found = 2 * here[0], 0, -1
        for route, load in enumerate(self.load):
            if not self.size[route] or load > room:
                continue
            previous, following = 0, self.first[route]
            while previous or following:
                row = d[previous] if previous else home
                cost = here[previous] + here[following] - row[following]
                if cost < least:
                    least, where, found = cost, previous, route
                previous, following = following, self.after[following] if following else 0
        return (where, found) if found >= 0 else (0, self.open())


def routes_of(state: tuple[list[int], list[int]]) -> list[list[int]]:
    """The routes from their first customers on."""
    starts, after = state
    routes = []
    for customer in starts:
        route = []
        while customer:
            route.append(customer)
            customer = after[customer]
        routes.append(route)
    return routes


def anneal(plan: Plan, rng: random.Random) -> Iterator[list[list[int]]]:
    """Ruin and recreate until the time is nearly over; yields the best routes from time to time."""
    stop_s = BEGIN_S + 0.97 * LIMIT_S - 0.2
    begin_s = told_s = time.perf_counter()
    heat = hot = (
        HOT
        * plan.length
        / (len(plan.demands) + len(plan.first))
        * min(1.0, LIMIT_S / ENOUGH_S / len(plan.demands))
    )
    pace = 0.05 + 4e-6 * len(plan.demands)
    best, state, steps = plan.length, None, 0
    while True:
        steps += 1
        if steps % 32 == 0:
            now = time.perf_counter()
            if now > stop_s:
                break
            heat = hot * (COLD / HOT) ** ((now - begin_s) / (stop_s - begin_s))
            if state is not None and now > told_s + pace:
                yield routes_of(state)
                state, told_s = None, now
        length = plan.length
        plan.recreate(plan.ruin(rng), rng)
        if plan.length >= length - heat * math.log(1.0 - rng.random()):
            plan.undo(length)
            continue
        plan.keep()
        if plan.length < best - EPSILON:
            best, state = plan.length, plan.state()
    if state is not None:
        yield routes_of(state)
