"""Capacitated vehicle routing: does every customer get its visit, and how far do the vehicles drive?

A solution is a list of routes. It crosses as two rows: `routes`, all routes one after another, and
`offsets`, where each begins and, last, where the last one ends. A route may be written with the depot at
both ends, at one, or at neither; the way from and to the depot is driven in any case. A route that visits
nobody costs nothing.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from frontierco.distances import distances
from frontierco.evaluation import MOST_VIOLATIONS, Evaluation
from frontierco.fleets import FleetInstance

ROUTES, OFFSETS = "routes", "offsets"
Arrays = Mapping[str, NDArray[Any]]


@dataclass(frozen=True)
class _Stops:
    """All routes in a row without the depot at their ends: entry i belongs to route `route_of[i]`."""

    node: NDArray[np.int64]
    route_of: NDArray[np.int64]
    num_routes: int


def evaluate_routes(instance: FleetInstance, arrays: Arrays, convention: str) -> Evaluation:
    """Total length of all routes, nodes counting from 0, or the first violations."""
    problem = _offsets_violation(arrays[ROUTES], arrays[OFFSETS])
    if problem is not None:
        return Evaluation(None, (problem,))
    stops = _stops(arrays[ROUTES], arrays[OFFSETS], instance.depot)
    if not _is_feasible(instance, stops):
        return Evaluation(None, tuple(islice(routes_violations(instance, arrays), MOST_VIOLATIONS)))
    return Evaluation(_length(instance, stops, convention))


def routes_violations(instance: FleetInstance, arrays: Arrays) -> Iterator[str]:
    """What keeps the routes from serving every customer once within capacity; nothing if they do."""
    count, depot = len(instance.demands), instance.depot
    stops = _stops(arrays[ROUTES], arrays[OFFSETS], depot)
    outside = (stops.node < 0) | (stops.node >= count)
    for at in np.flatnonzero(outside):
        yield f"node {stops.node[at]} (route {stops.route_of[at]}) is none of 0..{count - 1}"
    for route in np.unique(stops.route_of[stops.node == depot]):
        yield f"route {route} visits the depot {depot} on its way; split it there"
    visits = np.bincount(stops.node[~outside], minlength=count)
    visits[depot] = 1
    for customer in np.flatnonzero(visits > 1):
        routes = stops.route_of[stops.node == customer]
        times = "twice" if len(routes) == 2 else f"{len(routes)} times"
        yield f"customer {customer} visited {times} (routes {routes[0]} and {routes[1]})"
    for customer in np.flatnonzero(visits == 0):
        yield f"customer {customer} never visited"
    loads = _loads(instance, stops.node[~outside], stops.route_of[~outside], stops.num_routes)
    for route in np.flatnonzero(loads > instance.capacity):
        yield f"route {route} carries {loads[route]}, capacity {instance.capacity}"


def published_length(instance: FleetInstance, arrays: Arrays) -> float | str:
    """The objective by the published arithmetic, or why the published evaluation rejects these routes.

    Distances are never rounded, whatever the best-known value was made with. A route must be written with the
    depot at both ends. The customers are collected in a set, so that one visited twice passes if the
    capacity allows it, and so does the depot in the middle of a route.
    """
    nodes, offsets = arrays[ROUTES], arrays[OFFSETS]
    problem = _offsets_violation(nodes, offsets)
    if problem is not None:
        return problem
    count, depot = len(instance.demands), instance.depot
    lengths = np.diff(offsets)
    if (lengths == 0).any():
        return f"route {np.argmin(lengths)} is an empty list, which has no first node"
    is_first, is_last = np.zeros(len(nodes) + 1, dtype=bool), np.zeros(len(nodes) + 1, dtype=bool)
    is_first[offsets[:-1]], is_last[offsets[1:] - 1] = True, True
    ends = (is_first | is_last)[: len(nodes)]
    route_of = np.repeat(np.arange(len(lengths)), lengths)
    wrong = route_of[ends & (nodes != depot)]
    if len(wrong):
        return f"route {wrong[0]} does not start and end at the depot"
    if ((nodes < 0) | (nodes >= count)).any():
        return "a node is outside the instance"
    loads = _loads(instance, nodes[~ends], route_of[~ends], len(lengths))
    if (loads > instance.capacity).any():
        return f"route {np.argmax(loads > instance.capacity)} exceeds the capacity"
    visited = np.zeros(count, dtype=bool)
    visited[nodes], visited[depot] = True, True
    if not visited.all():
        return f"customer {np.argmin(visited)} is not visited"
    legs = np.flatnonzero(~is_last[: len(nodes)])
    points = instance.coordinates
    return math.fsum(distances(points[nodes[legs]], points[nodes[legs + 1]], "exact").tolist())


def _offsets_violation(nodes: NDArray[np.int64], offsets: NDArray[np.int64]) -> str | None:
    """Our harness writes them, but the program shares its process."""
    if len(offsets) < 1 or offsets[0] != 0 or offsets[-1] != len(nodes) or (np.diff(offsets) < 0).any():
        return f"the offsets do not divide the {len(nodes)} stops into routes"
    return None


def _stops(nodes: NDArray[np.int64], offsets: NDArray[np.int64], depot: int) -> _Stops:
    route_of = np.repeat(np.arange(len(offsets) - 1), np.diff(offsets))
    kept = np.ones(len(nodes), dtype=bool)
    filled = np.flatnonzero(np.diff(offsets) > 0)
    for ends in (offsets[filled], offsets[filled + 1] - 1):
        kept[ends[nodes[ends] == depot]] = False
    return _Stops(nodes[kept], route_of[kept], len(offsets) - 1)


def _loads(
    instance: FleetInstance, nodes: NDArray[np.int64], route_of: NDArray[np.int64], num_routes: int
) -> NDArray[np.int64]:
    """Demand per route. The reader keeps the sum of all demands times the longest answer within 2⁶³."""
    loads = np.zeros(num_routes, dtype=np.int64)
    np.add.at(loads, route_of, instance.demands[nodes])
    return loads


def _is_feasible(instance: FleetInstance, stops: _Stops) -> bool:
    count = len(instance.demands)
    if len(stops.node) != count - 1:
        return False
    if count > 1 and (stops.node.min() < 0 or stops.node.max() >= count):
        return False
    visited = np.zeros(count, dtype=bool)
    visited[stops.node] = True
    if visited[instance.depot] or int(visited.sum()) != count - 1:
        return False
    loads = _loads(instance, stops.node, stops.route_of, stops.num_routes)
    return not (loads > instance.capacity).any()


def _length(instance: FleetInstance, stops: _Stops, convention: str) -> int | float:
    """Integers are summed as integers; `exact` is the correctly rounded sum of the rounded distances."""
    if not len(stops.node):
        return 0
    points, depot = instance.coordinates, instance.depot
    turn = np.flatnonzero(np.diff(stops.route_of)) + 1  # where another route begins
    outward = np.concatenate(([0], turn))
    homeward = np.concatenate((turn - 1, [len(stops.node) - 1]))
    within = np.setdiff1d(np.arange(len(stops.node) - 1), homeward, assume_unique=True)
    begins = np.concatenate((stops.node[within], np.full(len(outward), depot), stops.node[homeward]))
    ends = np.concatenate((stops.node[within + 1], stops.node[outward], np.full(len(homeward), depot)))
    legs = distances(points[begins], points[ends], convention)
    if convention == "exact":
        return math.fsum(legs.tolist())
    return int(legs.astype(np.int64).sum())
