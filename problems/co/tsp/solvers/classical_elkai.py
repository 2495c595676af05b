# packages: elkai
"""LKH through elkai, for at most 1000 cities: runs from one on, twice as many each time.

K. Helsgaun, An effective implementation of the Lin-Kernighan traveling salesman heuristic, European Journal
of Operational Research 126 (2000). The library knows neither a limit nor what was found on the way, so a tour
comes at the end of each call; until the first one there is only a tour in strips.
"""

import json
import math
import os
import time
from collections.abc import Iterator
from typing import Any

import elkai
import numpy as np

BEGIN_S = time.perf_counter() - 0.2  # the imports count, too
CASE = json.loads(os.environ.get("SOLVERSMITH_CASE", "{}"))
LIMIT_S = float(CASE.get("time_limit_s", 10.0))
CONVENTION = CASE.get("convention", "nint")
MOST_CITIES = 1000  # it needs the whole matrix, as text
LONGEST = 1e6  # of distances that are not rounded: LKH computes in integers
MOST_RUNS = 64


def solve(**kwargs: Any) -> Iterator[dict[str, list[int]]]:
    """Yield a tour in strips, or the cities as they come, then the shortest that LKH has after each call."""
    given = kwargs.get("dist_matrix")
    if given is None:
        points = np.array(kwargs["nodes"], dtype=float)
        best = in_strips(points)
    else:
        best = list(range(len(given)))
    yield {"tour": best}
    if not 3 < len(best) <= MOST_CITIES:
        return
    matrix = distance_matrix(points) if given is None else in_integers(given)
    rows = matrix.astype(np.int64).tolist()
    runs, least, lasted_s = 1, length(matrix, best), 0.0
    while runs <= MOST_RUNS and time.perf_counter() - BEGIN_S + 2 * lasted_s < LIMIT_S:
        began_s = time.perf_counter()
        tour = elkai.DistanceMatrix(rows).solve_tsp(runs=runs)[:-1]
        lasted_s = time.perf_counter() - began_s
        if length(matrix, tour) < least:
            least = length(matrix, tour)
            yield {"tour": tour}
        runs *= 2


def in_strips(points: Any) -> list[int]:
    """Up one strip and down the next."""
    x, y = points.T
    width = (x.max() - x.min()) / max(1.0, math.sqrt(len(points) / 3.0)) or 1.0
    strip = np.floor((x - x.min()) / width).astype(int)
    tour: list[int] = np.lexsort((np.where(strip % 2 == 0, y, -y), strip)).tolist()
    return tour


def distance_matrix(points: Any) -> Any:
    """Whole numbers: as the score counts them, or in proportion where that does not round."""
    difference = points[:, None] - points[None]
    matrix = np.sqrt((difference**2).sum(axis=-1))
    if CONVENTION == "ceil":
        return np.ceil(matrix)
    if CONVENTION == "floor":
        return np.floor(matrix)
    if CONVENTION == "att":
        return np.ceil(matrix / math.sqrt(10.0))
    if CONVENTION == "geo":
        return great_circles(points)
    return np.floor(matrix + 0.5) if CONVENTION == "nint" else in_proportion(matrix)


def in_integers(given: Any) -> Any:
    """Given distances as they are, or in proportion where they are no integers or too large."""
    whole = np.array_equal(given, np.trunc(given)) and given.max() <= LONGEST
    return given if whole else in_proportion(given)


def in_proportion(matrix: Any) -> Any:
    """Integers up to LONGEST."""
    return np.rint(matrix * LONGEST / (matrix.max() or 1))


def great_circles(points: Any) -> Any:
    """Kilometres as TSPLIB counts them, latitude and longitude as DDD.MM."""
    degrees = np.trunc(points)
    latitude, longitude = (3.141592 * (degrees + 5.0 * (points - degrees) / 3.0) / 180.0).T
    q1 = np.cos(longitude[:, None] - longitude)
    q2 = np.cos(latitude[:, None] - latitude)
    q3 = np.cos(latitude[:, None] + latitude)
    cosine = np.clip(0.5 * ((1.0 + q1) * q2 - (1.0 - q1) * q3), -1.0, 1.0)
    whole = np.floor(6378.388 * np.arccos(cosine) + 1.0)
    np.fill_diagonal(whole, 0.0)
    return whole


def length(matrix: Any, tour: list[int]) -> float:
    """Of the closed tour."""
    return float(matrix[tour, np.roll(tour, -1)].sum())
