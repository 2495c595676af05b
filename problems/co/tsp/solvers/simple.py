"""Nearest neighbour from several cities, then 2-opt over neighbour lists.

2-opt: G. A. Croes, A method for solving traveling-salesman problems, Operations Research 6 (1958).
"""

import random
from collections.abc import Iterator
from typing import Any

import numpy as np

NEIGHBOURS = 10  # knob: int 2 250 safe=low fast=low
STARTS = 4  # knob: log 1 400 fast=low
LONGEST_REVERSAL = 1000  # knob: log 5 50000
YIELD_EVERY = 50  # knob: log 1 5000
FEW = 12  # cities of which all may be neighbours of each other


def solve(**kwargs: Any) -> Iterator[dict[str, list[int]]]:
    """Yield the best of several greedy tours, then ever shorter ones."""
    cities = cities_of(kwargs["nodes"], kwargs.get("dist_matrix"))
    near = neighbour_lists(cities)
    starts = random.Random(1).choices(range(len(cities)), k=int(STARTS))
    tour = min((nearest_neighbour(cities, start) for start in starts), key=lambda t: length(cities, t))
    yield {"tour": tour}
    yield from two_opt(cities, near, tour)


class Plane:
    """Cities by their coordinates. `z` are complex numbers: abs(z[a] - z[b]) is a distance."""

    def __init__(self, points: Any) -> None:
        self.points = points
        self.z = [complex(x, y) for x, y in points]

    def __len__(self) -> int:
        return len(self.points)

    def row(self, city: int) -> Any:
        """Distances from a city to every one."""
        return np.sqrt(((self.points - self.points[city]) ** 2).sum(axis=1))


class City:
    """A city with its distances to all: the difference of two is how far apart they are."""

    def __init__(self, row: list[float], index: int) -> None:
        self.row, self.index = row, index

    def __sub__(self, other: "City") -> float:
        return self.row[other.index]


class Given:
    """Cities by their distances. `z` serves as that of a plane does."""

    def __init__(self, matrix: Any) -> None:
        self.matrix = matrix
        self.z = [City(row, index) for index, row in enumerate(matrix.tolist())]

    def __len__(self) -> int:
        return len(self.matrix)

    def row(self, city: int) -> Any:
        """Distances from a city to every one."""
        return self.matrix[city]


def cities_of(nodes: Any, matrix: Any) -> Any:
    """The cities, whichever way they are given."""
    return Plane(np.array(nodes, dtype=float)) if matrix is None else Given(matrix)


def neighbour_lists(cities: Any) -> list[list[int]]:
    """For each city, the NEIGHBOURS nearest others, nearest first."""
    count = min(NEIGHBOURS, len(cities) - 1) if len(cities) <= FEW else NEIGHBOURS
    lists = []
    for city in range(len(cities)):
        row = cities.row(city)
        nearest = np.argpartition(row, count)[: count + 1]
        nearest = nearest[np.argsort(row[nearest])]
        lists.append(nearest[nearest != city][:count].tolist())
    return lists


def nearest_neighbour(cities: Any, start: int) -> list[int]:
    """Go to the nearest city that is left, again and again."""
    visited = np.zeros(len(cities), dtype=bool)
    tour = [start]
    for _ in range(len(cities) - 1):
        visited[tour[-1]] = True
        tour.append(int(np.where(visited, np.inf, cities.row(tour[-1])).argmin()))
    return tour


def length(cities: Any, tour: list[int]) -> float:
    """Of the closed tour."""
    z = cities.z
    return float(sum(abs(z[city] - z[after]) for city, after in zip(tour, tour[1:] + tour[:1], strict=True)))


def two_opt(cities: Any, near: list[list[int]], tour: list[int]) -> Iterator[dict[str, list[int]]]:
    """Exchange two edges as long as that helps; yield after every YIELD_EVERY exchanges."""
    z = cities.z
    place = {city: position for position, city in enumerate(tour)}
    exchanges, improved = 0, True
    while improved:
        improved = False
        for city in list(tour):
            while (move := best_exchange(z, near, tour, place, city)) is not None:
                reverse(tour, place, *move)
                improved = True
                exchanges += 1
                if exchanges % int(YIELD_EVERY) == 0:
                    yield {"tour": tour}
        yield {"tour": tour}


def best_exchange(
    z: Any, near: list[list[int]], tour: list[int], place: dict[int, int], city: int
) -> tuple[int, int] | None:
    """The reversal with the largest gain among those that join `city` to a neighbour."""
    n, here = len(tour), place[city]
    best_gain, best = 1e-7, None
    after = tour[(here + 1) % n]
    old = abs(z[city] - z[after])
    for other in near[city]:
        new = abs(z[city] - z[other])
        if new >= old:
            break
        there = place[other]
        beyond = tour[(there + 1) % n]
        gain = old + abs(z[other] - z[beyond]) - new - abs(z[after] - z[beyond])
        first, last = min(here, there) + 1, max(here, there)
        if gain > best_gain and last - first < LONGEST_REVERSAL:
            best_gain, best = gain, (first, last)
    return best


def reverse(tour: list[int], place: dict[int, int], first: int, last: int) -> None:
    """Turn round the part from position `first` to `last`."""
    tour[first : last + 1] = tour[first : last + 1][::-1]
    for position in range(first, last + 1):
        place[tour[position]] = position
