"""Tabu search that moves operations of a critical path, to other machines and within their blocks.

An operation of a critical path is taken out and put where the longest path through it is estimated to be
shortest: on another machine between the operations that end late enough and those with a long enough tail
(M. Mastrolilli, L. M. Gambardella, Effective neighbourhood functions for the flexible job shop problem,
Journal of Scheduling 3 (2000)), or behind the last or before the first of its block (E. Balas, A.
Vazacopoulos, Guided local search with shifting bottleneck for job shop scheduling, Management Science 44
(1998)). After long without success the search goes on from a shaken copy of a good schedule. It begins with
the best of many randomised dispatches.
"""

import heapq
import itertools
import json
import os
import random
import time
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from typing import Any

BEGIN_S = time.perf_counter() - 0.05  # the start of the interpreter counts, too
CASE = json.loads(os.environ.get("SOLVERSMITH_CASE", "{}"))
LIMIT_S = float(CASE.get("time_limit_s", 10.0))
STOP_S = BEGIN_S + 0.97 * LIMIT_S - 0.15
MOST_LOOKED_AT = 40  # operations of a critical path in one step
MOST_PLACES = 8  # on one machine
LONGEST_SHIFT = 12  # within a block


def solve(**kwargs: Any) -> Iterator[dict[str, Any]]:
    """Yield a dispatched schedule, then shorter ones until the time is nearly over."""
    rng = random.Random(int(CASE.get("seed", 1)))
    shop = Shop(kwargs["jobs"], kwargs["num_machines"])
    best = None
    begin = time.perf_counter()
    while best is None or time.perf_counter() < min(STOP_S, begin + 0.06 * LIMIT_S):
        found = dispatch(shop, rng, best is not None)
        if best is None or found.length < best.length:
            best = found
            yield best.answer()
    for found in search(best, rng):
        yield found.answer()


class Shop:
    """The instance, operations numbered from 0 through all jobs; `none` stands for no operation."""

    def __init__(self, jobs: Any, num_machines: int) -> None:
        self.options = [dict(options) for job in jobs for options in job]
        self.jobs: list[list[int]] = []
        self.none = len(self.options)
        self.num_machines = num_machines
        before: list[int] = []
        after: list[int] = []
        for job in jobs:
            first = len(before)
            operations = list(range(first, first + len(job)))
            self.jobs.append(operations)
            before += [self.none, *operations[:-1]]
            after += [*operations[1:], self.none]
        self.before, self.after = [*before, self.none], [*after, self.none]
        # Zero times would let operations share a moment: times are counted in n + 1 parts, plus one for each
        # operation, so that every path grows and the order of starts is one of precedence.
        zero = any(t == 0 for option in self.options for t in option.values())
        self.scale = self.none + 1 if zero else 1
        if zero:
            self.options = [{m: t * self.scale + 1 for m, t in option.items()} for option in self.options]
        self.mean = [sum(option.values()) / len(option) for option in self.options]


