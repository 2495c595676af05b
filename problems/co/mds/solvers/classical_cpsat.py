# packages: ortools
"""CP-SAT of OR-Tools: one clause for every vertex, each incumbent as it is found.

A greedy set is the first answer and the hint from which the solver starts.
"""

import json
import os
import queue
import threading
import time
from collections.abc import Iterator
from typing import Any

BEGIN_S = time.perf_counter() - 0.05  # the start of the interpreter counts, too
CASE = json.loads(os.environ.get("SOLVERSMITH_CASE", "{}"))
LIMIT_S = float(CASE.get("time_limit_s", 10.0))
STOP_S = BEGIN_S + 0.95 * LIMIT_S - 0.3


def solve(**kwargs: Any) -> Iterator[dict[str, list[int]]]:
    """Yield a greedy set, then what CP-SAT finds."""
    near = {vertex: list(row) for vertex, row in kwargs["graph"].adjacency()}
    first = greedy(near)
    yield {"mds_nodes": first}
    found: queue.SimpleQueue[list[int] | None] = queue.SimpleQueue()
    worker = threading.Thread(target=run, args=(near, set(first), found), daemon=True)
    worker.start()
    best = len(first)
    while (left_s := STOP_S + 0.2 - time.perf_counter()) > 0:
        try:
            incumbent = found.get(timeout=left_s)
        except queue.Empty:  # it is still at work on the model, and no longer waited for
            return
        if incumbent is None:
            return
        if len(incumbent) < best:
            best = len(incumbent)
            yield {"mds_nodes": incumbent}


def greedy(near: dict[int, list[int]]) -> list[int]:
    """For each vertex that is not dominated yet, few neighbours first: the nearest of largest degree."""
    dominated: set[int] = set()
    chosen = []
    for vertex in sorted(near, key=lambda one: len(near[one])):
        if vertex not in dominated:
            best = max([vertex, *near[vertex]], key=lambda one: len(near[one]))
            chosen.append(best)
            dominated.update([best, *near[best]])
    return chosen


def run(near: dict[int, list[int]], hint: set[int], found: "queue.SimpleQueue[list[int] | None]") -> None:
    """Search until the time is nearly over; `None` is put last, whatever happens."""
    try:
        search(near, hint, found)
    finally:
        found.put(None)


def search(near: dict[int, list[int]], hint: set[int], found: "queue.SimpleQueue[list[int] | None]") -> None:
    """Put every better set into the queue."""
    from ortools.sat.python import cp_model  # half a second, after the first set is out

    model = cp_model.CpModel()
    is_chosen = {vertex: model.new_bool_var("") for vertex in near}
    for vertex, row in near.items():
        model.add_bool_or([is_chosen[vertex], *(is_chosen[other] for other in row)])
    model.minimize(sum(is_chosen.values()))
    for vertex, variable in is_chosen.items():
        model.add_hint(variable, vertex in hint)

    class Incumbents(cp_model.CpSolverSolutionCallback):  # type: ignore[misc]
        """Hands on what the solver finds."""

        def on_solution_callback(self) -> None:
            """Called by the solver."""
            found.put([vertex for vertex, variable in is_chosen.items() if self.boolean_value(variable)])

    solver = cp_model.CpSolver()
    solver.parameters.num_workers = int(CASE.get("threads", 1))
    solver.parameters.random_seed = int(CASE.get("seed", 1))
    if (left_s := STOP_S - time.perf_counter()) > 0:
        solver.parameters.max_time_in_seconds = left_s
        solver.solve(model, Incumbents())
