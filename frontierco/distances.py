"""Distances between cities, by convention, and lengths of tours.

`exact`  Euclidean, float64
`nint`   Euclidean, rounded to the nearest integer: floor(d + 1/2)      (TSPLIB EUC_2D)
`ceil`   Euclidean, rounded up                                         (TSPLIB CEIL_2D)
`floor`  Euclidean, rounded down
`att`    pseudo-Euclidean √((Δx² + Δy²)/10), rounded up                (TSPLIB ATT)
`geo`    kilometres on a sphere, latitude and longitude as DDD.MM      (TSPLIB GEO)

Formulas: G. Reinelt, TSPLIB 95, section 2. For GEO the degrees are truncated, as in the code behind the
published optima, where the text says nint.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
EUCLIDEAN = ("exact", "nint", "ceil", "floor")
CONVENTIONS = (*EUCLIDEAN, "att", "geo")

_TSPLIB_PI = 3.141592
_EARTH_RADIUS_KM = 6378.388


def distances(start: Floats, end: Floats, convention: str) -> Floats:
    """Distance from each row of `start` to the same row of `end`; shapes `(k, 2)`, result `(k,)`.

    Every convention but `exact` gives integers (as float64). Raises `ValueError` for an unknown convention.
    """
    if convention not in _FORMULAS:
        raise ValueError(f"no distance convention {convention!r}; known: {', '.join(CONVENTIONS)}")
    return _FORMULAS[convention](start, end)


def tour_length(coordinates: Floats, tour: NDArray[np.int64], convention: str) -> int | float:
    """Length of the closed tour, an `int` but for `exact`.

    Integers are summed as integers; `exact` is the correctly rounded sum of the rounded distances, so that
    neither the starting city nor the direction plays a part.
    """
    legs = tour_legs(coordinates, tour, convention)
    if convention == "exact":
        return math.fsum(legs.tolist())
    return int(legs.astype(np.int64).sum())


def given_length(matrix: Floats, tour: NDArray[np.int64]) -> int | float:
    """Length of the closed tour by given distances, an `int` if all on it are integers."""
    legs = matrix[tour, np.roll(tour, -1)]
    total = math.fsum(legs.tolist())
    return int(total) if bool((legs == np.trunc(legs)).all()) else total


def tour_legs(coordinates: Floats, tour: NDArray[np.int64], convention: str) -> Floats:
    """The distance from each city of the closed tour to the next, shape `(n,)`."""
    closed = np.empty((len(tour) + 1, 2))
    closed[:-1] = coordinates.take(tour, axis=0)  # many times as fast as coordinates[tour]
    closed[-1:] = closed[:1]
    return distances(closed[:-1], closed[1:], convention)


def _exact(start: Floats, end: Floats) -> Floats:
    across, along = end[:, 0] - start[:, 0], end[:, 1] - start[:, 1]
    across *= across
    along *= along
    across += along
    return np.sqrt(across, out=across)


def _nint(start: Floats, end: Floats) -> Floats:
    return np.floor(_exact(start, end) + 0.5)


def _ceil(start: Floats, end: Floats) -> Floats:
    return np.ceil(_exact(start, end))


def _floor(start: Floats, end: Floats) -> Floats:
    return np.floor(_exact(start, end))


def _att(start: Floats, end: Floats) -> Floats:
    difference = end - start
    real = np.sqrt((difference[:, 0] ** 2 + difference[:, 1] ** 2) / 10.0)
    rounded = np.floor(real + 0.5)
    return np.where(rounded < real, rounded + 1.0, rounded)


def _geo(start: Floats, end: Floats) -> Floats:
    (latitude, longitude), (other_latitude, other_longitude) = _radians(start).T, _radians(end).T
    q1 = np.cos(longitude - other_longitude)
    q2 = np.cos(latitude - other_latitude)
    q3 = np.cos(latitude + other_latitude)
    # rounding may carry the cosine of the angle past 1
    cosine = np.clip(0.5 * ((1.0 + q1) * q2 - (1.0 - q1) * q3), -1.0, 1.0)
    result: Floats = np.floor(_EARTH_RADIUS_KM * np.arccos(cosine) + 1.0)
    return result


def _radians(points: Floats) -> Floats:
    degrees = np.trunc(points)
    result: Floats = _TSPLIB_PI * (degrees + 5.0 * (points - degrees) / 3.0) / 180.0
    return result


_FORMULAS: dict[str, Callable[[Floats, Floats], Floats]] = {
    "exact": _exact,
    "nint": _nint,
    "ceil": _ceil,
    "floor": _floor,
    "att": _att,
    "geo": _geo,
}
