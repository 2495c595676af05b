"""Graphs of the second DIMACS challenge (cliques, 1993) that are pure constructions, as their complements.

A largest clique there is a largest independent set here. Vertices are numbered as in the published files, and
the complements equal the published ones bit for bit:

`hammingN-D`   words of N bits, an edge where two differ in less than D places
`johnsonN-W-D` words of N bits with W ones, likewise
`kellerN`      what is adjacent to 0 in Keller's graph of dimension N (J. C. Lagarias, P. W. Shor, Keller's
               cube-tiling conjecture is false in high dimensions, Bulletin of the AMS 27, 1992)
`MANN_aV`      covering the triples of a Steiner system on V points (D. R. Fulkerson, G. L. Nemhauser, L. E.
               Trotter, Two computationally difficult set covering problems, Mathematical Programming Study 2,
               1974): V points, and a triangle for each triple, whose corners are joined to its points
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from itertools import combinations, permutations, product

import numpy as np
from numpy.typing import NDArray

from frontierco.instances import Graph, graph
from solversmith.errors import UsageError

PATTERNS = "hammingN-D, johnsonN-W-D, kellerN, MANN_aV"
_MOST_VERTICES = 1 << 16
_MOST_PAIRS = 1 << 28
_ROWS = 256  # of an adjacency matrix at a time
_NAMES = re.compile(
    r"hamming(?P<hamming>\d{1,2})-(?P<hd>\d{1,2})|johnson(?P<johnson>\d{1,2})-(?P<jw>\d{1,2})-(?P<jd>\d{1,2})"
    r"|keller(?P<keller>\d{1,2})|MANN_a(?P<mann>\d{1,3})"
)
Block = tuple[int, int, int]
_NINE: tuple[Block, ...] = (
    (1, 2, 3),
    (4, 5, 6),
    (7, 8, 9),
    (1, 5, 9),
    (1, 4, 8),
    (1, 6, 7),
    (2, 4, 9),
    (2, 5, 7),
    (2, 6, 8),
    (3, 6, 9),
    (3, 5, 8),
    (3, 4, 7),
)  # the labelling of MANN_a9, which is not that of the nine points inside MANN_a27


def named(name: str) -> Graph | None:
    """The complement graph of this name, `None` if it is no such name.

    Raises `UsageError` for one that is too large or that there is not.
    """
    match = _NAMES.fullmatch(name)
    if match is None:
        return None
    found = {key: int(value) for key, value in match.groupdict().items() if value is not None}
    try:
        if "hamming" in found:
            return hamming(found["hamming"], found["hd"])
        if "johnson" in found:
            return johnson(found["johnson"], found["jw"], found["jd"])
        return keller(found["keller"]) if "keller" in found else mann(found["mann"])
    except ValueError as error:
        raise UsageError(f"{name} can't be made: {error}") from None


def hamming(bits: int, distance: int) -> Graph:
    """Words of `bits` bits, adjacent where they differ in 1 to `distance` − 1 places."""
    if not (2 <= bits <= 16 and 2 <= distance <= bits):
        raise ValueError("expected 2 to 16 bits and a distance from 2 to the number of bits")
    masks = [
        sum(1 << i for i in flipped) for w in range(1, distance) for flipped in combinations(range(bits), w)
    ]
    _bounded((1 << bits) * len(masks) // 2)
    words = np.arange(1 << bits)
    pairs = [np.stack([words, words ^ mask], axis=1)[words < words ^ mask] for mask in masks]
    return graph(1 << bits, np.concatenate(pairs) + 1)


def johnson(bits: int, ones: int, distance: int) -> Graph:
    """Words of `bits` bits with `ones` ones in numerical order, adjacent as in `hamming`."""
    if not (1 <= ones <= bits <= 62 and 2 <= distance <= bits):
        raise ValueError("expected at most 62 bits, no more ones than bits, and a distance from 2 on")
    if math.comb(bits, ones) > _MOST_VERTICES:
        raise ValueError(f"it would have more than {_MOST_VERTICES} vertices")
    words = np.sort(np.array([sum(1 << i for i in chosen) for chosen in combinations(range(bits), ones)]))
    places = (words[:, None] >> np.arange(bits)) & 1

    def near(rows: slice) -> NDArray[np.bool_]:
        # as many ones each, so that they differ in twice the ones that they don't share
        shared: NDArray[np.int64] = places[rows] @ places.T
        return 2 * (ones - shared) < distance

    return _of_rows(len(words), near)


def keller(dimension: int) -> Graph:
    """Neighbours of 0 in Keller's graph in lexicographic order, adjacent where they are not in that graph.

    There two words over 0..3 are adjacent that differ in at least two places, in one of them by 2 modulo 4.
    """
    if not 2 <= dimension <= 7:
        raise ValueError("expected a dimension from 2 to 7")
    every = np.array(list(product(range(4), repeat=dimension)), dtype=np.int8)
    words = every[_keller_adjacent(every)]
    return _of_rows(
        len(words), lambda rows: ~_keller_adjacent((words[rows][:, None, :] - words[None, :, :]) % 4)
    )


def mann(points: int) -> Graph:
    """Points 1..v, then three vertices for each triple, in the order of `steiner_triples`."""
    triples = np.array(steiner_triples(points))
    corners = points + 1 + np.arange(3 * len(triples)).reshape(-1, 3)
    triangles = [corners[:, list(pair)] for pair in ((0, 1), (0, 2), (1, 2))]
    ties = np.stack([triples.ravel(), corners.ravel()], axis=1)
    return graph(points + 3 * len(triples), np.concatenate([*triangles, ties]))


def steiner_triples(points: int) -> Sequence[Block]:
    """The Steiner triple systems behind MANN_a9, a27, a45 and a81. Raises `ValueError` for others."""
    systems: dict[int, Callable[[], Sequence[Block]]] = {
        9: lambda: _NINE,
        27: lambda: tripled(tripled([(1, 2, 3)], 3), 9),
        45: lambda: tripled(bose(5), 15),
        81: lambda: tripled(tripled(tripled([(1, 2, 3)], 3), 9), 27),
    }
    if points not in systems:
        raise ValueError(f"there are systems of {', '.join(map(str, systems))} points")
    return systems[points]()


def tripled(blocks: Sequence[Block], points: int) -> list[Block]:
    """A system on three copies of the points: in each, across them in every order, and each point thrice."""
    copies = [tuple(point + shift * points for point in block) for shift in range(3) for block in blocks]
    across = [
        (block[i], block[j] + points, block[k] + 2 * points)
        for i, j, k in permutations(range(3))
        for block in blocks
    ]
    thrice = [(point, point + points, point + 2 * points) for point in range(1, points + 1)]
    return [(block[0], block[1], block[2]) for block in (*copies, *across, *thrice)]


def bose(order: int) -> list[Block]:
    """R. C. Bose's system (1939) on 3 · `order` points, `order` odd: a pair and its mean one group on."""
    blocks = []
    for group in range(3):
        for apart in range((order - 1) // 2, 0, -1):
            for mean in range(order):
                pair = ((mean + apart) % order, (mean - apart) % order)
                block = [*(group * order + point for point in pair), (group + 1) % 3 * order + mean]
                blocks.append(tuple(sorted(point + 1 for point in block)))
    blocks += [(i, i + order, i + 2 * order) for i in range(1, order + 1)]
    return [(block[0], block[1], block[2]) for block in blocks]


def _keller_adjacent(difference: NDArray[np.int8]) -> NDArray[np.bool_]:
    result: NDArray[np.bool_] = ((difference != 0).sum(axis=-1) >= 2) & (difference == 2).any(axis=-1)
    return result


def _of_rows(count: int, adjacent: Callable[[slice], NDArray[np.bool_]]) -> Graph:
    """A graph from rows of its adjacency matrix, of which only what is right of the diagonal is looked at."""
    _bounded(count * count // 2)
    pairs = [np.empty((0, 2), dtype=np.int64)]
    for start in range(0, count, _ROWS):
        found = adjacent(slice(start, start + _ROWS))
        first, second = np.nonzero(found)
        kept = second > first + start
        pairs.append(np.stack([first[kept] + start, second[kept]], axis=1))
    return graph(count, np.concatenate(pairs) + 1)


def _bounded(pairs: int) -> None:
    if pairs > _MOST_PAIRS:
        raise ValueError(f"it could have more than {_MOST_PAIRS} edges")
