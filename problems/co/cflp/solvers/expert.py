"""Stars by greed, rebuilt in part some times; then one neighbourhood after the other is solved anew by HiGHS.

The first answer takes the best star again and again, a facility with the customers that it serves for the
least cost a unit (D. Hochbaum, Heuristics for the fixed cost median problem, Mathematical Programming 22
(1982), with capacities). A neighbourhood is some facilities with like costs, all that they serve now, and the
room of open facilities close by; where that has a cheaper allocation, the rest stays as it is: large
neighbourhood search (P. Shaw, CP 1998). Neighbourhoods grow as far as HiGHS is done with them in time, for a
small instance to the whole of it. In between HiGHS gets the whole, without what is of no use for anything
cheaper, as the reduced costs of the linear relaxation show.
"""

import heapq
import json
import os
import time
from collections.abc import Iterator
from typing import Any

import numpy as np

BEGIN_S = time.perf_counter() - 0.2  # the imports count, too
CASE = json.loads(os.environ.get("SOLVERSMITH_CASE", "{}"))
LIMIT_S = float(CASE.get("time_limit_s", 10.0))
STOP_S = BEGIN_S + 0.95 * LIMIT_S - 0.2
SAMPLE = 80  # customers whose costs tell which facilities are close
AIM_S = 0.02 * LIMIT_S + 0.1  # for one neighbourhood
PATIENCE = 1.5  # rounds over all open facilities without a gain, after which neighbourhoods grow
REBUILD_UNTIL = 0.12  # share of the limit
WHOLE_AT = (0.2, 0.6)  # shares of the limit, after which the whole is tried
CELLS_A_SECOND = 3000  # of the limit: facilities times customers of a whole that is small enough
MOST_ARCS = 20_000  # of the whole
PRUNED = 1e-9  # amounts below this share of a demand are rounding
BYTES_A_SECOND = 2e7  # that solutions may take: each has to be written and read


class Problem:
    """The instance as arrays; costs a unit with a row for each customer."""

    def __init__(self, kwargs: dict[str, Any]) -> None:
        self.capacity = np.array(kwargs["capacities"], dtype=float)
        self.fixed = np.array(kwargs["fixed_cost"], dtype=float)
        self.demand = np.array(kwargs["demands"], dtype=float)
        costs = np.array(kwargs["trans_costs"], dtype=float)
        self.n, self.m = costs.shape
        divisor = np.where(self.demand > 0, self.demand, 1.0)
        self.unit = np.ascontiguousarray((costs / divisor).T)

    def cost(self, amounts: Any) -> float:
        """Of an allocation that opens what it uses."""
        is_open = amounts.any(axis=0)
        return float(self.fixed[is_open].sum() + np.vdot(amounts, self.unit))


def solve(**kwargs: Any) -> Iterator[dict[str, Any]]:
    """Yield an allocation by greed, then cheaper ones until the time is nearly over."""
    problem = Problem(kwargs)
    amounts = best_stars(problem)
    yield answer(amounts)
    rng = np.random.default_rng(int(CASE.get("seed", 1)))
    cost = problem.cost(amounts)
    for better in rebuilt(problem, amounts, rng, BEGIN_S + REBUILD_UNTIL * LIMIT_S):
        amounts = better
    if problem.cost(amounts) < cost:
        yield answer(amounts)
    search = Search(problem, amounts, rng)
    pause_s = max(0.02, amounts.nbytes / BYTES_A_SECOND)
    wholes = [BEGIN_S + share * LIMIT_S for share in WHOLE_AT]
    told, told_s = search.cost, time.perf_counter()
    while time.perf_counter() < STOP_S and not search.finished:
        if len(wholes) > search.wholes and time.perf_counter() > wholes[search.wholes]:
            search.try_the_whole()
        else:
            search.step()
        if search.cost < told and time.perf_counter() > told_s + pause_s:
            told, told_s = search.cost, time.perf_counter()
            yield answer(search.amounts)
    if search.cost < told:
        yield answer(search.amounts)


def answer(amounts: Any) -> dict[str, Any]:
    """What is yielded; facilities that serve nobody stay closed."""
    return {"facilities_open": amounts.any(axis=0).astype(np.int64), "assignments": amounts}


