# packages: ortools
"""CP-SAT of OR-Tools, each of its incumbents as it is found.

One optional interval for every option, one machine for every operation. A dispatched schedule is the first
answer and the hint from which the solver starts.
"""

import heapq
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

from ortools.sat.python import cp_model  # noqa: E402 (its import, half a second, counts as well)


def solve(**kwargs: Any) -> Iterator[dict[str, Any]]:
    """Yield a dispatched schedule, then what CP-SAT finds."""
    jobs = kwargs["jobs"]
    first = dispatch(jobs, kwargs["num_machines"])
    yield first
    model = Model(jobs, kwargs["num_machines"], first)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = int(CASE.get("threads", 1))
    solver.parameters.random_seed = int(CASE.get("seed", 1))
    solver.parameters.max_time_in_seconds = max(0.1, STOP_S - time.perf_counter())
    found: queue.Queue[Any] = queue.Queue()
    thread = threading.Thread(target=run, args=(solver, model, found), daemon=True)
    thread.start()
    while (incumbent := found.get()) is not None:
        yield incumbent


class Model:
    """The constraint model of a shop."""

    def __init__(self, jobs: Any, num_machines: int, hint: dict[str, Any]) -> None:
        self.model = cp_model.CpModel()
        self.starts: list[Any] = []
        self.choices: list[list[tuple[int, Any]]] = []
        horizon = int(hint["makespan"])
        self.makespan = self.model.new_int_var(0, horizon, "")
        on_machine: list[list[Any]] = [[] for _ in range(num_machines + 1)]
        for job in jobs:
            last = None
            for options in job:
                last = self.add_operation(options, horizon, last, on_machine)
            self.model.add(self.makespan >= last)
        for intervals in on_machine:
            self.model.add_no_overlap(intervals)
        self.model.minimize(self.makespan)
        for start, value in zip(self.starts, hint["start_times"], strict=True):
            self.model.add_hint(start, int(value))
        for choices, chosen in zip(self.choices, hint["machine_assignments"], strict=True):
            for machine, present in choices:
                self.model.add_hint(present, machine == chosen)

    def add_operation(self, options: Any, horizon: int, after: Any, on_machine: list[list[Any]]) -> Any:
        """One start, one end, and an optional interval on every machine that can do it; returns the end."""
        model = self.model
        start, end = model.new_int_var(0, horizon, ""), model.new_int_var(0, horizon, "")
        if after is not None:
            model.add(start >= after)
        choices = []
        for machine, duration in options:
            present = model.new_bool_var("")
            on_machine[machine].append(model.new_optional_interval_var(start, duration, end, present, ""))
            choices.append((machine, present))
        model.add_exactly_one(present for _, present in choices)
        self.starts.append(start)
        self.choices.append(choices)
        return end


class Incumbents(cp_model.CpSolverSolutionCallback):  # type: ignore[misc]
    """Puts every solution into a queue, as programs yield it."""

    def __init__(self, model: Model, found: queue.Queue[Any]) -> None:
        super().__init__()
        self.model, self.found = model, found

    def on_solution_callback(self) -> None:
        """Called by the solver, in its thread."""
        chosen = [
            next(machine for machine, present in choices if self.boolean_value(present))
            for choices in self.model.choices
        ]
        starts = [self.value(start) for start in self.model.starts]
        makespan = self.value(self.model.makespan)
        self.found.put({"makespan": makespan, "machine_assignments": chosen, "start_times": starts})


def run(solver: Any, model: Model, found: queue.Queue[Any]) -> None:
    """Solve, and say when it is over."""
    try:
        solver.solve(model.model, Incumbents(model, found))
    finally:
        found.put(None)


def dispatch(jobs: Any, num_machines: int) -> dict[str, Any]:
    """Always the job that is late for the work it has left, on the machine that ends first."""
    left = []
    for job in jobs:
        means = [sum(time for _, time in options) / len(options) for options in job]
        left.append([sum(means[step:]) for step in range(len(means))])
    free = [0] * (num_machines + 1)
    chosen: list[list[tuple[int, int]]] = [[] for _ in jobs]
    heap = [(-left[job][0], job, 0) for job in range(len(jobs))]
    heapq.heapify(heap)
    makespan = 0
    while heap:
        _, job, ready = heapq.heappop(heap)
        step = len(chosen[job])
        end, machine, duration = min((max(free[m], ready) + t, m, t) for m, t in jobs[job][step])
        chosen[job].append((machine, end - duration))
        free[machine] = end
        makespan = max(makespan, end)
        if step + 1 < len(jobs[job]):
            heapq.heappush(heap, (end - left[job][step + 1], job, end))
    flat = [pair for pairs in chosen for pair in pairs]
    return {
        "makespan": makespan,
        "machine_assignments": [machine for machine, _ in flat],
        "start_times": [start for _, start in flat],
    }
