"""Steiner tree instances of the PUC set that are constructions: unit-cost hypercubes and code graphs.

I. Rosseti, M. Poggi de Aragão, C. C. Ribeiro, E. Uchoa, R. F. Werneck, New benchmark instances for the
Steiner problem in graphs (2001), as SteinLib has them; `hcDu` and `ccD-Nu` equal the published files edge for
edge. The variants with perturbed costs (`hcDp`, `ccD-Np`) are random and can't be made.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from solversmith.errors import UsageError

_NAMES = re.compile(r"hc(?P<dimension>\d{1,2})u|(?P<code>cc(?P<length>\d{1,2})-(?P<letters>\d{1,2}))u")
_CODES = Path(__file__).with_name("code_graphs.tsv")
_LEAST, _MOST = 2, 18


@dataclass(frozen=True, eq=False)
class SteinerGraph:
    """A graph with terminals.

    Parameters
    ----------
    num_vertices
        Vertices are 1 to this.
    edges
        Shape `(m, 3)`, int64: the smaller vertex, the larger one, the cost; in lexicographic order.
    terminals
        Shape `(t,)`, int64, ascending.
    """

    num_vertices: int
    edges: NDArray[np.int64]
    terminals: NDArray[np.int64]


def named(name: str) -> SteinerGraph | None:
    """The instance of this name, `None` if it is no such name.

    Raises `UsageError` for one that can't be made.
    """
    match = _NAMES.fullmatch(name)
    if match is None:
        return None
    if match["dimension"]:
        dimension = int(match["dimension"])
        if not _LEAST <= dimension <= _MOST:
            raise UsageError(f"{name} can't be made: expected a dimension from {_LEAST} to {_MOST}")
        return hypercube(dimension)
    if match["code"] not in _codes():
        raise UsageError(f"{name} can't be made: its terminals are known for {', '.join(_codes())} only")
    return code_graph(match["code"])


def hypercube(dimension: int) -> SteinerGraph:
    """`hcDu`: words of D bits, an edge of cost 1 where two differ in one, the even words being terminals.

    A word has the vertex 1 + its value.
    """
    words = np.arange(1 << dimension)
    flipped = words[:, None] ^ (1 << np.arange(dimension))
    low, place = np.nonzero(words[:, None] < flipped)
    edges = np.stack([low + 1, flipped[low, place] + 1, np.ones_like(low)], axis=1)
    odd = np.zeros(len(words), dtype=np.int64)
    for place_of_bit in range(dimension):
        odd ^= words >> place_of_bit & 1
    return SteinerGraph(len(words), _sorted(edges), words[odd == 0] + 1)


def code_graph(code: str) -> SteinerGraph:
    """`ccD-Nu`: words of D letters out of N, an edge where two differ in one letter, a code as terminals.

    An edge costs 1, and 1 more for each of its ends that is a terminal. The codes are the published ones, as
    data in `code_graphs.tsv`: each covers every word within one letter, and nothing simpler gives them.
    """
    length, letters = map(int, code.removeprefix("cc").split("-"))
    terminals, without = _codes()[code]
    words = np.arange(letters**length)
    pairs = []
    for place in range(length):
        unit = letters**place
        for step in range(1, letters):
            low = words[words // unit % letters < letters - step]
            pairs.append(np.stack([low, low + step * unit], axis=1))
    ends = _sorted(np.concatenate(pairs) + 1)
    if without:
        lacking = set(without)
        ends = ends[[tuple(edge) not in lacking for edge in ends.tolist()]]
    costs = 1 + np.isin(ends, terminals).sum(axis=1)
    return SteinerGraph(len(words), np.column_stack([ends, costs]), terminals)


def _sorted(edges: NDArray[np.int64]) -> NDArray[np.int64]:
    result: NDArray[np.int64] = edges[np.lexsort((edges[:, 1], edges[:, 0]))]
    return result


@cache
def _codes() -> Mapping[str, tuple[NDArray[np.int64], tuple[tuple[int, int], ...]]]:
    """Code to its terminals, and to the edges that the published graph lacks (six of cc6-3)."""
    found = {}
    for line in _CODES.read_text(encoding="utf-8").splitlines()[1:]:
        name, terminals, without = line.split("\t")
        edges = (edge.split("-") for edge in without.split())
        found[name] = np.array(terminals.split(), dtype=np.int64), tuple((int(a), int(b)) for a, b in edges)
    return found
