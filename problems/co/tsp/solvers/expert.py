"""Greedy edges, 2-opt and Or-opt over neighbour lists, then iterated local search by local segment swaps.

Local search with neighbour lists and a queue of cities to look at: J. L. Bentley, Fast algorithms for
geometric traveling salesman problems, ORSA Journal on Computing 4 (1992). Iterated: O. Martin, S. W. Otto,
E. W. Felten, Large-step Markov chains for the traveling salesman problem, Complex Systems 5 (1991), here with
segments close to each other, so that a step costs the same for any number of cities.
"""

import json
import os
import random
import time
from collections import deque
from collections.abc import Iterable, Iterator
from itertools import permutations
from typing import Any

import numpy as np
from scipy.spatial import cKDTree

BEGIN_S = time.perf_counter() - 0.3  # the imports count, too
CASE = json.loads(os.environ.get("SOLVERSMITH_CASE", "{}"))
LIMIT_S = float(CASE.get("time_limit_s", 10.0))
NEIGHBOURS = 8
LONGEST_SEGMENT = 3  # of a move of the local search
LONGEST_SWAPPED = 50  # of a step of the iterated search
LONGEST_REVERSAL = 25_000
EPSILON = 1e-7


def solve(**kwargs: Any) -> Iterator[dict[str, list[int]]]:
    """Yield the greedy tour, then ever shorter ones until the time is nearly over."""
    matrix = kwargs.get("dist_matrix")
    cities = Plane(np.array(kwargs["nodes"], dtype=float)) if matrix is None else Given(matrix)
    if len(cities) < 8:
        yield {"tour": list(range(len(cities))) if matrix is None else shortest(matrix)}
        return
    near = cities.nearest(NEIGHBOURS)
    tour = Tour(cities, near, greedy_tour(cities, near))
    yield {"tour": tour.order}
    pace = Pace()
    yield from local_search(tour, pace)
    yield from iterate(tour, random.Random(int(CASE.get("seed", 1))), pace)


class Plane:
    """Cities by their coordinates. `z` are complex numbers: abs(z[a] - z[b]) is a distance."""

    def __init__(self, points: Any) -> None:
        self.points = points
        self.z: list[Any] = [complex(x, y) for x, y in points.tolist()]

    def __len__(self) -> int:
        return len(self.points)

    def lengths(self, starts: Any, ends: Any) -> Any:
        """Distances between cities, by arrays of any equal shape."""
        return np.sqrt(((self.points[starts] - self.points[ends]) ** 2).sum(axis=-1))

    def nearest(self, count: int, among: Any = None) -> Any:
        """The nearest others of each city `among` some (all), nearest first; shape (k, count)."""
        chosen = np.arange(len(self)) if among is None else among
        count = min(count, len(chosen) - 1)
        found: Any = cKDTree(self.points[chosen]).query(self.points[chosen], count + 1)[1]
        return chosen[without_own(found, count)]


class City:
    """A city with its distances to all: the difference of two is how far apart they are."""

    __slots__ = ("index", "row")

    def __init__(self, row: list[float], index: int) -> None:
        self.row, self.index = row, index

    def __sub__(self, other: "City") -> float:
        return self.row[other.index]


class Given:
    """Cities by their distances; the rest is as in a plane."""

    def __init__(self, matrix: Any) -> None:
        self.matrix = matrix
        self.z: list[Any] = [City(row, index) for index, row in enumerate(matrix.tolist())]

    def __len__(self) -> int:
        return len(self.matrix)

    def lengths(self, starts: Any, ends: Any) -> Any:
        """Distances between cities, by arrays of any equal shape."""
        return self.matrix[starts, ends]

    def nearest(self, count: int, among: Any = None) -> Any:
        """The nearest others of each city `among` some (all), nearest first; shape (k, count)."""
        chosen = np.arange(len(self)) if among is None else among
        count = min(count, len(chosen) - 1)
        found = np.argsort(self.matrix[np.ix_(chosen, chosen)], axis=1, kind="stable")[:, : count + 1]
        return chosen[without_own(found, count)]


def without_own(found: Any, count: int) -> Any:
    """Rows of neighbours without the city itself: among cities in one place it need not be the nearest."""
    own = found == np.arange(len(found))[:, None]
    own[~own.any(axis=1), -1] = True
    return found[~own].reshape(len(found), count)


def shortest(matrix: Any) -> list[int]:
    """The best of all tours of a few cities."""
    tours = ([0, *rest] for rest in permutations(range(1, len(matrix))))
    return min(tours, key=lambda tour: float(matrix[tour, np.roll(tour, -1)].sum()))


def greedy_tour(cities: Any, near: Any) -> list[int]:
    """Shortest edges first as long as they make paths; then the paths are joined end to end."""
    paths = Paths(len(cities))
    starts = np.repeat(np.arange(len(cities)), near.shape[1])
    paths.add_shortest(cities, starts, near.ravel())
    while len(ends := paths.ends()) > 2:
        found = cities.nearest(11, ends)
        before = len(ends)
        paths.add_shortest(cities, np.repeat(ends, found.shape[1]), found.ravel())
        if len(paths.ends()) == before:  # all near ends belong to one path: join any two
            here = int(ends[0])
            other = next(int(end) for end in ends if paths.root(int(end)) != paths.root(here))
            paths.join(here, other)
    return paths.walk()


