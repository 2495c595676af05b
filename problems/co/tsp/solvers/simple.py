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


def solve(**kwargs: Any) -> Iterator[dict[str, list[int]]]:
    """Yield the best of several greedy tours, then ever shorter ones."""
    points = np.array(kwargs["nodes"], dtype=float)
    near = neighbour_lists(points)
    starts = random.Random(1).choices(range(len(points)), k=int(STARTS))
    tour = min((nearest_neighbour(points, start) for start in starts), key=lambda t: length(points, t))
    yield {"tour": tour}
    yield from two_opt(points, near, tour)


def neighbour_lists(points: Any) -> list[list[int]]:
    """For each city, the NEIGHBOURS nearest others, nearest first."""
    lists = []
    for point in points:
        squared = ((points - point) ** 2).sum(axis=1)
        nearest = np.argpartition(squared, NEIGHBOURS)[: NEIGHBOURS + 1]
        lists.append(nearest[np.argsort(squared[nearest])][1:].tolist())
    return lists


def nearest_neighbour(points: Any, start: int) -> list[int]:
    """Go to the nearest city that is left, again and again."""
    left = points.copy()
    tour = [start]
    for _ in range(len(points) - 1):
        here = points[tour[-1]]
        left[tour[-1]] = np.inf
        tour.append(int(((left - here) ** 2).sum(axis=1).argmin()))
    return tour


def length(points: Any, tour: list[int]) -> float:
    """Euclidean length."""
    legs = points[tour] - points[np.roll(tour, 1)]
    return float(np.sqrt((legs**2).sum(axis=1)).sum())


def two_opt(points: Any, near: list[list[int]], tour: list[int]) -> Iterator[dict[str, list[int]]]:
    """Exchange two edges as long as that helps; yield after every YIELD_EVERY exchanges."""
    z = [complex(x, y) for x, y in points]
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
    z: list[complex], near: list[list[int]], tour: list[int], place: dict[int, int], city: int
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
