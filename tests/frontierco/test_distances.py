"""Distances by hand, lengths of tours, and tours whose published length is known."""

import math
import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontierco.distances import CONVENTIONS, distances, tour_length

# G. Reinelt's ulysses16 (TSPLIB, GEO) and its optimal tour of length 6859
ULYSSES16 = [
    (38.24, 20.42), (39.57, 26.15), (40.56, 25.32), (36.26, 23.12), (33.48, 10.54), (37.56, 12.19),
    (38.42, 13.11), (37.52, 20.44), (41.23, 9.10), (41.17, 13.05), (36.08, -5.21), (38.47, 15.13),
    (38.15, 15.35), (37.51, 15.17), (35.49, 14.32), (39.36, 19.56),
]  # fmt: skip
OPTIMAL = [1, 14, 13, 12, 7, 6, 15, 5, 11, 9, 10, 16, 3, 2, 4, 8]

points = st.lists(st.tuples(st.integers(-500, 500), st.integers(-500, 500)), min_size=1, max_size=12)


def one(start, end, convention: str) -> float:
    return float(distances(np.array([start], float), np.array([end], float), convention)[0])


@pytest.mark.parametrize(
    ("end", "expected"),
    [
        ((3, 4), {"exact": 5.0, "nint": 5, "ceil": 5, "att": 2}),
        ((1, 1), {"exact": math.sqrt(2), "nint": 1, "ceil": 2, "att": 1}),
        ((1, 2), {"exact": math.sqrt(5), "nint": 2, "ceil": 3, "att": 1}),
        ((0.5, 0), {"exact": 0.5, "nint": 1, "ceil": 1, "att": 1}),
        ((2, 3), {"exact": math.sqrt(13), "nint": 4, "ceil": 4, "att": 2}),
        ((10, 30), {"exact": math.sqrt(1000), "nint": 32, "ceil": 32, "att": 10}),
        ((0, 0), {"exact": 0.0, "nint": 0, "ceil": 0, "att": 0}),
    ],
)
def test_by_hand(end, expected) -> None:
    assert {name: one((0, 0), end, name) for name in expected} == expected


def test_geo_gives_the_published_optimum() -> None:
    tour = np.array(OPTIMAL) - 1
    assert tour_length(np.array(ULYSSES16), tour, "geo") == 6859


def test_geo_of_a_city_and_itself_is_one_kilometre() -> None:
    """A trap of the format: the distance is rounded up after one is added."""
    assert one((38.24, 20.42), (38.24, 20.42), "geo") == 1


def test_an_unknown_convention_is_refused() -> None:
    with pytest.raises(ValueError, match="no distance convention 'taxicab'; known: exact, nint"):
        one((0, 0), (1, 1), "taxicab")


def direct(cities, tour) -> int:
    legs = zip(tour, tour[1:] + tour[:1], strict=True)
    return sum(math.floor(math.dist(cities[a], cities[b]) + 0.5) for a, b in legs)


@given(points, st.randoms())
def test_rounded_lengths_are_integers_and_equal_the_definition(cities, rng: random.Random) -> None:
    tour = list(range(len(cities)))
    rng.shuffle(tour)
    length = tour_length(np.array(cities, float), np.array(tour), "nint")
    assert type(length) is int
    assert length == direct(cities, tour)


@given(points, st.integers(0, 20), st.sampled_from(CONVENTIONS))
def test_neither_start_nor_direction_plays_a_part(cities, shift: int, convention: str) -> None:
    coordinates = np.array(cities, float) / 10
    tour = np.arange(len(cities))
    length = tour_length(coordinates, tour, convention)
    assert tour_length(coordinates, np.roll(tour, shift), convention) == length
    assert tour_length(coordinates, tour[::-1], convention) == length
    assert type(length) is (float if convention == "exact" else int)


@given(points)
def test_conventions_are_in_order(cities) -> None:
    coordinates, tour = np.array(cities, float), np.arange(len(cities))
    exact = tour_length(coordinates, tour, "exact")
    assert tour_length(coordinates, tour, "ceil") >= exact - 1e-9 * exact
    assert abs(tour_length(coordinates, tour, "nint") - exact) <= 0.5 * len(cities) + 1e-9
