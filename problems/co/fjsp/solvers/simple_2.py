"""Hill climbing over an order of operations and a machine for each.

The order says which job goes on next; every operation starts as early as it can behind what stands before it.
Some entries are changed at random, and what is not longer stays.
"""

import random
from collections.abc import Iterator
from typing import Any

import numpy as np

STEPS = 3000  # knob: log 50 1000000 fast=low
CHANGES = 2  # knob: int 1 60 safe=low
SPREAD = 0.3  # knob: linear 0.01 1.0
GREED = 0.9  # knob: linear 0 1.0


def solve(**kwargs: Any) -> Iterator[dict[str, Any]]:
    """Yield a first schedule, then shorter ones."""
    jobs = kwargs["jobs"]
    rng = random.Random(1)
    order = np.concatenate([np.linspace(0, 1, len(job), endpoint=False) for job in jobs])
    order = np.repeat(np.arange(len(jobs)), [len(job) for job in jobs])[
        np.argsort(order, kind="stable")
    ].tolist()
    wish = [[first_choice(options, rng) for options in job] for job in jobs]
    best = build(jobs, kwargs["num_machines"], order, wish)
    yield best
    for _ in range(int(STEPS)):
        new_order, new_wish = change(jobs, order, wish, rng)
        found = build(jobs, kwargs["num_machines"], new_order, new_wish)
        if found["makespan"] <= best["makespan"]:
            shorter = found["makespan"] < best["makespan"]
            order, wish, best = new_order, new_wish, found
            if shorter:
                yield best


def first_choice(options: Any, rng: random.Random) -> int:
    """The quickest option, or any."""
    if rng.random() < GREED:
        return min(range(len(options)), key=lambda place: options[place][1])
    return rng.randrange(len(options))


def change(jobs: Any, order: list[int], wish: list[list[int]], rng: random.Random) -> tuple[Any, Any]:
    """Move CHANGES different places of the order, and change the machine of as many operations."""
    order, wish = order[:], [row[:] for row in wish]
    reach = max(1, int(SPREAD * len(order)))
    for place in rng.sample(range(len(order)), CHANGES):
        target = min(max(place + rng.randint(-reach, reach), 0), len(order) - 1)
        order.insert(target, order.pop(place))
        job = rng.randrange(len(jobs))
        step = rng.randrange(len(jobs[job]))
        wish[job][step] = rng.randrange(len(jobs[job][step]))
    return order, wish


def build(jobs: Any, num_machines: int, order: list[int], wish: list[list[int]]) -> dict[str, Any]:
    """The schedule of an order and a choice."""
    free = [0] * (num_machines + 1)
    ready = [0] * len(jobs)
    chosen: list[list[tuple[int, int]]] = [[] for _ in jobs]
    for job in order:
        step = len(chosen[job])
        machine, time = jobs[job][step][wish[job][step]]
        start = max(free[machine], ready[job])
        chosen[job].append((machine, start))
        free[machine] = ready[job] = start + time
    flat = [pair for pairs in chosen for pair in pairs]
    return {
        "makespan": max(ready),
        "machine_assignments": [machine for machine, _ in flat],
        "start_times": [start for _, start in flat],
    }
