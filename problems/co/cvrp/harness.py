"""Runs inside the sandbox: bytes to an instance, and what the program yields to `routes` and `offsets`."""

from typing import Any

import numpy as np

from frontierco.conversion import integers, member

LARGEST_MATRIX = 5000  # nodes; 200 MB
MOST_ENTRIES_PER_NODE = 4  # one route per customer, written with the depot at both ends, takes 3
MOST_ROUTES_PER_NODE = 2
ROUTE_TYPES = (list, tuple, np.ndarray)


def arguments(payload: bytes) -> tuple[tuple[()], dict[str, Any]]:
    """Lists of numbers, and the matrix of unrounded distances where it is not too large."""
    count, capacity, depot = np.frombuffer(payload, dtype="<i8", count=3).tolist()
    demands = np.frombuffer(payload, dtype="<i8", count=count, offset=24)
    points = np.frombuffer(payload, dtype="<f8", offset=24 + 8 * count).reshape(count, 2)
    return (), {
        "nodes": list(map(tuple, points.tolist())),
        "demands": demands.tolist(),
        "capacity": capacity,
        "depot_idx": depot,
        "dist_matrix": distance_matrix(points) if count <= LARGEST_MATRIX else None,
        "optimal_routes": None,
    }


def distance_matrix(points: Any) -> Any:
    """Euclidean distances, row by row: nothing larger than the result is made on the way."""
    matrix = np.empty((len(points), len(points)))
    for row, (x, y) in zip(matrix, points, strict=True):
        np.sqrt((points[:, 0] - x) ** 2 + (points[:, 1] - y) ** 2, out=row)
    return matrix


def answer(value: Any, payload: bytes) -> dict[str, Any]:
    """All routes in a row and where each begins. Whether they serve everybody is decided elsewhere."""
    count = int(np.frombuffer(payload, dtype="<i8", count=1)[0])
    routes = member(value, "routes")
    if isinstance(routes, np.ndarray) and routes.ndim != 1 and routes.ndim != 2:
        raise ValueError(f"'routes' has shape {routes.shape}; expected a list of lists of node indices")
    if not isinstance(routes, ROUTE_TYPES):
        raise ValueError(f"'routes' is {type(routes).__name__}; expected a list of lists of node indices")
    if len(routes) > MOST_ROUTES_PER_NODE * (count + 1):
        raise ValueError(f"'routes' has {len(routes)} routes for {count} nodes")
    rows = [one_route(route, number) for number, route in enumerate(routes)]
    offsets = np.cumsum([0, *map(len, rows)]).astype("<i8")
    if offsets[-1] > MOST_ENTRIES_PER_NODE * (count + 1):
        raise ValueError(f"'routes' has {offsets[-1]} entries for {count} nodes")
    return {"routes": np.concatenate([np.empty(0, dtype="<i8"), *rows]), "offsets": offsets}


def one_route(route: Any, number: int) -> Any:
    """A route as int64."""
    if not isinstance(route, ROUTE_TYPES):
        found = type(route).__name__
        raise ValueError(f"route {number} in 'routes' is {found}; expected a list of node indices")
    return integers(route, f"routes[{number}]")
