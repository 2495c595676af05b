"""Runs inside the sandbox: bytes to a dict of edges, and what the program yields to three arrays."""

from itertools import chain
from typing import Any

import numpy as np

from frontierco.conversion import integers, member

MOST_ENTRIES_PER_EDGE = 2


def arguments(payload: bytes) -> tuple[tuple[()], dict[str, Any]]:
    """`n`, `m`, `graph_edges` from (smaller vertex, larger vertex) to cost, and the list `terminals`."""
    num_vertices, num_edges, num_terminals = np.frombuffer(payload, "<i8", 3).tolist()
    ends = np.frombuffer(payload, "<i8", 2 * num_edges, 24).reshape(-1, 2)
    terminals = np.frombuffer(payload, "<i8", num_terminals, 24 + ends.nbytes)
    costs = np.frombuffer(payload, "<f8", num_edges, 24 + ends.nbytes + terminals.nbytes)
    pairs = zip(ends[:, 0].tolist(), ends[:, 1].tolist(), strict=True)
    graph_edges = dict(zip(pairs, costs.tolist(), strict=True))
    return (), {
        "n": num_vertices,
        "m": num_edges,
        "graph_edges": graph_edges,
        "terminals": terminals.tolist(),
    }


def answer(value: Any, payload: bytes) -> dict[str, Any]:
    """`edges` as pairs of int64; whether they join the terminals is decided elsewhere. Claims are kept."""
    num_edges = int(np.frombuffer(payload, "<i8", 3)[1])
    edges = pairs_of(member(value, "edges"))
    if len(edges) > MOST_ENTRIES_PER_EDGE * (num_edges + 1):
        raise ValueError(f"'edges' has {len(edges)} entries; the graph has {num_edges} edges")
    return {
        "edges": edges,
        "declared_cost": claimed(value, "declared_cost"),
        "num_edges": claimed(value, "num_edges"),
    }


def pairs_of(edges: Any) -> Any:
    """Shape (k, 2) from a list, tuple, set or dict of pairs, or from an array of that shape."""
    if isinstance(edges, np.ndarray) and edges.dtype != object:
        if edges.size == 0:
            return np.empty((0, 2), dtype=np.int64)
        if edges.ndim != 2 or edges.shape[1] != 2:
            raise ValueError(f"'edges' has shape {edges.shape}; expected pairs of vertices")
        return integers(edges.ravel(), "edges").reshape(-1, 2)
    if isinstance(edges, (str, bytes)) or not hasattr(edges, "__iter__"):
        raise ValueError(f"'edges' is {type(edges).__name__}; expected a list of pairs of vertices")
    pairs = list(edges)
    for pair in pairs:
        if isinstance(pair, (str, bytes)) or not hasattr(pair, "__len__") or len(pair) != 2:
            raise ValueError(f"'edges' has the entry {shown(pair)}; expected pairs of vertices")
    return integers(list(chain.from_iterable(pairs)), "edges").reshape(-1, 2)


def shown(entry: Any) -> str:
    """An entry in few characters, whatever it is."""
    try:
        text = repr(entry)
    except Exception:
        text = type(entry).__name__
    return text[:60]


def claimed(value: Any, key: str) -> Any:
    """The number under `key` as one entry; none if there is no such number."""
    try:
        return np.array([float(value[key])])
    except Exception:
        return np.empty(0)
