"""The travelling salesman: is it a tour, and how long is it?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from frontierco.distances import given_length, tour_legs, tour_length
from frontierco.evaluation import MOST_VIOLATIONS, Evaluation
from frontierco.instances import DistanceMatrix, PointSet

KEY = "tour"
Cities = PointSet | DistanceMatrix


def evaluate_tour(instance: Cities, arrays: Mapping[str, NDArray[Any]], convention: str) -> Evaluation:
    """Length of `arrays["tour"]`, cities counting from 0, or the first violations."""
    tour = arrays[KEY]
    num_cities = instance.num_cities
    if not _is_permutation(tour, num_cities):
        return Evaluation(None, tuple(islice(tour_violations(tour, num_cities), MOST_VIOLATIONS)))
    if isinstance(instance, DistanceMatrix):
        return Evaluation(given_length(instance.matrix, tour))
    return Evaluation(tour_length(instance.coordinates, tour, convention))


def published_tour_length(instance: Cities, arrays: Mapping[str, NDArray[Any]]) -> float | str:
    """What the published evaluation makes of a tour: its length without any rounding, whatever the header.

    It takes what is a permutation of the cities, as ours does. Its best-known values are for rounded
    distances, so that the best tour of a TSPLIB instance scores less than 1. It knows coordinates only, so
    there is no such length where distances are given.
    """
    if isinstance(instance, DistanceMatrix):
        return "it needs coordinates, and this instance gives distances"
    tour = arrays[KEY]
    if not _is_permutation(tour, instance.num_cities):
        return "not every city is visited exactly once"
    return float(tour_legs(instance.coordinates, tour, "exact").sum())


def tour_violations(tour: NDArray[np.int64], num_cities: int) -> Iterator[str]:
    """What keeps `tour` from visiting each of 0..`num_cities` − 1 once; nothing if it does."""
    if len(tour) == num_cities + 1 and num_cities > 1 and tour[0] == tour[-1]:
        yield f"the tour repeats city {tour[0]} at its end; it closes by itself, leave that out"
        tour = tour[:-1]
    elif len(tour) != num_cities:
        yield f"the tour has {len(tour)} entries, expected {num_cities}"
    outside = (tour < 0) | (tour >= num_cities)
    for position in np.flatnonzero(outside):
        yield f"city {tour[position]} (position {position}) is none of 0..{num_cities - 1}"
    visits = np.bincount(tour[~outside], minlength=num_cities)
    for city in np.flatnonzero(visits > 1):
        positions = np.flatnonzero(tour == city)
        times = "twice" if len(positions) == 2 else f"{len(positions)} times"
        yield f"city {city} visited {times} (positions {positions[0]} and {positions[1]})"
    for city in np.flatnonzero(visits == 0):
        yield f"city {city} never visited"


def _is_permutation(tour: NDArray[np.int64], num_cities: int) -> bool:
    if len(tour) != num_cities or tour.min() < 0 or tour.max() >= num_cities:
        return False
    visited = np.zeros(num_cities, dtype=bool)
    visited[tour] = True
    return bool(visited.all())
