"""Random instances of the 8th DIMACS challenge for the travelling salesman, made from their seeds.

E (uniform) and C (clustered) are families of integer points. The numbers come from Knuth's subtractive
method, x_t = (x_{t-55} − x_{t-24}) mod 10⁹ (The Art of Computer Programming, vol. 2, section 3.2.2; its use
for this challenge: D. S. Johnson and L. A. McGeoch). The published files are reproduced bit for bit.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

MODULUS = 10**9
SPAN = 10**6  # coordinates of E are below this
_RING, _LAG, _DISCARDED = 55, 24, 165
_CITIES_PER_CENTRE = 100


def draws(seed: int, count: int) -> NDArray[np.int64]:
    """The first `count` numbers of the generator, each in [0, 10⁹)."""
    first = _RING + _DISCARDED
    numbers = np.empty(first + count + _LAG, dtype=np.int64)
    numbers[:_RING] = _seeded_ring(seed)[::-1]  # both positions move down: the oldest stands last
    for t in range(_RING, first + count, _LAG):
        lagged = numbers[t - _RING : t - _RING + _LAG] - numbers[t - _LAG : t]
        numbers[t : t + _LAG] = lagged % MODULUS
    return numbers[first : first + count]


def uniform(num_cities: int, seed: int) -> NDArray[np.float64]:
    """Points of the E family: independent integers in [0, 10⁶)², shape `(num_cities, 2)`."""
    return (draws(seed, 2 * num_cities) // 1000).reshape(-1, 2).astype(np.float64)


def clustered(num_cities: int, seed: int) -> NDArray[np.float64]:
    """Points of the C family: normal clouds of width 10⁶/√n around n div 100 uniform centres.

    Needs `num_cities >= 100`. A last digit may differ on a platform with another `log` or `sqrt`.
    Raises `ValueError` for fewer cities, which have no centre.
    """
    num_centres = num_cities // _CITIES_PER_CENTRE
    if num_centres < 1:
        raise ValueError(f"a clustered instance needs at least {_CITIES_PER_CENTRE} cities, not {num_cities}")
    count = 2 * num_centres + 4 * num_cities + 1000
    while True:
        try:
            return _clouds(num_cities, num_centres, draws(seed, count).tolist())
        except StopIteration:  # the polar method rejects at random: a longer stretch of the same numbers
            count *= 2


def family_seed(num_cities: int, index: int) -> int:
    """The seed behind the published name: `E1k.0` is (1000, 0) and has seed 1000, `E1k.3` has 10003."""
    return num_cities if index == 0 else 10 * num_cities + index


def _seeded_ring(seed: int) -> list[int]:
    ring = [0] * _RING
    last, following = seed, 1
    ring[0] = last
    for i in range(1, _RING):
        position = 21 * i % _RING
        ring[position] = following
        last, following = following, (last - following) % MODULUS
    return ring


def _clouds(num_cities: int, num_centres: int, numbers: list[int]) -> NDArray[np.float64]:
    stream = iter(numbers)

    def centre_coordinate() -> int:
        return math.floor(next(stream) / MODULUS * SPAN)

    centres = [(centre_coordinate(), centre_coordinate()) for _ in range(num_centres)]
    width = SPAN / math.sqrt(num_cities)
    points = np.empty((num_cities, 2))
    for city in range(num_cities):
        x, y = centres[math.floor(next(stream) / MODULUS * num_centres)]
        while True:
            v1 = 2 * next(stream) / MODULUS - 1
            v2 = 2 * next(stream) / MODULUS - 1
            squared = v1 * v1 + v2 * v2
            if 0 < squared < 1:
                break
        factor = math.sqrt(-2 * math.log(squared) / squared)
        points[city] = x + math.trunc(v2 * factor * width), y + math.trunc(v1 * factor * width)
    return points