class Schedule:
    """A machine for each operation, an order on each machine, and longest paths to and from everything."""

    def __init__(self, shop: Shop, machine: list[int], rows: list[list[int]]) -> None:
        self.shop = shop
        none = shop.none
        self.machine, self.rows = machine, rows
        self.time = [shop.options[one][machine[one]] for one in range(none)] + [0]
        self.previous, self.following = [none] * (none + 1), [none] * (none + 1)
        for row in rows:
            for one, other in itertools.pairwise(row):
                self.following[one], self.previous[other] = other, one
        self.end = [0] * (none + 1)  # of the longest path to it, its own time included
        self.tail = [0] * (none + 1)  # minus the longest path from it, its own time included
        self.order: list[int] = []
        self.place = [0] * (none + 1)
        self.length = 0
        self.sort()

    def copy(self) -> "Schedule":
        """One that shares nothing that changes."""
        return Schedule(self.shop, self.machine[:], [row[:] for row in self.rows])

    def answer(self) -> dict[str, Any]:
        """As programs yield it; times without the parts that only break ties."""
        shop = self.shop
        starts, ends = [0] * shop.none, [0] * (shop.none + 1)
        for one in self.order:
            starts[one] = max(ends[shop.before[one]], ends[self.previous[one]])
            ends[one] = starts[one] + self.time[one] // shop.scale
        return {"makespan": max(ends), "machine_assignments": self.machine[:], "start_times": starts}

    def sort(self) -> None:
        """An order in which everything stands behind what it waits for; then all paths."""
        shop, none = self.shop, self.shop.none
        waits = [(shop.before[one] != none) + (self.previous[one] != none) for one in range(none)]
        order = [one for one in range(none) if not waits[one]]
        for one in order:
            for other in (shop.after[one], self.following[one]):
                if other != none:
                    waits[other] -= 1
                    if not waits[other]:
                        order.append(other)
        self.order = order
        for place, one in enumerate(order):
            self.place[one] = place
        self.measure(0, none)

    def measure(self, low: int, high: int) -> None:
        """Paths to all from place `low` on, and from all before place `high`."""
        before, after, end, tail, time_of = self.shop.before, self.shop.after, self.end, self.tail, self.time
        previous, following = self.previous, self.following
        for one in self.order[low:]:
            start, other = end[before[one]], end[previous[one]]
            end[one] = (start if start > other else other) + time_of[one]
        for one in reversed(self.order[:high]):
            rest, other = tail[after[one]], tail[following[one]]
            tail[one] = (rest if rest < other else other) - time_of[one]
        self.length = max(end)

    def move(self, one: int, machine: int, index: int) -> None:
        """Take an operation out and put it at `index` of a machine's row, which is counted without it."""
        shop, previous, following = self.shop, self.previous, self.following
        none = shop.none
        left, right = previous[one], following[one]
        following[left], previous[right] = right, left
        self.rows[self.machine[one]].remove(one)
        row = self.rows[machine]
        left = row[index - 1] if index else none
        right = row[index] if index < len(row) else none
        row.insert(index, one)
        previous[one], following[one] = left, right
        following[left] = previous[right] = one
        previous[none] = following[none] = none
        self.machine[one] = machine
        self.time[one] = shop.options[one][machine]
        self.reorder(one, (shop.before[one], left), (shop.after[one], right))

    def reorder(self, one: int, behind: tuple[int, int], ahead: tuple[int, int]) -> None:
        """Bring the order up to date after `one` was moved, if possible without sorting all of it."""
        none, place, order = self.shop.none, self.place, self.order
        low = max((place[other] for other in behind if other != none), default=-1)
        high = min((place[other] for other in ahead if other != none), default=none)
        old = place[one]
        if low >= high:
            self.sort()
            return
        new = low + 1 if low < old else low  # place after `one` has been taken out
        if low < old < high:
            new = old
        order.insert(new, order.pop(old))
        first, last = (old, new) if old < new else (new, old)
        for index in range(first, last + 1):
            place[order[index]] = index
        self.measure(first, last + 1)

    def critical_path(self, rng: random.Random) -> list[int]:
        """One longest path, from its first operation to its last."""
        end, time_of, before, previous = self.end, self.time, self.shop.before, self.previous
        none = self.shop.none
        one = rng.choice([op for op in range(none) if end[op] == self.length])
        path = [one]
        while start := end[one] - time_of[one]:
            choices = [other for other in (before[one], previous[one]) if end[other] == start]
            one = choices[0] if len(choices) == 1 else rng.choice(choices)
            path.append(one)
        return path[::-1]


def dispatch(shop: Shop, rng: random.Random, chance: bool) -> Schedule:
    """Always the job that is late for the work it has left, on a machine that ends early and is not slow."""
    urgency = 2.0 ** rng.uniform(-3, 3) if chance else 1.0
    dislike = rng.choice((0.0, 0.5, 1.0, 2.0)) if chance else 0.5
    noise = rng.choice((0.0, 0.1, 0.3)) if chance else 0.0
    left = []
    for operations in shop.jobs:
        rest = 0.0
        sums = []
        for one in reversed(operations):
            rest += shop.mean[one]
            sums.append(rest)
        left.append(sums[::-1])
    free = [0] * (shop.num_machines + 1)
    machine = [0] * shop.none
    rows: list[list[int]] = [[] for _ in free]
    heap = [(-urgency * rests[0] * (1 + noise * rng.random()), job, 0, 0) for job, rests in enumerate(left)]
    heapq.heapify(heap)
    while heap:
        _, job, step, ready = heapq.heappop(heap)
        one = shop.jobs[job][step]
        best, lowest, end = 0, float("inf"), 0
        for where, time_there in shop.options[one].items():
            until = max(free[where], ready) + time_there
            if until + dislike * time_there < lowest:
                best, lowest, end = where, until + dislike * time_there, until
        machine[one] = best
        rows[best].append(one)
        free[best] = end
        if step + 1 < len(shop.jobs[job]):
            key = end - urgency * left[job][step + 1] * (1 + noise * rng.random())
            heapq.heappush(heap, (key, job, step + 1, end))
    return Schedule(shop, machine, rows)


