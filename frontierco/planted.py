"""Random graphs with a planted maximum independent set: model RB with a hidden solution.

K. Xu, W. Li, Exact phase transitions in random constraint satisfaction problems, JAIR 12 (2000); K. Xu et
al., Random constraint satisfaction: easy generation of hard (satisfiable) instances, Artificial Intelligence
171 (2007). With alpha = 0.8, p = 0.25 and r = 0.8/ln(4/3): n variables with n^0.8 values each, r·n·ln n
constraints, each on two random variables and forbidding p·d² pairs of values, never the hidden pair.
"""

from __future__ import annotations

import math
import re

import numpy as np
from numpy.typing import NDArray

from frontierco.instances import Graph, graph
from solversmith.errors import UsageError

_NAME = re.compile(r"planted-(\d{1,4})-(\d{1,10})")
_MOST_VARIABLES = 400
_ALPHA, _TIGHTNESS = 0.8, 0.25
_DENSITY = _ALPHA / math.log(4 / 3)


def planted_graph(num_variables: int, seed: int) -> tuple[Graph, NDArray[np.int64]]:
    """A graph whose independence number is `num_variables`, and the set that was hidden in it.

    One vertex for each value of each variable, d = round(n^0.8) values; the values of a variable are a
    clique, so no set is larger than n, and the hidden one is that large. Vertices (from 1) are relabelled by
    a random permutation. The stream of `RandomState` is frozen, so a seed means the same graph everywhere.
    """
    if num_variables < 2:
        raise ValueError(f"a planted graph needs at least 2 variables, not {num_variables}")
    random = np.random.RandomState(seed)
    domain = max(2, round(num_variables**_ALPHA))
    hidden = random.randint(domain, size=num_variables)
    edges = np.concatenate([_cliques(num_variables, domain), _constraints(hidden, domain, random)])
    labels = random.permutation(num_variables * domain) + 1
    vertices = labels[np.arange(num_variables) * domain + hidden]
    return graph(num_variables * domain, labels[edges]), np.sort(vertices).astype(np.int64)


def named_planted(name: str) -> Graph | None:
    """The graph `planted-N-SEED`, `None` if it is no such name. Raises `UsageError` if it is too large."""
    match = _NAME.fullmatch(name)
    if match is None:
        return None
    variables, seed = int(match[1]), int(match[2])
    if not (2 <= variables <= _MOST_VARIABLES and seed < 1 << 32):
        raise UsageError(f"{name} can't be made: expected 2 to {_MOST_VARIABLES} variables and a 32-bit seed")
    return planted_graph(variables, seed)[0]


def _cliques(num_variables: int, domain: int) -> NDArray[np.int64]:
    pairs = np.stack(np.triu_indices(domain, 1), axis=1)
    starts = np.arange(num_variables)[:, None, None] * domain
    result: NDArray[np.int64] = (starts + pairs).reshape(-1, 2)
    return result


def _constraints(
    hidden: NDArray[np.integer], domain: int, random: np.random.RandomState
) -> NDArray[np.int64]:
    num_variables = len(hidden)
    count = round(_DENSITY * num_variables * math.log(num_variables))
    forbidden = round(_TIGHTNESS * domain * domain)
    edges = [np.empty((0, 2), dtype=np.int64)]
    for _ in range(count):
        first, second = random.permutation(num_variables)[:2]
        spared = hidden[first] * domain + hidden[second]
        pairs = random.permutation(domain * domain - 1)[:forbidden]
        pairs += pairs >= spared  # skips the hidden pair
        edges.append(np.stack([first * domain + pairs // domain, second * domain + pairs % domain], axis=1))
    return np.concatenate(edges)
