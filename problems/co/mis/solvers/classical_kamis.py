# packages: chszlablib
"""KaMIS through chszlablib: a local search in growing slices, then the memetic algorithm.

J. Dahlum et al., Accelerating local search for the maximum independent set problem, SEA 2016 (OnlineMIS);
E. Grossmann, S. Lamm, C. Schulz, D. Strash, Finding near-optimal weight independent sets at scale, GECCO 2023
(m²wis, here with equal weights). The library tells of a set only at the end of a run, hence the slices. The
memetic algorithm may last much longer than it is allowed to, so it comes last; so does ReduMIS, which took 12
to 30 s of CPU time on hard dense graphs where 2 were allowed, and is left out.
"""

import json
import os
import time
from collections.abc import Iterator
from typing import Any

import numpy as np
from chszlablib import Graph, IndependenceProblems

BEGIN_S = time.perf_counter() - 0.9  # the imports count, too
CASE = json.loads(os.environ.get("SOLVERSMITH_CASE", "{}"))
LIMIT_S = float(CASE.get("time_limit_s", 10.0))
SLICES = (0.05, 0.1, 0.2)  # shares of the limit that the local search gets, each from another seed


def solve(**kwargs: Any) -> Iterator[dict[str, list[int]]]:
    """Yield what the local search finds, then what is larger."""
    graph = kwargs["graph"]
    names = list(graph)
    if not graph.number_of_edges():
        yield {"mis_nodes": names}
        return
    compressed = rows_of(graph, names)
    best = 0
    for place, share in enumerate((*SLICES, 1.0)):
        search = IndependenceProblems.online_mis if place < len(SLICES) else IndependenceProblems.mmwis
        left_s = BEGIN_S + 0.95 * LIMIT_S - time.perf_counter()
        seed = (int(CASE.get("seed", 1)) + place) % 1_000_000
        found = search(compressed, time_limit=max(0.1, min(share * LIMIT_S, left_s)), seed=seed)
        if found.size > best:
            best = int(found.size)
            yield {"mis_nodes": [names[vertex] for vertex in found.vertices.tolist()]}


def rows_of(graph: Any, names: list[int]) -> Any:
    """The graph as the library wants it: where each vertex's neighbours begin, and the neighbours."""
    index = {name: place for place, name in enumerate(names)}
    begins = np.cumsum([0, *(len(graph[name]) for name in names)], dtype=np.int64)
    neighbours = np.fromiter(
        (index[other] for name in names for other in sorted(graph[name])), dtype=np.int32, count=begins[-1]
    )
    return Graph.from_csr(begins, neighbours)
