"""Randomness of one proposal: made anew from (run seed, proposal number), so that a method stays pure."""

from __future__ import annotations

import math
import random
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import TypeVar

Item = TypeVar("Item")


class Draws:
    """A stream of draws that depends on what it is made from alone.

    Only `random()` is asked of Python's generator: its sequence is the one that Python promises to keep.
    """

    def __init__(self, *made_from: object) -> None:
        self._rng = random.Random(" ".join(map(str, made_from)))

    def chance(self) -> float:
        """Uniform from 0 to 1, without 1."""
        return self._rng.random()

    def pick(self, items: Sequence[Item]) -> Item:
        """One of the items, each as likely as another."""
        return items[int(self._rng.random() * len(items))]

    def weighted(self, items: Sequence[Item], weights: Sequence[float]) -> Item:
        """One of the items, likely in proportion to its weight; weights are positive."""
        sums = list(accumulate(weights))
        return items[min(bisect_right(sums, self._rng.random() * sums[-1]), len(items) - 1)]

    def sample(self, items: Sequence[Item], count: int) -> list[Item]:
        """So many different items, or all if there are fewer, in the order in which they were drawn."""
        left = list(items)
        return [left.pop(int(self._rng.random() * len(left))) for _ in range(min(count, len(left)))]

    def weighted_sample(self, items: Sequence[Item], weights: Sequence[float], count: int) -> list[Item]:
        """So many different items, drawn one after another by their weights."""
        places = list(range(len(items)))
        chosen: list[Item] = []
        while places and len(chosen) < count:
            place = self.weighted(places, [weights[p] for p in places])
            places.remove(place)
            chosen.append(items[place])
        return chosen


def softmax(scores: Sequence[float], temperature: float) -> list[float]:
    """Positive weights in proportion to exp(score / temperature), the largest being 1."""
    most = max(scores)
    return [max(math.exp((score - most) / temperature), 1e-300) for score in scores]
