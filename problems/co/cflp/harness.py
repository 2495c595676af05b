"""Runs inside the sandbox: bytes to an instance, and what the program yields to arrays."""

from typing import Any

import numpy as np

from frontierco.conversion import claimed, integers, member

ROW_TYPES = (list, tuple, np.ndarray)
NUMBERS = (int, float, np.integer, np.floating)


def arguments(payload: bytes) -> tuple[tuple[()], dict[str, Any]]:
    """Numbers and lists of floats; `trans_costs` has a row for each facility."""
    n, m = np.frombuffer(payload, dtype="<i8", count=2).tolist()
    values = np.frombuffer(payload, dtype="<f8", offset=16)
    capacities, fixed, demands, costs = np.split(values, [n, 2 * n, 2 * n + m])
    return (), {
        "n": n,
        "m": m,
        "capacities": capacities.tolist(),
        "fixed_cost": fixed.tolist(),
        "demands": demands.tolist(),
        "trans_costs": costs.reshape(n, m).tolist(),
    }


def answer(value: Any, payload: bytes) -> dict[str, Any]:
    """`facilities_open`, `assignments` and what is claimed. Whether demands are met is decided elsewhere."""
    n, m = np.frombuffer(payload, dtype="<i8", count=2).tolist()
    opened = member(value, "facilities_open")
    if isinstance(opened, (set, frozenset)):
        raise ValueError("'facilities_open' is a set; expected a list with 0 or 1 for each facility")
    opened = integers(opened, "facilities_open")
    if opened.size != n:
        raise ValueError(f"'facilities_open' has {opened.size} entries for {n} facilities")
    return {
        "facilities_open": opened,
        "assignments": amounts(member(value, "assignments"), m, n),
        "total_cost": claimed(value, "total_cost"),
    }


def amounts(rows: Any, m: int, n: int) -> Any:
    """A row for each customer with an amount for each facility, as float64."""
    expected = f"expected {m} rows (customers) of {n} amounts (facilities)"
    if isinstance(rows, np.ndarray) and rows.dtype != object:
        if rows.dtype.kind not in "iuf":
            raise ValueError(f"'assignments' has entries of type {rows.dtype}; expected numbers")
        if rows.shape != (m, n):
            raise ValueError(f"'assignments' has shape {rows.shape}; {expected}")
        return rows.astype("<f8")
    if not isinstance(rows, ROW_TYPES):
        raise ValueError(f"'assignments' is {type(rows).__name__}; {expected}")
    if len(rows) != m:
        raise ValueError(f"'assignments' has {len(rows)} rows; {expected}")
    table = np.empty((m, n), dtype="<f8")
    for customer, row in enumerate(rows):
        table[customer] = one_row(row, customer, n)
    return table


def one_row(row: Any, customer: int, n: int) -> Any:
    """What one customer gets from each facility."""
    name = f"assignments[{customer}]"
    if not isinstance(row, ROW_TYPES):
        raise ValueError(f"{name} is {type(row).__name__}; expected {n} amounts")
    if len(row) != n:
        raise ValueError(f"{name} has {len(row)} entries; expected one for each of {n} facilities")
    if isinstance(row, np.ndarray) and row.ndim != 1:
        raise ValueError(f"{name} has shape {row.shape}; expected {n} amounts")
    for kind in set(map(type, row.tolist() if isinstance(row, np.ndarray) else row)):
        if kind is bool or not issubclass(kind, NUMBERS):
            raise ValueError(f"{name} has an entry of type {kind.__name__}; expected numbers")
    try:
        return np.array(row, dtype="<f8")
    except OverflowError:
        raise ValueError(f"{name} has an integer that is too large") from None