def search(best: Schedule, rng: random.Random) -> Iterator[Schedule]:
    """Yield ever shorter schedules until the time is nearly over."""
    now = best.copy()
    forbidden: dict[tuple[int, int], int] = {}
    record, since, step = now.length, 0, 0
    patience = 2000 + 4 * now.shop.none
    while time.perf_counter() < STOP_S:
        step += 1
        since += 1
        path = now.critical_path(rng)
        moves = promising(now, path, rng)
        if not moves:
            if all(len(now.shop.options[one]) == 1 for one in path) and one_job(now, path):
                return  # a job that can't be shorter: nor can the schedule
            shake(now, rng, 5)
            continue
        _, one, machine, index = choose(moves, forbidden, step, best.length, rng)
        forbidden[one, now.machine[one]] = step + 8 + rng.randrange(6 + len(path) // 4)
        now.move(one, machine, index)
        if now.length < record:
            record, since = now.length, 0
        if now.length < best.length:
            best = now.copy()
            yield best
        elif since > patience:
            now = best.copy() if rng.random() < 0.7 else dispatch(now.shop, rng, True)
            shake(now, rng, 3 + rng.randrange(10))
            record, since = now.length, 0
            forbidden.clear()


def one_job(now: Schedule, path: list[int]) -> bool:
    """Whether a path follows a single job."""
    return all(now.shop.after[one] == other for one, other in itertools.pairwise(path))


def choose(
    moves: list[tuple[int, int, int, int]],
    forbidden: dict[tuple[int, int], int],
    step: int,
    best: int,
    rng: random.Random,
) -> tuple[int, int, int, int]:
    """The move with the lowest estimate among those that are allowed, or that would be a success."""
    allowed = [move for move in moves if forbidden.get((move[1], move[2]), 0) < step or move[0] < best]
    if not allowed:
        return rng.choice(moves)
    lowest = min(allowed)[0]
    return rng.choice([move for move in allowed if move[0] == lowest])


def promising(now: Schedule, path: list[int], rng: random.Random) -> list[tuple[int, int, int, int]]:
    """Moves of a path's operations as (estimated length, operation, machine, index)."""
    moves = shifts(now, path)
    looked_at = path if len(path) <= MOST_LOOKED_AT else rng.sample(path, MOST_LOOKED_AT)
    for one in looked_at:
        if len(now.shop.options[one]) > 1:
            moves += transfers(now, one)
    return moves


def transfers(now: Schedule, one: int) -> list[tuple[int, int, int, int]]:
    """The best place of an operation on each other machine."""
    end, tail, none = now.end, now.tail, now.shop.none
    ready, rest = end[now.shop.before[one]], tail[now.shop.after[one]]
    here = now.machine[one]
    moves = []
    for machine, duration in now.shop.options[one].items():
        if machine == here:
            continue
        row = now.rows[machine]
        low = bisect_right(row, ready, key=end.__getitem__)
        high = bisect_left(row, rest, key=tail.__getitem__)
        if high <= low:
            moves.append((ready + duration - rest, one, machine, (low + high) // 2))
            continue
        best, where = 0, -1
        for index in range(low, high + 1, 1 + (high - low) // MOST_PLACES):
            left = end[row[index - 1]] if index else 0
            right = tail[row[index] if index < len(row) else none]
            length = (left if left > ready else ready) + duration - (right if right < rest else rest)
            if where < 0 or length < best:
                best, where = length, index
        moves.append((best, one, machine, where))
    return moves


def shifts(now: Schedule, path: list[int]) -> list[tuple[int, int, int, int]]:
    """Moves of operations behind the last or before the first of their block of the path."""
    moves = []
    first = 0
    for last in range(len(path)):
        if last + 1 < len(path) and now.following[path[last]] == path[last + 1]:
            continue
        block = path[first : last + 1]
        first = last + 1
        if len(block) > 1:
            moves += shifts_in(now, block)
    return moves


def shifts_in(now: Schedule, block: list[int]) -> list[tuple[int, int, int, int]]:
    """Of one block: from up to LONGEST_SHIFT places away."""
    machine = now.machine[block[0]]
    start = now.rows[machine].index(block[0])
    count = len(block)
    moves = []
    first, last = block[0], block[-1]
    for place in range(max(0, count - 1 - LONGEST_SHIFT), count - 1):
        next_step = now.shop.after[block[place]]  # a path from it to `last` would become a cycle
        free = next_step == now.shop.none or now.end[last] - now.time[last] < now.end[next_step]
        if free and next_step != last:
            length = shifted(now, [*block[place + 1 :], block[place]])
            moves.append((length, block[place], machine, start + count - 1))
    for place in range(1 if count > 2 else 2, min(count, LONGEST_SHIFT + 1)):
        step_before = now.shop.before[block[place]]
        if now.end[first] > now.end[step_before] - now.time[step_before] and step_before != first:
            length = shifted(now, [block[place], *block[:place]])
            moves.append((length, block[place], machine, start))
    return moves


def shifted(now: Schedule, piece: list[int]) -> int:
    """The longest path through a piece of a machine's row if it were in this order."""
    end, tail, time_of = now.end, now.tail, now.time
    before, after = now.shop.before, now.shop.after
    inside = set(piece)
    left = next(now.previous[one] for one in piece if now.previous[one] not in inside)
    right = next(now.following[one] for one in piece if now.following[one] not in inside)
    heads = []
    until = end[left]
    for one in piece:
        start = max(until, end[before[one]])
        heads.append(start)
        until = start + time_of[one]
    longest, rest = 0, tail[right]
    for one, start in zip(reversed(piece), reversed(heads), strict=True):
        rest = min(rest, tail[after[one]]) - time_of[one]
        longest = max(longest, start - rest)
    return longest


def shake(now: Schedule, rng: random.Random, count: int) -> None:
    """Some random transfers of operations that have a choice."""
    free = [one for one in range(now.shop.none) if len(now.shop.options[one]) > 1]
    for one in rng.sample(free, min(count, len(free))):
        moves = transfers(now, one)
        _, _, machine, index = rng.choice(moves)
        now.move(one, machine, index)
