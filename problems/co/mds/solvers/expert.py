"""A set in one pass, reductions, a greedy set, then two searches over covers in turn, by what they gain.

Seen as set covering: every vertex is an element and, with its closed neighbourhood, a candidate. An element
whose candidates include all those of another one is dominated with it, and a candidate that reaches no more
than another one is not needed (J. Alber, M. Fellows, R. Niedermeier, Polynomial-time data reduction for
dominating set, Journal of the ACM 51 (2004), in the simpler form for set covering). On what is left:

- with one candidate too few, swaps in and out, while the weights of elements grow as long as they are not
  dominated: as S. Cai et al. do for vertex cover, NuMVC, JAIR 46 (2013);
- neighbourhoods of a random element that are covered anew, exactly, by HiGHS, the rest kept as it is.
"""

import gc
import heapq
import json
import os
import random
import time
from collections.abc import Iterator
from typing import Any

import numpy as np

BEGIN_S = time.perf_counter() - 0.2  # the imports count, too
CASE = json.loads(os.environ.get("SOLVERSMITH_CASE", "{}"))
LIMIT_S = float(CASE.get("time_limit_s", 10.0))
LOOKED_AT = 50  # members that are compared when one has to go
SHARE_TO_REDUCE = 0.45  # of the time
BEGIN_TIMES = 3.0  # the search gets ready if there is time for that many times the making of its lists
SLICE_S = 0.05  # a turn of one search, as a share of the limit
EXACT_S = 0.06  # a neighbourhood that takes longer was too large

Rows = dict[int, set[int]]


def solve(**kwargs: Any) -> Iterator[dict[str, list[int]]]:
    """Yield a greedy set, then smaller ones until the time is nearly over."""
    gc.disable()  # nothing here is cyclic, and looking through millions of sets takes half of the time
    first = in_one_pass(kwargs["graph"])
    best = len(first)
    yield {"mds_nodes": first}
    stop_s = BEGIN_S + 0.96 * LIMIT_S - 0.15
    if time.perf_counter() > BEGIN_S + SHARE_TO_REDUCE * LIMIT_S:
        return
    begin_s = time.perf_counter()
    names = list(kwargs["graph"])
    place = {name: index for index, name in enumerate(names)}
    closed = [
        [index, *(place[other] for other in row)]
        for index, (_, row) in enumerate(kwargs["graph"].adjacency())
    ]
    listed_s = time.perf_counter() - begin_s
    elements, candidates, forced = reduced(closed, BEGIN_S + SHARE_TO_REDUCE * LIMIT_S)
    if not elements:
        if len(forced) < best:
            yield {"mds_nodes": [names[v] for v in forced]}
        return
    if time.perf_counter() + BEGIN_TIMES * listed_s > stop_s:
        return
    search = Search(elements, candidates, random.Random(int(CASE.get("seed", 1))))
    chosen = greedy(search.reach, search.reached_by, stop_s)
    if not chosen:
        return
    if len(forced) + len(chosen) < best:
        best = len(forced) + len(chosen)
        yield {"mds_nodes": [names[v] for v in forced] + [names[search.names[c]] for c in chosen]}
    if not search.start(chosen, stop_s):
        return
    for size in smaller(search, stop_s):
        if len(forced) + size < best:
            best = len(forced) + size
            yield {"mds_nodes": [names[v] for v in (*forced, *search.best)]}


def smaller(search: "Search", stop_s: float) -> Iterator[int]:
    """Sizes of ever better covers, themselves in `search.best`: both searches in turn, by what they gain."""
    exact = Exact(search)
    gained, spent = [1.0, 1.0], [1e-3, 1e-3]
    turn = 0
    while (now := time.perf_counter()) < stop_s and search.list:
        before = search.keep()
        yield before
        end = min(stop_s, now + max(0.3, SLICE_S * LIMIT_S))
        ways = (search.swap, exact.improve)
        chosen = turn % 2 if turn < 4 or turn % 8 < 2 else int(gained[1] / spent[1] > gained[0] / spent[0])
        yield from ways[chosen](end)
        gained[chosen] = 0.5 * gained[chosen] + before - len(search.best)
        spent[chosen] = 0.5 * spent[chosen] + time.perf_counter() - now
        search.go_back()
        turn += 1


