"""Up one strip and down the next, then Or-opt over neighbour lists.

Or-opt: I. Or, Traveling salesman-type combinatorial problems and their relation to the logistics of regional
blood banking, PhD thesis, Northwestern University (1976): a few cities in a row go to another place.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

STRIPS = 8  # knob: int 1 60 safe=low
NEIGHBOURS = 12  # knob: int 2 220 safe=low fast=low
LONGEST_SEGMENT = 3  # knob: int 1 12
PASSES = 20  # knob: log 1 200
FEW = 13  # cities of which all may be neighbours of each other


def solve(**kwargs: Any) -> Iterator[dict[str, list[int]]]:
    """Yield the strip tour, then ever shorter ones; where distances are given, begin as the cities come."""
    matrix = kwargs.get("dist_matrix")
    if matrix is None:
        points = np.array(kwargs["nodes"], dtype=float)
        z: list[Any] = [complex(x, y) for x, y in points]
        tour, near = strip_tour(points), neighbour_lists(plane_rows(points))
    else:
        z = [City(row, index) for index, row in enumerate(matrix.tolist())]
        tour, near = list(range(len(matrix))), neighbour_lists(matrix)
    yield {"tour": tour}
    for _ in range(int(PASSES)):
        before = list(tour)
        for city in before:
            move_segment(z, near, tour, city)
        yield {"tour": tour}
        if tour == before:
            break


class City:
    """A city with its distances to all: the difference of two is how far apart they are."""

    def __init__(self, row: list[float], index: int) -> None:
        self.row, self.index = row, index

    def __sub__(self, other: "City") -> float:
        return self.row[other.index]


def strip_tour(points: Any) -> list[int]:
    """Cut the plane into upright strips; go up the first, down the second, and so on."""
    x, y = points.T
    edges = np.linspace(x.min(), x.max(), STRIPS + 1)[1:-1]
    strip_of = np.digitize(x, edges)
    tour: list[int] = []
    for strip in range(STRIPS):
        cities = np.flatnonzero(strip_of == strip)
        cities = cities[np.argsort(y[cities])]
        lowest, highest = cities[0], cities[-1]
        upward = not tour or abs(y[lowest] - y[tour[-1]]) < abs(y[highest] - y[tour[-1]])
        tour += cities.tolist() if upward else cities[::-1].tolist()
    return tour


def plane_rows(points: Any) -> Iterator[Any]:
    """For each city, the squares of its distances to all."""
    return (((points - point) ** 2).sum(axis=1) for point in points)


def neighbour_lists(rows: Iterable[Any]) -> list[list[int]]:
    """For each city, the NEIGHBOURS nearest others, nearest first, by its distances to all."""
    lists = []
    for city, row in enumerate(rows):
        count = min(NEIGHBOURS, len(row) - 1) if len(row) <= FEW else NEIGHBOURS
        nearest = np.argpartition(row, count)[: count + 1]
        nearest = nearest[np.argsort(row[nearest])]
        lists.append(nearest[nearest != city][:count].tolist())
    return lists


def move_segment(z: list[Any], near: list[list[int]], tour: list[int], city: int) -> None:
    """Put the segment that begins at `city` where it saves most, if it saves anything."""
    here = tour.index(city)
    best_gain, best = 1e-7, None
    for length in range(1, LONGEST_SEGMENT + 1):
        if here == 0 or here + length >= len(tour):
            break
        before, last, after = tour[here - 1], tour[here + length - 1], tour[here + length]
        freed = abs(z[before] - z[city]) + abs(z[last] - z[after]) - abs(z[before] - z[after])
        rest = tour[:here] + tour[here + length :]
        for other in near[city]:
            new = abs(z[city] - z[other])
            if new >= freed:
                break
            if other not in tour[here : here + length]:
                at = rest.index(other)
                for place in (at, at + 1):  # before `other`, or after it
                    if 0 < place < len(rest):
                        beyond = rest[place - 1] if place == at else rest[place]
                        gain = freed - new - abs(z[last] - z[beyond]) + abs(z[other] - z[beyond])
                        if gain > best_gain:
                            best_gain, best = gain, (length, place, place > at)
    if best is not None:
        length, place, forward = best
        segment = tour[here : here + length]
        del tour[here : here + length]
        tour[place:place] = segment if forward else segment[::-1]
