# packages: hybgensea
"""HGS-CVRP through hybgensea: hybrid genetic search in growing slices, each seeded with the last one's best.

T. Vidal, Hybrid genetic search for the CVRP: open-source implementation and SWAP* neighborhood, Computers &
Operations Research 140 (2022). The library tells of a solution only at the end of a run, hence the slices.
"""

import json
import os
import time
from collections.abc import Iterator
from typing import Any

import hybgensea
import numpy as np

BEGIN_S = time.perf_counter() - 0.3  # the imports count, too
CASE = json.loads(os.environ.get("SOLVERSMITH_CASE", "{}"))
LIMIT_S = float(CASE.get("time_limit_s", 10.0))
CONVENTION = CASE.get("convention", "nint")
FIRST_SHARE, GROWTH = 0.05, 2.0  # of the limit, from slice to slice
MOST_SEEDED = 25  # solutions that one slice hands to the next
MOST_NODES = 5001  # it needs the whole matrix


def solve(**kwargs: Any) -> Iterator[dict[str, list[list[int]]]]:
    """Yield a route per customer, then the best routes after every slice."""
    depot, count = kwargs["depot_idx"], len(kwargs["nodes"])
    order = [depot, *(i for i in range(count) if i != depot)]
    yield {"routes": [[depot, i, depot] for i in order[1:]]}
    if count < 3 or kwargs["dist_matrix"] is None or count > MOST_NODES:
        return
    matrix = np.ascontiguousarray(rounded(kwargs["dist_matrix"])[np.ix_(order, order)])
    points = np.array(kwargs["nodes"], dtype=float)[order]
    demands = np.array(kwargs["demands"], dtype=float)[order]
    stop_s = BEGIN_S + 0.96 * LIMIT_S - 0.2
    slice_s, least = FIRST_SHARE * LIMIT_S, np.inf
    kept: list[Any] = []
    stretch = 1.0  # its clock counts CPU time: of a shared core, a slice takes longer
    while (left_s := stop_s - time.perf_counter()) > 0.1:
        lasting = (left_s if left_s < 2 * slice_s else slice_s) / stretch
        slice_begin_s = time.perf_counter()
        result = hybgensea.solve_cvrp_dist_mtx(
            matrix,
            demands,
            float(kwargs["capacity"]),
            x_coords=points[:, 0].copy(),
            y_coords=points[:, 1].copy(),
            initial_solutions=kept or None,
            verbose=False,
            seed=int(CASE.get("seed", 1)),
            timeLimit=lasting,
        )
        slice_s *= GROWTH
        stretch = max(1.0, (time.perf_counter() - slice_begin_s) / lasting)
        if result.routes and result.cost < least:
            least = result.cost
            yield {"routes": [[depot, *(order[i] for i in route), depot] for route in result.routes]}
        kept = population(result)


def rounded(matrix: Any) -> Any:
    """Distances as the score counts them."""
    if CONVENTION == "exact":
        return matrix
    if CONVENTION == "ceil":
        return np.ceil(matrix)
    return np.floor(matrix if CONVENTION == "floor" else matrix + 0.5)


def population(result: Any) -> list[Any]:
    """The feasible solutions of a run that the next one starts from, the best first."""
    members = result.feasible_population or []
    rows = [member.routes for member, _ in zip(members, range(MOST_SEEDED), strict=False)]
    return [[route for route in routes if route] for routes in [result.routes, *rows] if routes]