class Paths:
    """A set of disjoint paths over the cities, growing together to one."""

    def __init__(self, count: int) -> None:
        self.parent = list(range(count))
        self.links: list[list[int]] = [[] for _ in range(count)]

    def root(self, city: int) -> int:
        """The representative of the path that a city is in."""
        parent = self.parent
        while parent[city] != city:
            parent[city] = parent[parent[city]]
            city = parent[city]
        return city

    def join(self, city: int, other: int) -> None:
        """Link two ends of different paths; anything else is left alone."""
        if len(self.links[city]) < 2 and len(self.links[other]) < 2:
            root, other_root = self.root(city), self.root(other)
            if root != other_root:
                self.parent[root] = other_root
                self.links[city].append(other)
                self.links[other].append(city)

    def add_shortest(self, cities: Any, starts: Any, ends: Any) -> None:
        """Join along the given edges, shortest first."""
        starts, ends = starts[starts < ends], ends[starts < ends]
        order = np.argsort(cities.lengths(starts, ends), kind="stable")
        for city, other in zip(starts[order].tolist(), ends[order].tolist(), strict=True):
            self.join(city, other)

    def ends(self) -> Any:
        """Cities with fewer than two links."""
        return np.array([city for city, links in enumerate(self.links) if len(links) < 2])

    def walk(self) -> list[int]:
        """The cities along the single path that is left."""
        order = [int(self.ends()[0])]
        previous = -1
        while len(order) < len(self.links):
            here = order[-1]
            following = next(city for city in self.links[here] if city != previous)
            previous = here
            order.append(following)
        return order


