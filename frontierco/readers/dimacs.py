"""Graphs in the DIMACS edge format: `c` comments anywhere, one `p edge N M`, then `e U V` lines.

The format of the second DIMACS implementation challenge (cliques and colouring, 1993).
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from frontierco.instances import Graph, graph
from frontierco.readers.edges import Problem, are_sound, line_by_line, problem_line, without_comments
from frontierco.readers.text import read_text, shown
from solversmith.errors import BadData

_EDGE_BYTES = b"e0123456789 \t\n"
_EXPECTED = "p edge N M"


def read_dimacs(path: Path) -> Graph:
    """The graph of a DIMACS edge file; vertices count from 1.

    An edge may be stated once, or once in each direction; M counts lines or edges. Raises `BadData`,
    naming the line where there is one.
    """
    text = read_text(path)
    head, mark, rest = text.partition(b"\ne")
    text = without_comments(head) + mark + without_comments(rest)
    problem = problem_line(text, _EXPECTED, path)
    if problem.kind not in (b"edge", b"col"):
        raise BadData(f"{shown(problem.text)}; expected {_EXPECTED!r}", path, problem.line)
    num_vertices, body = problem.num_vertices, text[problem.end :]
    edges = _fast_edges(body)
    if edges is None or not are_sound(edges, num_vertices) or _repeats(edges, num_vertices):
        edges = line_by_line(body, problem.line, num_vertices, b"e", True, path)
    result = graph(num_vertices, edges)
    _check_counts(len(edges), len(result.edges), problem, path)
    return result


def _fast_edges(body: bytes) -> NDArray[np.int64] | None:
    """Edges if every line is empty or `e U V`, else `None`."""
    if body.translate(None, _EDGE_BYTES):
        return None
    characters = np.frombuffer(body, dtype=np.uint8)
    blank = characters <= 32
    begins = np.flatnonzero(~blank & np.concatenate(([True], blank[:-1])))
    if not begins.size:
        return np.empty((0, 2), dtype=np.int64)
    marks = characters[begins] == ord("e")
    if begins.size % 3 or not marks[::3].all() or np.count_nonzero(characters == ord("e")) != marks.sum():
        return None
    at_line_start = characters[begins - 1] == ord("\n")  # the first one follows the end of the p line
    if b"\n " in body or b"\n\t" in body or not (at_line_start == marks).all():
        return None
    numbers = np.fromstring(body.replace(b"e", b" "), dtype=np.int64, sep=" ")
    return numbers.reshape(-1, 2) if 3 * numbers.size == 2 * begins.size else None


def _repeats(edges: NDArray[np.int64], num_vertices: int) -> bool:
    """Whether an edge stands twice in the same direction."""
    keys = edges[:, 0] * (num_vertices + 1) + edges[:, 1]
    return not (np.diff(keys) > 0).all() and bool((np.diff(np.sort(keys)) == 0).any())


def _check_counts(lines: int, edges: int, problem: Problem, path: Path) -> None:
    if problem.num_edges not in (lines, edges):
        words = f"{lines} edges where the p line says {problem.num_edges}; truncated?"
        raise BadData(words, path, problem.line)
    if edges != lines and 2 * edges != lines:
        words = f"{lines - edges} of {edges} edges stand in both directions, the others in one"
        raise BadData(f"{words}; expected all or none", path, problem.line)
