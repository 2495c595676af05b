# packages: pyvrp
"""PyVRP: iterated local search with penalties, in a thread; every better solution is handed on.

N. A. Wouda, L. Lan, W. Kool, PyVRP: a high-performance VRP solver package, INFORMS Journal on Computing 36
(2024). It holds two full matrices and takes long to stop on large instances: those of more than 3000
customers are left to others.
"""

import json
import os
import queue
import threading
import time
from collections.abc import Iterator
from typing import Any

import numpy as np
from pyvrp import (
    Client,
    Depot,
    IteratedLocalSearchCallbacks,
    IteratedLocalSearchParams,
    Location,
    ProblemData,
    SolveParams,
    VehicleType,
)
from pyvrp import solve as search
from pyvrp.stop import MaxRuntime

BEGIN_S = time.perf_counter() - 1.0  # the imports count, too
CASE = json.loads(os.environ.get("SOLVERSMITH_CASE", "{}"))
LIMIT_S = float(CASE.get("time_limit_s", 10.0))
CONVENTION = CASE.get("convention", "nint")
MOST_NODES = 3001
SCALE = 10_000  # of distances that are not rounded: PyVRP computes in integers


class Found(IteratedLocalSearchCallbacks):  # type: ignore[misc]
    """Puts the routes of every new best solution into a queue."""

    def __init__(self, found: "queue.SimpleQueue[Any]") -> None:
        self.found = found

    def on_best(self, best: Any) -> None:
        """Called by the search."""
        if best.is_feasible():
            self.found.put([[visit.idx for visit in route if visit.is_client()] for route in best.routes()])


def solve(**kwargs: Any) -> Iterator[dict[str, list[list[int]]]]:
    """Yield a route per customer, then whatever the search finds."""
    depot, count = kwargs["depot_idx"], len(kwargs["nodes"])
    customers = [i for i in range(count) if i != depot]
    yield {"routes": [[depot, i, depot] for i in customers]}
    if count > MOST_NODES or count < 3:
        return
    found: queue.SimpleQueue[Any] = queue.SimpleQueue()
    data = problem_data(kwargs, [depot, *customers])
    worker = threading.Thread(target=run, args=(data, found), daemon=True)
    worker.start()
    while (routes := found.get()) is not None:
        while not found.empty() and (later := found.get()) is not None:
            routes = later  # only the last counts
        yield {"routes": [[depot, *(customers[i] for i in route), depot] for route in routes]}
    worker.join()


def problem_data(kwargs: Any, order: list[int]) -> ProblemData:
    """The instance as PyVRP wants it, the depot first."""
    points = np.array(kwargs["nodes"], dtype=float)[order]
    matrix = kwargs["dist_matrix"][np.ix_(order, order)]
    if CONVENTION == "exact":
        matrix = np.rint(matrix * SCALE)
    elif CONVENTION == "ceil":
        matrix = np.ceil(matrix)
    else:
        matrix = np.floor(matrix if CONVENTION == "floor" else matrix + 0.5)
    whole = matrix.astype(np.int64)
    demands = [int(kwargs["demands"][i]) for i in order]
    return ProblemData(
        [Location(x, y) for x, y in points.tolist()],
        [Client(at, delivery=[demand]) for at, demand in enumerate(demands) if at],
        [Depot(0)],
        [VehicleType(len(order) - 1, capacity=[int(kwargs["capacity"])])],
        [whole],
        [np.zeros_like(whole)],
    )


def run(data: ProblemData, found: "queue.SimpleQueue[Any]") -> None:
    """Search until the time is nearly over; `None` is put last, whatever happens."""
    params = SolveParams(ils=IteratedLocalSearchParams(callbacks=Found(found)))
    left_s = BEGIN_S + 0.95 * LIMIT_S - 0.3 - time.perf_counter()
    try:
        search(
            data,
            MaxRuntime(max(0.1, left_s)),
            seed=int(CASE.get("seed", 1)),
            collect_stats=False,
            params=params,
        )
    finally:
        found.put(None)