def in_one_pass(graph: Any) -> list[int]:
    """For each vertex that is not dominated yet, few neighbours first: the nearest of largest degree."""
    near = dict(graph.adjacency())
    size = {vertex: len(row) for vertex, row in near.items()}
    dominated: set[int] = set()
    chosen = []
    for vertex in sorted(near, key=size.__getitem__):
        if vertex not in dominated:
            best = max(near[vertex], key=size.__getitem__, default=vertex)
            best = best if size[best] > size[vertex] else vertex
            chosen.append(best)
            dominated.add(best)
            dominated.update(near[best])
    return chosen


def greedy(reach: list[list[int]], reached_by: list[list[int]], stop_s: float) -> list[int]:
    """Candidates, always one that reaches the most elements that none has reached; spare ones left out.

    None at all if the time is over before.
    """
    open_ = [True] * len(reached_by)
    left = len(reached_by)
    heap = [(-len(row), candidate) for candidate, row in enumerate(reach)]
    heapq.heapify(heap)
    chosen: list[int] = []
    while left:
        if len(chosen) % 1024 == 0 and time.perf_counter() > stop_s:
            return []
        promised, candidate = heapq.heappop(heap)
        gain = sum(open_[element] for element in reach[candidate])
        if gain < -promised:
            if gain:
                heapq.heappush(heap, (-gain, candidate))
            continue
        chosen.append(candidate)
        for element in reach[candidate]:
            left -= open_[element]
            open_[element] = False
    times = [0] * len(reached_by)
    for candidate in chosen:
        for element in reach[candidate]:
            times[element] += 1
    kept = []
    for candidate in reversed(chosen):
        if all(times[element] > 1 for element in reach[candidate]):
            for element in reach[candidate]:
                times[element] -= 1
        else:
            kept.append(candidate)
    return kept


def reduced(closed: list[list[int]], stop_s: float) -> tuple[Rows, Rows, list[int]]:
    """Elements with their candidates, candidates with their elements, and candidates that have to be chosen.

    Stops early when the time for it is over: what is left is right at any moment.
    """
    elements = {vertex: set(row) for vertex, row in enumerate(closed)}
    candidates = {vertex: set(row) for vertex, row in enumerate(closed)}
    forced: list[int] = []
    waiting = sorted(elements, key=lambda vertex: len(closed[vertex]), reverse=True)
    queued = set(waiting)
    while waiting:
        if len(waiting) % 64 == 0 and time.perf_counter() > stop_s:
            break
        vertex = waiting.pop()
        queued.discard(vertex)
        touched = reduce_element(vertex, elements, candidates, forced)
        touched |= reduce_candidate(vertex, elements, candidates)
        for other in touched - queued:
            queued.add(other)
            waiting.append(other)
    return elements, candidates, forced


def reduce_element(element: int, elements: Rows, candidates: Rows, forced: list[int]) -> set[int]:
    """Force the only candidate of an element, or drop what is dominated with it; what is affected."""
    own = elements.get(element)
    if own is None:
        return set()
    if len(own) == 1:
        (candidate,) = own
        forced.append(candidate)
        touched: set[int] = set()
        for other in list(candidates[candidate]):
            touched |= drop_element(other, elements, candidates)
        del candidates[candidate]
        touched.discard(candidate)
        return touched
    rarest = min(own, key=lambda candidate: len(candidates[candidate]))
    touched = set()
    for other in list(candidates[rarest]):
        if other != element and len(elements[other]) >= len(own) and own <= elements[other]:
            touched |= drop_element(other, elements, candidates)
    return touched


def reduce_candidate(candidate: int, elements: Rows, candidates: Rows) -> set[int]:
    """Drop a candidate that reaches no more than another one; the elements that this affects."""
    own = candidates.get(candidate)
    if own is None:
        return set()
    if own:
        rarest = min(own, key=lambda element: len(elements[element]))
        rivals = elements[rarest]
        if not any(rival != candidate and own <= candidates[rival] for rival in rivals):
            return set()
    touched = set(own)
    for element in own:
        elements[element].discard(candidate)
    del candidates[candidate]
    return touched


def drop_element(element: int, elements: Rows, candidates: Rows) -> set[int]:
    """Take an element out; the candidates that this affects."""
    own = elements.pop(element)
    for candidate in own:
        candidates[candidate].discard(element)
    return own


