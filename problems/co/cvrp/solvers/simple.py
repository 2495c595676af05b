"""Savings, then the routes are mended by relocating customers and reversing parts of routes.

Savings: G. Clarke, J. W. Wright, Scheduling of vehicles from a central depot to a number of delivery points,
Operations Research 12 (1964).
"""

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

NEIGHBOURS = 20  # knob: int 2 150 safe=low fast=low
SHAPE = 1.0  # knob: linear 0.2 2.0
PASSES = 20  # knob: log 1 200 fast=low
SPARE = 0.0  # knob: linear -0.2 0.3 safe=high

Routes = list[list[int]]


def solve(**kwargs: Any) -> Iterator[dict[str, Routes]]:
    """Yield a route per customer, the savings routes, and then the result of every pass over them."""
    points = np.array(kwargs["nodes"], dtype=float)
    demands, depot = kwargs["demands"], kwargs["depot_idx"]
    capacity = math.floor(kwargs["capacity"] * (1.0 - SPARE))  # below 0 vehicles are overloaded
    capacity = max(capacity, max(demands))
    yield answer([[i] for i in range(len(points)) if i != depot], depot)
    near = neighbour_lists(points, depot)
    routes = savings(points, demands, capacity, depot, near)
    yield answer(routes, depot)
    z = [complex(x, y) for x, y in points.tolist()]
    for _ in range(int(PASSES)):
        moved = relocate(z, demands, capacity, depot, near, routes)
        routes = [straightened(z, route, depot) for route in routes if route]
        yield answer(routes, depot)
        if not moved:
            break


def answer(routes: Routes, depot: int) -> dict[str, Routes]:
    """As it is wanted, from depot to depot."""
    return {"routes": [[depot, *route, depot] for route in routes if route]}


def neighbour_lists(points: Any, depot: int) -> list[list[int]]:
    """For each customer, the NEIGHBOURS nearest others, nearest first."""
    lists = []
    for node, point in enumerate(points):
        squared = ((points - point) ** 2).sum(axis=1)
        squared[[node, depot]] = np.inf
        nearest = np.argpartition(squared, NEIGHBOURS - 1)[:NEIGHBOURS]
        nearest = nearest[np.argsort(squared[nearest])]
        lists.append(nearest[np.isfinite(squared[nearest])].tolist())
    return lists


def savings(points: Any, demands: list[int], capacity: int, depot: int, near: list[list[int]]) -> Routes:
    """Join routes end to end, the largest saving first; SHAPE is the weight of the new leg."""
    home = np.sqrt(((points - points[depot]) ** 2).sum(axis=1))
    pairs: list[tuple[float, int, int]] = []
    for i, others in enumerate(near):
        if i != depot:
            legs = np.sqrt(((points[others] - points[i]) ** 2).sum(axis=1))
            pairs += zip(
                (home[i] + home[others] - SHAPE * legs).tolist(), [i] * len(others), others, strict=True
            )
    route_of = {i: [i] for i in range(len(points)) if i != depot}
    for saved, i, j in sorted(pairs, reverse=True):
        first, second = route_of[i], route_of[j]
        if saved <= 0 or first is second or sum(demands[c] for c in first + second) > capacity:
            continue
        if i in (first[0], first[-1]) and j in (second[0], second[-1]):
            joined = (first if first[-1] == i else first[::-1]) + (second if second[0] == j else second[::-1])
            route_of.update((c, joined) for c in joined)
    return list({id(route): route for route in route_of.values()}.values())


def relocate(
    z: list[complex], demands: list[int], capacity: int, depot: int, near: list[list[int]], routes: Routes
) -> bool:
    """Move single customers next to a neighbour as long as that is shorter; whether any was moved."""
    at = {customer: number for number, route in enumerate(routes) for customer in route}
    load = [sum(demands[c] for c in route) for route in routes]
    moved = False
    for customer, number in list(at.items()):
        route = [depot, *routes[number], depot]
        here = route.index(customer)
        freed = detour(z, route[here - 1], customer, route[here + 1])
        best = (freed - 1e-7, 0, 0)
        for other in near[customer]:
            target = at[other]
            if target != number and load[target] + demands[customer] <= capacity:
                row = [depot, *routes[target], depot]
                there = row.index(other)
                for place in (there, there + 1):
                    best = min(best, (detour(z, row[place - 1], customer, row[place]), target, place - 1))
        if best[0] < freed - 1e-7:
            _, target, place = best
            routes[number].remove(customer)
            routes[target].insert(place, customer)
            load[number] -= demands[customer]
            load[target] += demands[customer]
            at[customer], moved = target, True
    return moved


def detour(z: list[complex], before: int, customer: int, after: int) -> float:
    """What a visit between two nodes costs."""
    return abs(z[before] - z[customer]) + abs(z[customer] - z[after]) - abs(z[before] - z[after])


def straightened(z: list[complex], route: list[int], depot: int) -> list[int]:
    """2-opt within a route, until no reversal helps."""
    row = [depot, *route, depot]
    improved = True
    while improved:
        improved = False
        for i in range(1, len(row) - 2):
            for j in range(i + 1, len(row) - 1):
                old = abs(z[row[i - 1]] - z[row[i]]) + abs(z[row[j]] - z[row[j + 1]])
                new = abs(z[row[i - 1]] - z[row[j]]) + abs(z[row[i]] - z[row[j + 1]])
                if new < old - 1e-7:
                    row[i : j + 1] = row[i : j + 1][::-1]
                    improved = True
    return row[1:-1]