def best_stars(problem: Problem) -> Any:
    """Serve by the star that costs least a unit of what is not served yet, until all is served."""
    order = np.argsort(problem.unit.T, axis=1).astype(np.int32)
    left, room = problem.demand.copy(), problem.capacity.copy()
    extra = problem.fixed.copy()  # what opening still costs
    amounts = np.zeros((problem.m, problem.n))

    def star(facility: int) -> tuple[float, Any, Any]:
        """Cost a unit, customers and amounts of the best star."""
        customers = order[facility]
        customers = customers[left[customers] > 0]
        want = left[customers]
        taken = np.minimum(want, np.maximum(0.0, room[facility] - (np.cumsum(want) - want)))
        if not (taken > 0).any():
            return np.inf, customers[:0], taken[:0]
        count = int(np.flatnonzero(taken)[-1]) + 1
        taken, customers = taken[:count], customers[:count]
        spent = extra[facility] + np.cumsum(taken * problem.unit[customers, facility])
        each = spent / np.cumsum(taken)
        last = int(np.argmin(each)) + 1
        return float(each[last - 1]), customers[:last], taken[:last]

    heap = [(star(facility)[0], facility) for facility in range(problem.n)]
    heapq.heapify(heap)
    while heap and (left > 0).any():
        _, facility = heapq.heappop(heap)
        now, customers, taken = star(facility)
        if heap and now > heap[0][0]:
            if np.isfinite(now):
                heapq.heappush(heap, (now, facility))
            continue
        amounts[customers, facility] += taken
        left[customers] -= taken
        left[left < PRUNED * problem.demand] = 0.0
        room[facility] -= taken.sum()
        extra[facility] = 0.0
        if room[facility] > PRUNED * problem.capacity[facility]:
            heapq.heappush(heap, (star(facility)[0], facility))
    return settled(problem, amounts)


def rebuilt(problem: Problem, amounts: Any, rng: Any, stop_s: float) -> Iterator[Any]:
    """Cheaper allocations: some facilities are closed and others opened, then everybody is served anew."""
    cost, is_open = problem.cost(amounts), amounts.any(axis=0)
    while time.perf_counter() < stop_s:
        tried = is_open & (rng.random(problem.n) > rng.uniform(0.02, 0.25))
        reopened(problem, tried, rng)
        found = served_by(problem, np.flatnonzero(tried))
        if (now := problem.cost(found)) < cost and is_sound(problem, found):
            cost, is_open = now, found.any(axis=0)
            yield found


def reopened(problem: Problem, is_open: Any, rng: Any) -> None:
    """Open one facility after the other, by what it saves a unit of capacity, until there is room for all."""
    nearest = np.where(is_open, problem.unit, 2 * problem.unit.max()).min(axis=1)
    room, need = problem.capacity[is_open].sum(), problem.demand.sum()
    while room < need and not is_open.all():
        closed = np.flatnonzero(~is_open)
        saved = np.maximum(0.0, nearest[:, None] - problem.unit[:, closed])
        gain = (problem.demand @ saved - problem.fixed[closed]) / problem.capacity[closed]
        gain -= rng.random(closed.size) * 0.1 * np.abs(gain)
        chosen = closed[int(np.argmax(gain))]
        is_open[chosen] = True
        room += problem.capacity[chosen]
        nearest = np.minimum(nearest, problem.unit[:, chosen])


def served_by(problem: Problem, facilities: Any) -> Any:
    """Everybody from the cheapest facility with room, first who would lose most by the next one."""
    near = problem.unit[:, facilities]
    order = np.argsort(near, axis=1)
    best = np.take_along_axis(near, order[:, :2], axis=1)
    loss = (best[:, -1] - best[:, 0]) * problem.demand
    room = problem.capacity.tolist()
    amounts = np.zeros((problem.m, problem.n))
    for customer in np.argsort(-loss).tolist():
        left = float(problem.demand[customer])
        for facility in facilities[order[customer]].tolist():
            moved = min(left, room[facility])
            amounts[customer, facility] = moved
            room[facility] -= moved
            left -= moved
            if left <= 0:
                break
    return amounts


def settled(problem: Problem, amounts: Any) -> Any:
    """The same allocation without errors of rounding: no capacity exceeded, every demand met."""
    amounts[amounts < PRUNED * problem.demand[:, None]] = 0.0
    load = amounts.sum(axis=0)
    over = load > problem.capacity
    amounts[:, over] *= problem.capacity[over] / load[over]
    served = amounts.sum(axis=1)
    more = served > problem.demand
    amounts[more] *= (problem.demand[more] / served[more])[:, None]
    short = problem.demand - amounts.sum(axis=1)
    room = np.where(load > 0, problem.capacity - amounts.sum(axis=0), 0.0)
    for customer in np.flatnonzero(short > PRUNED):
        for facility in np.argsort(problem.unit[customer]):
            moved = min(short[customer], max(0.0, room[facility]))
            amounts[customer, facility] += moved
            room[facility] -= moved
            short[customer] -= moved
            if short[customer] <= PRUNED:
                break
    return amounts


def is_sound(problem: Problem, amounts: Any) -> bool:
    """Whether demands and capacities hold, with room to the tolerance."""
    missed = np.abs(amounts.sum(axis=1) - problem.demand).max()
    over = (amounts.sum(axis=0) - problem.capacity).max()
    return bool(missed < 2e-7 and over < 2e-7)