class Search:
    """A set of candidates with the weight that each one's coming or going would cover or uncover."""

    def __init__(self, elements: Rows, candidates: Rows, rng: random.Random) -> None:
        self.names = sorted(name for name, row in candidates.items() if row)
        index = {name: number for number, name in enumerate(self.names)}
        number_of = {element: number for number, element in enumerate(sorted(elements))}
        self.reach = [sorted(number_of[element] for element in candidates[name]) for name in self.names]
        self.reached_by = [sorted(index[name] for name in elements[element]) for element in sorted(elements)]
        self.rng = rng
        count = len(self.names)
        self.weight = [1] * len(self.reached_by)
        self.times = [0] * len(self.reached_by)  # how many members reach an element
        self.score = [len(row) for row in self.reach]  # weight gained by adding, lost by taking out
        self.changed = [0] * count  # step of the last change
        self.allowed = [True] * count  # configuration checking: something near has changed since
        self.inside = [False] * count
        self.kept: list[int] = []
        self.list: list[int] = []  # the members, and where each stands
        self.at = [0] * count
        self.open: list[int] = []  # the elements that nothing reaches, and where each stands
        self.open_at = [0] * len(self.reached_by)
        self.best: list[int] = []  # the smallest cover, under outer names
        self.now = 0
        for element in range(len(self.reached_by)):
            self._open(element)

    def start(self, chosen: list[int], stop_s: float) -> bool:
        """Take these in; whether there was time for all."""
        for number, candidate in enumerate(chosen):
            if number % 1024 == 0 and time.perf_counter() > stop_s:
                return False
            self.add(candidate)
        return True

    def leave_out_spare(self) -> None:
        """Take out members whose going uncovers nothing."""
        for candidate in list(self.list):
            if self.score[candidate] == 0:
                self.remove(candidate)

    def keep(self) -> int:
        """Leave out what is spare and remember this cover; its size."""
        self.leave_out_spare()
        self.kept = list(self.list)
        self.best = [self.names[candidate] for candidate in self.kept]
        return len(self.best)

    def go_back(self) -> None:
        """Return to the cover that was remembered last."""
        wanted = set(self.kept)
        for candidate in self.kept:
            if not self.inside[candidate]:
                self.add(candidate)
        for candidate in list(self.list):
            if candidate not in wanted:
                self.remove(candidate)

    def swap(self, stop_s: float) -> Iterator[int]:
        """One member less, again and again; sizes of the covers that were found."""
        while self.list and time.perf_counter() < stop_s:
            self.drop_one()
            if not self.repair(stop_s):
                return
            yield self.keep()

    def drop_one(self) -> None:
        """Take out the member that is missed least."""
        if self.list:
            self.remove(min(self.list, key=self.score.__getitem__))

    def repair(self, stop_s: float) -> bool:
        """Swap members until everything is dominated; whether that was reached in time."""
        clock = time.perf_counter
        while self.open:
            self.now += 1
            if self.now % 64 == 0 and clock() > stop_s:
                return False
            self.remove(self.least_missed())
            element = self.open[self.rng.randrange(len(self.open))]
            self.add(self.best_for(element))
            for other in self.open:
                self.weight[other] += 1
                for candidate in self.reached_by[other]:
                    self.score[candidate] += 1
        return True

    def least_missed(self) -> int:
        """The one of some random members that is missed least, of equals the one that came in first."""
        if len(self.list) <= LOOKED_AT:
            some = self.list
        else:
            length = len(self.list)
            some = [self.list[int(self.rng.random() * length)] for _ in range(LOOKED_AT)]
        score, changed = self.score, self.changed
        best = some[0]
        for candidate in some:
            if score[candidate] < score[best] or (
                score[candidate] == score[best] and changed[candidate] < changed[best]
            ):
                best = candidate
        return best

    def best_for(self, element: int) -> int:
        """The candidate for an element that gains most, of equals the one that has been out longest."""
        some = [candidate for candidate in self.reached_by[element] if self.allowed[candidate]]
        return max(some or self.reached_by[element], key=lambda c: (self.score[c], -self.changed[c]))

    def add(self, candidate: int) -> None:
        """Take a candidate in."""
        self.inside[candidate] = True
        self.at[candidate] = len(self.list)
        self.list.append(candidate)
        self.changed[candidate] = self.now
        score, times, weight, allowed = self.score, self.times, self.weight, self.allowed
        own = 0
        for element in self.reach[candidate]:
            times[element] += 1
            if times[element] == 1:
                own += weight[element]
                self._close(element)
                for other in self.reached_by[element]:
                    score[other] -= weight[element]
                    allowed[other] = True
            elif times[element] == 2:
                for other in self.reached_by[element]:
                    if self.inside[other] and other != candidate:
                        score[other] -= weight[element]
        score[candidate] = own

    def remove(self, candidate: int) -> None:
        """Take a member out; it may come back only when something near it has changed."""
        self.inside[candidate] = False
        last = self.list.pop()
        if last != candidate:
            self.list[self.at[candidate]] = last
            self.at[last] = self.at[candidate]
        self.changed[candidate] = self.now
        score, times, weight, allowed = self.score, self.times, self.weight, self.allowed
        own = 0
        for element in self.reach[candidate]:
            times[element] -= 1
            if times[element] == 0:
                own += weight[element]
                self._open(element)
                for other in self.reached_by[element]:
                    score[other] += weight[element]
                    allowed[other] = True
            elif times[element] == 1:
                for other in self.reached_by[element]:
                    if self.inside[other]:
                        score[other] += weight[element]
        score[candidate] = own
        allowed[candidate] = False

    def _open(self, element: int) -> None:
        self.open_at[element] = len(self.open)
        self.open.append(element)

    def _close(self, element: int) -> None:
        last = self.open.pop()
        if last != element:
            self.open[self.open_at[element]] = last
            self.open_at[last] = self.open_at[element]


