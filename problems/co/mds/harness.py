"""Runs inside the sandbox: bytes to `graph`, and what the program yields to the array `mds_nodes`."""

from typing import Any

import networkx as nx
import numpy as np

from frontierco.conversion import integers, member

MOST_ENTRIES_PER_VERTEX = 4


def arguments(payload: bytes) -> tuple[tuple[()], dict[str, Any]]:
    """`graph`, a networkx.Graph with the vertices 1 to n in this order."""
    num_vertices = int(np.frombuffer(payload, dtype="<i8", count=1)[0])
    edges = np.frombuffer(payload, dtype="<i4", offset=16).reshape(-1, 2)
    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(range(1, num_vertices + 1))
    graph.add_edges_from(zip(*edges.T.tolist(), strict=True))
    return (), {"graph": graph}


def answer(value: Any, payload: bytes) -> dict[str, Any]:
    """`mds_nodes` as int64. Whether the set dominates is decided elsewhere."""
    num_vertices = int(np.frombuffer(payload, dtype="<i8", count=1)[0])
    entries = integers(member(value, "mds_nodes"), "mds_nodes")
    if entries.size > MOST_ENTRIES_PER_VERTEX * (num_vertices + 1):
        raise ValueError(f"'mds_nodes' has {entries.size} entries for {num_vertices} vertices")
    return {"mds_nodes": entries}
