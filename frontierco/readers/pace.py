"""Graphs in the PACE format: `c` comments anywhere, one `p ds N M` line, then a line `U V` for each edge.

The format of the dominating-set track of the PACE 2025 challenge (pacechallenge.org/2025/ds); other words
than `ds` in the `p` line (`td`, `tw`, as in earlier years) are taken as well.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from frontierco.instances import Graph, graph
from frontierco.readers.edges import are_sound, line_by_line, problem_line, without_comments
from frontierco.readers.rows import line_of, words_on_lines
from frontierco.readers.text import read_text, shown
from solversmith.errors import BadData

_BYTES = b"0123456789 \t\n"


def read_pace(path: Path) -> Graph:
    """The graph of a PACE file; vertices count from 1.

    Raises `BadData`, naming the line where there is one: no or a second `p` line, a vertex outside 1..N, a
    loop, an edge that stands twice (in either direction), another number of edges than stated.
    """
    text = without_comments(read_text(path))
    problem = problem_line(text, "p ds N M", path)
    if problem.kind in (b"edge", b"col"):
        raise BadData(
            f"{shown(problem.text)} begins a graph in the DIMACS format; expected one in the PACE format, "
            "'p ds N M' and lines 'U V'",
            path,
            problem.line,
        )
    body = text[problem.end :]
    slowly = partial(line_by_line, body, problem.line, problem.num_vertices, b"", False, path)
    edges = _fast_edges(body)
    if edges is None or not are_sound(edges, problem.num_vertices):
        edges = slowly()
    result = graph(problem.num_vertices, edges)
    if len(result.edges) != len(edges):
        slowly()  # names the edge that stands twice
    if len(edges) != problem.num_edges:
        surplus = len(edges) > problem.num_edges
        line = line_of(body, problem.num_edges if surplus else -1, problem.line)
        words = f"{len(edges)} edges where the p line says {problem.num_edges}"
        raise BadData(f"{words}; {'this one is too many' if surplus else 'truncated?'}", path, line)
    return result


def _fast_edges(body: bytes) -> NDArray[np.int64] | None:
    """Edges if every line is empty or has two numbers, else `None`."""
    if body.translate(None, _BYTES):
        return None
    on_lines = words_on_lines(body)
    if not ((on_lines == 0) | (on_lines == 2)).all():
        return None
    count = int(on_lines.sum())
    numbers = np.fromstring(body, dtype=np.int64, sep=" ") if count else np.empty(0, dtype=np.int64)
    return numbers.reshape(-1, 2) if numbers.size == count else None