class Exact:
    """Covers the neighbourhood of an element anew with as few candidates as possible."""

    def __init__(self, search: Search) -> None:
        self.search = search
        self.most = 300.0  # elements of a neighbourhood; adapted to what HiGHS needs for it

    def improve(self, stop_s: float) -> Iterator[int]:
        """Neighbourhood after neighbourhood; sizes of the covers that were found."""
        while (now := time.perf_counter()) < stop_s:
            if self.renew(self.neighbourhood(), min(2.0, stop_s - now)):
                yield self.search.keep()
            took = time.perf_counter() - now
            self.most = min(4000.0, self.most * 1.1) if took < EXACT_S else max(30.0, self.most * 0.8)

    def neighbourhood(self) -> list[int]:
        """Elements around a random one, nearest first."""
        search = self.search
        start = search.rng.randrange(len(search.reached_by))
        found, seen = [start], {start}
        for element in found:
            for candidate in search.reached_by[element]:
                for other in search.reach[candidate]:
                    if other not in seen:
                        seen.add(other)
                        found.append(other)
            if len(found) > self.most:
                return found[: int(self.most)]
        return found

    def renew(self, elements: list[int], limit_s: float) -> bool:
        """Choose anew among the candidates that reach only these elements; whether that saved any.

        An equally small cover is taken as well: from there other neighbourhoods may become smaller.
        """
        search, near = self.search, set(elements)
        free = sorted(
            candidate
            for candidate in {candidate for element in elements for candidate in search.reached_by[element]}
            if all(other in near for other in search.reach[candidate])
        )
        held = [candidate for candidate in free if search.inside[candidate]]
        if len(held) < 2:
            return False
        column = {candidate: number for number, candidate in enumerate(free)}
        rows, columns, needed = [], [], 0
        for element in elements:
            own = [column[c] for c in search.reached_by[element] if c in column]
            by_others = search.times[element] - sum(search.inside[free[c]] for c in own)
            if own and not by_others:
                rows += [needed] * len(own)
                columns += own
                needed += 1
        chosen = self.cheapest(rows, columns, needed, len(free), limit_s)
        if chosen is None or len(chosen) > len(held):
            return False
        wanted = {free[number] for number in chosen}
        for candidate in wanted.difference(held):
            search.add(candidate)
        for candidate in held:
            if candidate not in wanted:
                search.remove(candidate)
        return len(wanted) < len(held)

    def cheapest(
        self, rows: list[int], columns: list[int], needed: int, count: int, limit_s: float
    ) -> list[int] | None:
        """The smallest cover of a small instance."""
        from scipy.optimize import Bounds, LinearConstraint, milp  # not before the first set is out
        from scipy.sparse import csr_array

        reach = csr_array((np.ones(len(rows)), (rows, columns)), shape=(needed, count))
        found = milp(
            np.ones(count),
            integrality=np.ones(count, dtype=np.int64),
            bounds=Bounds(0, 1),
            constraints=LinearConstraint(reach, lb=1.0),
            options={"time_limit": limit_s, "mip_rel_gap": 0.0},
        )
        return None if found.x is None else [int(c) for c in np.flatnonzero(found.x > 0.5)]
