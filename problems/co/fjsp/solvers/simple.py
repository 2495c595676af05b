"""Dispatching in time, again and again with a little chance in it.

Always the job with the most work left among those that can start soon, on the machine that finishes it
first. After J. Blackstone, D. Phillips, G. Hogg, A state-of-the-art survey of dispatching rules for
manufacturing job shop operations, International Journal of Production Research 20 (1982).
"""

import random
from collections.abc import Iterator
from typing import Any

import numpy as np

ROUNDS = 20  # knob: log 1 20000 fast=low
CANDIDATES = 1  # knob: int 1 12 safe=low
CHANCE = 0.1  # knob: linear 0 1.0
URGENCY = 1.0  # knob: log 0.05 20.0


def solve(**kwargs: Any) -> Iterator[dict[str, Any]]:
    """Yield a schedule, then shorter ones."""
    jobs = kwargs["jobs"]
    rng = random.Random(1)
    best = None
    for number in range(int(ROUNDS)):
        found = dispatch(jobs, kwargs["num_machines"], rng, CHANCE if number else 0.0)
        if best is None or found["makespan"] < best:
            best = found["makespan"]
            yield found


def work_left(jobs: list[Any]) -> list[list[float]]:
    """For each step the mean time of it and of all that follow in its job."""
    result = []
    for job in jobs:
        means = [sum(time for _, time in options) / len(options) for options in job]
        result.append(np.cumsum(means[::-1])[::-1].tolist())
    return result


def dispatch(jobs: list[Any], num_machines: int, rng: random.Random, chance: float) -> dict[str, Any]:
    """Give one step after the other a machine and a start."""
    left = work_left(jobs)
    free = [0.0] * (num_machines + 1)
    ready = [0.0] * len(jobs)
    step = [0] * len(jobs)
    chosen: list[list[tuple[int, float]]] = [[] for _ in jobs]
    open_jobs = set(range(len(jobs)))
    while open_jobs:
        urgent = {
            job: ready[job] - URGENCY * left[job][step[job]] * (1 + chance * rng.random())
            for job in open_jobs
        }
        job = min(urgent, key=lambda one: (urgent[one], one))
        machine, time = quickest(jobs[job][step[job]], free, ready[job], rng)
        start = max(free[machine], ready[job])
        chosen[job].append((machine, start))
        free[machine] = ready[job] = start + time
        step[job] += 1
        if step[job] == len(jobs[job]):
            open_jobs.remove(job)
    flat = [pair for pairs in chosen for pair in pairs]
    return {
        "makespan": max(ready),
        "machine_assignments": [machine for machine, _ in flat],
        "start_times": [start for _, start in flat],
    }


def quickest(options: Any, free: list[float], ready: float, rng: random.Random) -> tuple[int, int]:
    """One of the CANDIDATES options that end first."""
    ends = np.array([max(free[machine], ready) + time for machine, time in options])
    first = np.argpartition(ends, CANDIDATES - 1)[:CANDIDATES]
    machine, time = options[int(first[rng.randrange(len(first))])]
    return machine, time
