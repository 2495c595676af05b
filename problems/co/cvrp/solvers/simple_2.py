"""Sweep: customers by their angle around the depot, cut into routes; each route is shortened by 2-opt.

B. E. Gillett, L. R. Miller, A heuristic algorithm for the vehicle-dispatch problem, Operations Research 22
(1974).
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

STARTS = 24  # knob: log 1 500 fast=low
FILLING = 1.0  # knob: linear 0.3 1.3 safe=low
LONGEST_REVERSAL = 40  # knob: log 2 400 fast=low


def solve(**kwargs: Any) -> Iterator[dict[str, list[list[int]]]]:
    """Yield the best routes over several angles to begin with, as they get better."""
    points = np.array(kwargs["nodes"], dtype=float)
    depot, demands, capacity = kwargs["depot_idx"], np.array(kwargs["demands"]), kwargs["capacity"]
    away = points - points[depot]
    order = np.argsort(np.arctan2(away[:, 1], away[:, 0]), kind="stable")
    order = order[order != depot]
    least = np.inf
    for start in np.linspace(0, len(order), int(STARTS), endpoint=False).astype(int):
        turned = np.roll(order, -start)
        rows = [shortened(points, row) for row in cut(turned.tolist(), demands, FILLING * capacity, depot)]
        total = sum(length(points, row) for row in rows)
        if total < least:
            least = total
            yield {"routes": rows}


def cut(order: list[int], demands: Any, most: float, depot: int) -> list[list[int]]:
    """Fill one vehicle after another; above a filling of 1 they are overloaded."""
    rows, load = [[depot]], 0
    for customer in order:
        if len(rows[-1]) > 1 and load + demands[customer] > most:
            rows[-1].append(depot)
            rows.append([depot])
            load = 0
        rows[-1].append(customer)
        load += demands[customer]
    rows[-1].append(depot)
    return rows


def length(points: Any, row: list[int]) -> float:
    """Euclidean length of a row of nodes."""
    return float(np.sqrt((np.diff(points[row], axis=0) ** 2).sum(axis=1)).sum())


def shortened(points: Any, row: list[int]) -> list[int]:
    """2-opt: reverse the part that helps most, again and again."""
    tour = np.array(row)
    while len(tour) > 4:
        at = points[tour]
        matrix = np.sqrt(((at[:, None] - at[None]) ** 2).sum(axis=2))
        legs = np.diagonal(matrix, 1)
        gain = legs[:, None] + legs[None, :] - matrix[:-1, :-1] - matrix[1:, 1:]
        i, j = np.indices(gain.shape)
        gain[(j <= i) | (j - i > int(LONGEST_REVERSAL))] = 0.0
        i, j = np.unravel_index(int(gain.argmax()), gain.shape)
        if gain[i, j] < 1e-7:
            break
        tour[i + 1 : j + 1] = tour[i + 1 : j + 1][::-1]
    return [int(node) for node in tour]
