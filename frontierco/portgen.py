"""Random instances of the 8th DIMACS challenge for the travelling salesman, made from their seeds.

E (uniform) and C (clustered) are families of integer points. The numbers come from Knuth's subtractive
method, x_t = (x_{t-55} − x_{t-24}) mod 10⁹ (The Art of Computer Programming, vol. 2, section 3.2.2; its use
for this challenge: D. S. Johnson and L. A. McGeoch). The published files are reproduced bit for bit.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

MODULUS = 10**9
SPAN = 10**6  # coordinates of E are below this
_RING, _LAG, _DISCARDED = 55, 24, 165
_CITIES_PER_CENTRE = 100
_BLOCK = 1 << 18  # numbers at a time: ten million cities need little more memory than their coordinates


def stream(seed: int, block: int = _BLOCK) -> Iterator[NDArray[np.int64]]:
    """The numbers of the generator without end, `block` at a time, each in [0, 10⁹)."""
    numbers = np.empty(_RING + block + _LAG, dtype=np.int64)
    numbers[:_RING] = _seeded_ring(seed)[::-1]  # both positions move down: the oldest stands last
    skipped = _DISCARDED
    while True:
        for t in range(_RING, _RING + block, _LAG):
            numbers[t : t + _LAG] = (numbers[t - _RING : t - _RING + _LAG] - numbers[t - _LAG : t]) % MODULUS
        yield numbers[_RING + min(skipped, block) : _RING + block].copy()
        numbers[:_RING] = numbers[block : block + _RING].copy()
        skipped = max(0, skipped - block)


def draws(seed: int, count: int) -> NDArray[np.int64]:
    """The first `count` numbers of the generator, each in [0, 10⁹)."""
    result = np.empty(count, dtype=np.int64)
    for start, part in _parts(seed, count):
        result[start : start + len(part)] = part
    return result


def uniform(num_cities: int, seed: int) -> NDArray[np.float64]:
    """Points of the E family: independent integers in [0, 10⁶)², shape `(num_cities, 2)`."""
    points = np.empty(2 * num_cities)
    for start, part in _parts(seed, 2 * num_cities):
        points[start : start + len(part)] = part // 1000
    return points.reshape(-1, 2)


def clustered(num_cities: int, seed: int) -> NDArray[np.float64]:
    """Points of the C family: normal clouds of width 10⁶/√n around n div 100 uniform centres.

    Needs `num_cities >= 100`. A last digit may differ on a platform with another `log` or `sqrt`.
    Raises `ValueError` for fewer cities, which have no centre.
    """
    num_centres = num_cities // _CITIES_PER_CENTRE
    if num_centres < 1:
        raise ValueError(f"a clustered instance needs at least {_CITIES_PER_CENTRE} cities, not {num_cities}")
    numbers = stream(seed)
    left = next(numbers)
    while len(left) < 2 * num_centres:
        left = np.concatenate([left, next(numbers)])
    centres = np.floor(left[: 2 * num_centres] / MODULUS * SPAN).reshape(-1, 2)
    left = left[2 * num_centres :]
    points = np.empty((num_cities, 2))
    done = 0
    while done < num_cities:
        some, used = _cities(left, centres, SPAN / math.sqrt(num_cities))
        some = some[: num_cities - done]
        points[done : done + len(some)] = some
        done += len(some)
        left = np.concatenate([left[used:], next(numbers)]) if done < num_cities else left
    return points


def family_seed(num_cities: int, index: int) -> int:
    """The seed behind the published name: `E1k.0` is (1000, 0) and has seed 1000, `E1k.3` has 10003."""
    return num_cities if index == 0 else 10 * num_cities + index


def _parts(seed: int, count: int) -> Iterator[tuple[int, NDArray[np.int64]]]:
    """The first `count` numbers in pieces, each with the number of those before it."""
    start = 0
    for part in stream(seed):
        yield start, part[: count - start]
        start += len(part)
        if start >= count:
            return


def _seeded_ring(seed: int) -> list[int]:
    ring = [0] * _RING
    last, following = seed, 1
    ring[0] = last
    for i in range(1, _RING):
        position = 21 * i % _RING
        ring[position] = following
        last, following = following, (last - following) % MODULUS
    return ring


def _cities(
    numbers: NDArray[np.int64], centres: NDArray[np.float64], width: float
) -> tuple[NDArray[np.float64], int]:
    """All whole cities that `numbers` make, shape `(k, 2)`, and how many numbers they take.

    A city takes one number for its centre, then pairs until the polar method (Marsaglia) accepts one.
    """
    v = 2 * numbers / MODULUS - 1
    squared = v[:-1] * v[:-1] + v[1:] * v[1:]
    accepted = (squared > 0) & (squared < 1)
    pairs = _pairs(accepted)
    first, second = v[pairs], v[pairs + 1]
    # math.log, since the vector code of numpy may differ from it in the last bit
    logs = np.fromiter(map(math.log, squared[pairs].tolist()), dtype=np.float64, count=len(pairs))
    factor = np.sqrt(-2 * logs / squared[pairs])
    starts = np.concatenate([[0], pairs[:-1] + 2]) if len(pairs) else np.empty(0, dtype=np.int64)
    chosen = centres[np.floor(numbers[starts] / MODULUS * len(centres)).astype(np.int64)]
    moves = np.stack([np.trunc(second * factor * width), np.trunc(first * factor * width)], axis=1)
    return chosen + moves, int(pairs[-1]) + 2 if len(pairs) else 0


def _pairs(accepted: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Where the accepted pair of each city begins: the first at an odd distance from the city's first number.

    That is the one sequential part: a city begins behind the pair of the one before it.
    """
    none = len(accepted)
    following = np.where(accepted, np.arange(none), none)
    for parity in (0, 1):
        backwards = following[parity::2][::-1]
        following[parity::2] = np.minimum.accumulate(backwards)[::-1]
    jumps = following.tolist()
    found, position = [], 1
    while position < none and (pair := jumps[position]) < none:
        found.append(pair)
        position = pair + 3  # behind the pair, and behind the number of the next centre
    return np.array(found, dtype=np.int64)