class Tour:
    """A tour as an array with positions; every change is a reversal, and reversals can be undone."""

    def __init__(self, cities: Any, near: Any, order: list[int]) -> None:
        self.z = cities.z
        lengths = cities.lengths(np.arange(len(cities))[:, None], near)
        self.near = [
            list(zip(row, row_lengths, strict=True))
            for row, row_lengths in zip(near.tolist(), lengths.tolist(), strict=True)
        ]
        self.order, self.count = order, len(order)
        self.place = [0] * self.count
        for position, city in enumerate(order):
            self.place[city] = position
        self.done: list[tuple[int, int]] = []

    def reverse(self, first: int, last: int) -> None:
        """Turn round the positions from `first` to `last`, cyclically, or equally well the others."""
        count, order, place = self.count, self.order, self.place
        first, last = first % count, last % count
        inside = (last - first) % count + 1
        if 2 * inside > count:
            first, last, inside = (last + 1) % count, (first - 1) % count, count - inside
        self.done.append((first, last))
        if first <= last:
            part = order[first : last + 1]
            part.reverse()
            order[first : last + 1] = part
            for position, city in enumerate(part, first):
                place[city] = position
            return
        for _ in range(inside // 2):
            city, other = order[first], order[last]
            order[first], order[last] = other, city
            place[other], place[city] = first, last
            first = first + 1 if first + 1 < count else 0
            last = last - 1 if last else count - 1

    def undo(self) -> None:
        """Take back every reversal in `done`."""
        moves, self.done = self.done[::-1], []
        for first, last in moves:
            self.reverse(first, last)
        self.done = []

    def swap_edges(self, city: int, after: int, other: int, beyond: int) -> None:
        """Replace the edges city-after and other-beyond by city-other and after-beyond, either way round."""
        place = self.place
        if self.order[place[city] + 1 - self.count] == after:
            self.reverse(place[after], place[other])
        else:
            self.reverse(place[other], place[after])

    def exchange(self, city: int) -> tuple[float, tuple[int, ...]]:
        """Make the first 2-opt move that joins `city` to a neighbour: its gain, and whose edges changed."""
        z, order, place = self.z, self.order, self.place
        here, count, at = place[city], self.count, self.z[city]
        for step in (1, -1):
            after = order[(here + step) % count]
            old = abs(at - z[after])
            for other, new in self.near[city]:
                if new >= old:
                    break
                beyond = order[(place[other] + step) % count]
                gain = old - new + abs(z[other] - z[beyond]) - abs(z[after] - z[beyond])
                if gain > EPSILON and self.is_short(place[other] - here):
                    self.swap_edges(city, after, other, beyond)
                    return gain, (city, after, other, beyond)
        return 0.0, ()

    def is_short(self, span: int) -> bool:
        """Whether a reversal over `span` positions is worth its time."""
        span %= self.count
        return min(span, self.count - span) <= LONGEST_REVERSAL

    def insertion(self, city: int) -> tuple[float, tuple[int, ...]]:
        """Make the first Or-opt move that puts a short segment from `city` on next to a neighbour."""
        z, order, count = self.z, self.order, self.count
        here, at = self.place[city], self.z[city]
        for step in (1, -1):
            outer = order[(here - step) % count]
            to_outer = abs(at - z[outer])
            for length in range(1, LONGEST_SEGMENT + 1):
                end = order[(here + step * (length - 1)) % count]
                follower = order[(here + step * length) % count]
                freed = to_outer + abs(z[end] - z[follower]) - abs(z[outer] - z[follower])
                if freed > self.near[city][0][1]:
                    gain, other, beyond = self.best_gap(city, end, outer, freed, step, length)
                    if gain > EPSILON:
                        self.move((outer, city, end, follower), other, beyond, step)
                        return gain, (city, end, outer, follower, other, beyond)
        return 0.0, ()

    def best_gap(
        self, city: int, end: int, outer: int, freed: float, step: int, length: int
    ) -> tuple[float, int, int]:
        """Where the segment fits best: the gain, a neighbour of `city`, and the city on its other side."""
        z, order, place, count = self.z, self.order, self.place, self.count
        here, last, best = place[city], z[end], (0.0, -1, -1)
        for other, new in self.near[city]:
            if new >= freed:
                break
            there = place[other]
            if other == outer or (there - here) * step % count < length or not self.is_short(there - here):
                continue
            for side in (1, -1):
                beyond = order[(there + side) % count]
                if beyond == outer or (place[beyond] - here) * step % count < length:
                    continue
                gain = freed - new - abs(last - z[beyond]) + abs(z[other] - z[beyond])
                if gain > best[0]:
                    best = gain, other, beyond
        return best

    def move(self, segment: tuple[int, int, int, int], other: int, beyond: int, step: int) -> None:
        """Put `segment` (the city before it, its ends, the city after it) between `other` and `beyond`."""
        outer, city, end, follower = segment
        turned = self.order[(self.place[other] + step) % self.count] != beyond
        left, right = (beyond, other) if turned else (other, beyond)
        self.swap_edges(outer, city, left, right)
        self.swap_edges(outer, left, follower, end)
        if not turned:
            self.swap_edges(left, end, city, right)

    def kick(self, rng: random.Random) -> tuple[float, tuple[int, ...]]:
        """Swap two adjacent segments somewhere: what it costs, and the cities at the changed edges."""
        z, order, count = self.z, self.order, self.count
        longest = min(LONGEST_SWAPPED, (count - 2) // 2)
        start, one, two = rng.randrange(count), rng.randint(1, longest), rng.randint(1, longest)
        a, b, c = order[start], order[(start + 1) % count], order[(start + one) % count]
        d, e = order[(start + one + 1) % count], order[(start + one + two) % count]
        f = order[(start + one + two + 1) % count]
        cost = abs(z[a] - z[d]) + abs(z[e] - z[b]) + abs(z[c] - z[f])
        cost -= abs(z[a] - z[b]) + abs(z[c] - z[d]) + abs(z[e] - z[f])
        self.swap_edges(a, b, e, f)
        self.swap_edges(a, e, d, c)
        self.swap_edges(e, c, b, f)
        return cost, (a, b, c, d, e, f)

    def improve(self, cities: Iterable[int]) -> Iterator[float]:
        """Local moves around `cities` and wherever they lead; yields each gain."""
        queue = deque(cities)
        waiting = set(queue)
        while queue:
            city = queue.popleft()
            waiting.discard(city)
            gain, touched = self.exchange(city)
            if not touched:
                gain, touched = self.insertion(city)
            if touched:
                for each in touched:
                    if each not in waiting:
                        waiting.add(each)
                        queue.append(each)
                yield gain


class Pace:
    """Says when to look at the clock, when to yield again, and when the time is over."""

    def __init__(self) -> None:
        self.last_s = time.perf_counter()
        self.stop_s = BEGIN_S + 0.97 * LIMIT_S - 0.1

    def over(self) -> bool:
        """Whether the time is nearly over."""
        return time.perf_counter() > self.stop_s

    def due(self, count: int) -> bool:
        """Whether the last yield is long enough ago; a large tour is costly to hand over."""
        now = time.perf_counter()
        if now - self.last_s < 0.05 + 2e-6 * count:
            return False
        self.last_s = now
        return True


def local_search(tour: Tour, pace: Pace) -> Iterator[dict[str, list[int]]]:
    """Yield on the way to a tour that no single move improves."""
    for moves, _ in enumerate(tour.improve(list(tour.order))):
        tour.done.clear()
        if moves % 100 == 0 and pace.due(tour.count):
            yield {"tour": tour.order}
            if pace.over():
                return
    yield {"tour": tour.order}


def iterate(tour: Tour, rng: random.Random, pace: Pace) -> Iterator[dict[str, list[int]]]:
    """Kick, repair, keep what is no longer than before; yield when it became shorter."""
    shorter, steps = False, 0
    while steps % 50 or not pace.over():
        steps += 1
        tour.done.clear()
        cost, touched = tour.kick(rng)
        cost -= sum(tour.improve(touched))
        if cost > EPSILON:
            tour.undo()
            continue
        shorter = shorter or cost < -EPSILON
        if shorter and pace.due(tour.count):
            shorter = False
            yield {"tour": tour.order}
    if shorter:
        yield {"tour": tour.order}