class Search:
    """The best allocation so far, and where it was tried to be made cheaper."""

    def __init__(self, problem: Problem, amounts: Any, rng: Any) -> None:
        self.problem, self.amounts, self.rng = problem, amounts, rng
        self.cost = problem.cost(amounts)
        chosen = rng.permutation(problem.m)[:SAMPLE]
        self.profile = np.ascontiguousarray(problem.unit[chosen].T)
        self.size = float(min(problem.n, 12))  # facilities of a neighbourhood
        self.queue: list[int] = []
        self.idle = 0  # neighbourhoods since the last gain
        self.wholes = 0  # how often the whole was tried
        self.finished = False

    def try_the_whole(self) -> None:
        """Look for anything cheaper, on the cheapest arcs of every customer."""
        self.wholes += 1
        most = min(self.problem.n, MOST_ARCS // self.problem.m)
        if self.problem.n * self.problem.m > CELLS_A_SECOND * LIMIT_S:
            return
        part = Part(self.problem, self.amounts, np.arange(self.problem.n), most)
        found, is_best = part.narrowed(self.cost, 0.5 * (STOP_S - time.perf_counter()))
        if found is not None:
            self.accept(found)
        self.finished = is_best and part.is_whole

    def step(self) -> None:
        """Try to make one neighbourhood cheaper."""
        if not self.queue:
            self.queue = self.rng.permutation(np.flatnonzero(self.amounts.any(axis=0))).tolist()
        near = self.neighbourhood(self.queue.pop())
        begin_s = time.perf_counter()
        limit_s = min(4 * AIM_S, STOP_S - begin_s)
        if limit_s <= 0.02:
            self.finished = True
            return
        part = Part(self.problem, self.amounts, near)
        found, is_best = part.renewed(limit_s)
        took = time.perf_counter() - begin_s
        gained = found is not None and self.accept(found)
        self.idle = 0 if gained else self.idle + 1
        if is_best and part.is_whole:
            self.finished = True  # nothing cheaper exists
        elif not is_best or took > 2 * AIM_S:
            self.size = max(6.0, 0.85 * self.size)
        elif took < AIM_S and self.idle > PATIENCE * np.count_nonzero(self.amounts.any(axis=0)):
            self.size = min(self.problem.n, 1.5 * self.size + 1)
        elif took < 0.5 * AIM_S:
            self.size = min(self.problem.n, 1.05 * self.size + 0.1)

    def accept(self, amounts: Any) -> bool:
        """Take an allocation over if it is sound and cheaper."""
        amounts = settled(self.problem, amounts)
        cost = self.problem.cost(amounts)
        if cost >= self.cost - 1e-9 * abs(self.cost) or not is_sound(self.problem, amounts):
            return False
        self.amounts, self.cost = amounts, cost
        return True

    def neighbourhood(self, centre: int) -> Any:
        """The facilities whose costs are most like those of one."""
        away = np.abs(self.profile - self.profile[centre]).sum(axis=1)
        count = int(self.size)
        if count >= self.problem.n:
            return np.arange(self.problem.n)
        return np.argpartition(away, count - 1)[:count]


class Part:
    """Some facilities with all that they serve, and the room of others that are open."""

    def __init__(self, problem: Problem, amounts: Any, near: Any, most: int = 0) -> None:
        self.problem, self.amounts, self.near = problem, amounts, near
        want = amounts[:, near].sum(axis=1)
        self.customers = np.flatnonzero(want > 0)
        self.want = want[self.customers]
        load = amounts.sum(axis=0)
        room = np.where(load > 0, problem.capacity - load, 0.0)
        room[near] = 0.0
        others = np.flatnonzero(room > 1e-6 * problem.capacity)
        if others.size > 12 and self.customers.size:
            mean = problem.unit[np.ix_(self.customers, others)].mean(axis=0)
            others = others[np.argsort(mean)[:12]]
        self.others, self.room = others, room[others]
        self.facilities = np.concatenate([near, others])
        self.arcs = self.cheap_arcs(min(self.facilities.size, most or 10 + near.size // 6))
        everything = near.size == problem.n and self.arcs[0].size == self.customers.size * problem.n
        self.is_whole = bool(everything)

    def cheap_arcs(self, most: int) -> tuple[Any, Any]:
        """For each customer the places of its cheapest facilities, and of those that serve it now."""
        unit = self.problem.unit[np.ix_(self.customers, self.facilities)].copy()
        unit[:, : self.near.size] += 0.3 * (self.problem.fixed / self.problem.capacity)[self.near]
        used = np.zeros(unit.shape, dtype=bool)
        used[:, : self.near.size] = self.amounts[np.ix_(self.customers, self.near)] > 0
        unit[used] = -1.0
        if most < unit.shape[1]:
            columns = np.argpartition(unit, most - 1, axis=1)[:, :most]
            used[np.arange(len(unit))[:, None], columns] = True
        else:
            used[:] = True
        rows, columns = np.nonzero(used)
        return rows, columns

    def renewed(self, limit_s: float) -> tuple[Any, bool]:
        """A new allocation of the whole, or `None`; and whether it is known to be the best for this part."""
        if not self.customers.size:
            return None, True
        x, is_best = self.cheapest(*self.model(), limit_s)
        return (None if x is None else self.with_shares(x)), is_best

    def narrowed(self, cost: float, limit_s: float) -> tuple[Any, bool]:
        """The same, or `None` if nothing costs less than `cost`; whether that is certain comes with it."""
        from scipy.optimize import linprog

        begin_s = time.perf_counter()
        objective, matrix, lower, upper = self.model()
        k = self.customers.size
        relaxed = linprog(
            objective,
            A_ub=matrix[k:],
            b_ub=upper[k:],
            A_eq=matrix[:k],
            b_eq=upper[:k],
            bounds=(0, 1),
            options={"time_limit": 0.5 * limit_s},
        )
        if relaxed.status != 0 or relaxed.fun is None:
            return None, False
        gap = cost - relaxed.fun + 1e-6 * abs(cost)
        bottom = np.where(relaxed.upper.marginals < -gap, 1.0, 0.0)
        top = np.where(relaxed.lower.marginals > gap, 0.0, 1.0)
        left_s = begin_s + limit_s - time.perf_counter()
        if left_s <= 0.02:
            return None, False
        x, is_certain = self.cheapest(objective, matrix, lower, upper, left_s, bottom, top)
        return (None if x is None else self.with_shares(x)), is_certain

    def with_shares(self, x: Any) -> Any:
        """The allocation of the whole, with these shares of the arcs."""
        rows, columns = self.arcs
        amounts = self.amounts.copy()
        amounts[:, self.near] = 0.0
        share = np.where(x < 1e-7, 0.0, x) * self.want[rows]
        amounts[self.customers[rows], self.facilities[columns]] += share
        return amounts

    def model(self) -> tuple[Any, Any, Any, Any]:
        """Objective, matrix and bounds of its rows; the columns are the facilities, then the arcs."""
        from scipy.sparse import csr_array

        rows, columns = self.arcs
        q, p, k = self.near.size, self.others.size, self.customers.size
        arcs, every = np.arange(rows.size), np.arange(q)
        free = np.flatnonzero(columns < q)
        last = k + q + p + free.size
        cells = [
            (rows, q + arcs, np.ones(rows.size)),  # every customer is served
            (k + columns, q + arcs, self.want[rows]),  # within capacity
            (k + every, every, -self.problem.capacity[self.near]),
            (k + q + p + np.arange(free.size), q + free, np.ones(free.size)),  # from what is open
            (k + q + p + np.arange(free.size), columns[free], -np.ones(free.size)),
            (np.full(q, last), every, -self.problem.capacity[self.near]),  # enough of it, which follows
        ]
        row, column, value = (np.concatenate(each) for each in zip(*cells, strict=True))
        matrix = csr_array((value, (row, column)), shape=(last + 1, q + rows.size))
        lower = np.concatenate([np.ones(k), np.full(last + 1 - k, -np.inf)])
        needed = [self.room.sum() - self.want.sum()]
        upper = np.concatenate([np.ones(k), np.zeros(q), self.room, np.zeros(free.size), needed])
        unit = self.problem.unit[self.customers[rows], self.facilities[columns]]
        objective = np.concatenate([self.problem.fixed[self.near], unit * self.want[rows]])
        return objective, matrix, lower, upper

    def cheapest(
        self,
        objective: Any,
        matrix: Any,
        lower: Any,
        upper: Any,
        limit_s: float,
        bottom: Any = 0.0,
        top: Any = 1.0,
    ) -> tuple[Any, bool]:
        """Shares of the arcs in the cheapest allocation, by HiGHS; and whether it came to an end."""
        from scipy.optimize import Bounds, LinearConstraint, milp  # not before the first answer is out

        q = self.near.size
        found = milp(
            objective,
            integrality=(np.arange(objective.size) < q).astype(np.int64),
            bounds=Bounds(np.zeros(objective.size) + bottom, np.zeros(objective.size) + top),
            constraints=LinearConstraint(matrix, lower, upper),
            options={"time_limit": limit_s, "mip_rel_gap": 1e-7 if self.is_whole else 2e-4},
        )
        return (None if found.x is None else found.x[q:]), found.status == 0
