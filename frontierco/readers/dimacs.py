"""Graphs in the DIMACS edge format: `c` comments anywhere, one `p edge N M`, then `e U V` lines.

The format of the second DIMACS implementation challenge (cliques and colouring, 1993).
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from frontierco.instances import Graph, graph
from frontierco.readers.text import read_text, shown
from solversmith.errors import BadData

MOST_VERTICES = 1 << 30  # vertices are 32-bit integers inside
_PROBLEM = re.compile(rb"^[ \t]*p\b[^\n]*", re.MULTILINE)
_COMMENT = re.compile(rb"^[ \t]*c(?:[ \t][^\n]*)?$", re.MULTILINE)
_MOST_DIGITS = 18
_EDGE_BYTES = b"e0123456789 \t\n"


def read_dimacs(path: Path) -> Graph:
    """The graph of a DIMACS edge file; vertices count from 1.

    An edge may be stated once, or once in each direction; M counts lines or edges. Raises `BadData`,
    naming the line where there is one.
    """
    text = read_text(path)
    head, mark, rest = text.partition(b"\ne")
    text = _COMMENT.sub(b"", head) + mark + (_COMMENT.sub(b"", rest) if b"c" in rest else rest)
    num_vertices, num_edges, start, line = _problem(text, path)
    edges = _fast_edges(text[start:])
    if edges is None or not _sound(edges, num_vertices):
        edges = _slow_edges(text[start:], line, num_vertices, path)
    result = graph(num_vertices, edges)
    _check_counts(len(edges), len(result.edges), num_edges, path)
    return result


def _problem(text: bytes, path: Path) -> tuple[int, int, int, int]:
    """Vertices, edges, offset and line number of what follows the `p` line."""
    match = _PROBLEM.search(text)
    before = text[: match.start()] if match else text
    if before.strip():
        lines = before.split(b"\n")
        line = next(i for i, content in enumerate(lines, 1) if content.strip())
        raise BadData(f"{shown(lines[line - 1])} where 'p edge N M' or a comment was expected", path, line)
    if match is None:
        raise BadData("no line 'p edge N M'; the file holds comments only", path)
    line = before.count(b"\n") + 1
    tokens = match.group().split()
    if len(tokens) != 4 or tokens[1] not in (b"edge", b"col") or not all(map(_is_count, tokens[2:])):
        raise BadData(f"{shown(match.group())}; expected 'p edge N M'", path, line)
    if not 1 <= (num_vertices := int(tokens[2])) <= MOST_VERTICES:
        raise BadData(f"{num_vertices} vertices; expected 1 to {MOST_VERTICES}", path, line)
    return num_vertices, int(tokens[3]), match.end(), line


def _is_count(token: bytes) -> bool:
    return token.isdigit() and len(token) <= _MOST_DIGITS


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


def _sound(edges: NDArray[np.int64], num_vertices: int) -> bool:
    if not edges.size:
        return True
    inside = edges.min() >= 1 and edges.max() <= num_vertices
    loops = (edges[:, 0] == edges[:, 1]).any()
    return bool(inside and not loops and _first_repetition(edges, num_vertices) is None)


def _first_repetition(edges: NDArray[np.int64], num_vertices: int) -> int | None:
    """Index of an edge that stands before it in the same direction."""
    keys = edges[:, 0] * (num_vertices + 1) + edges[:, 1]
    if (np.diff(keys) > 0).all():
        return None
    order = np.argsort(keys, kind="stable")
    again = order[1:][np.diff(keys[order]) == 0]
    return int(again.min()) if again.size else None


def _slow_edges(body: bytes, line: int, num_vertices: int, path: Path) -> NDArray[np.int64]:
    """Line by line, to find what is wrong."""
    seen: dict[tuple[int, int], int] = {}
    for number, content in enumerate(body.split(b"\n"), line):
        tokens = content.split()
        if not tokens:
            continue
        if tokens[0] != b"e" or len(tokens) != 3:
            raise BadData(f"{shown(content)}; expected 'e U V'", path, number)
        first, second = (_vertex(token, num_vertices, path, number) for token in tokens[1:])
        if first == second:
            raise BadData(f"vertex {first} has an edge to itself", path, number)
        if (first, second) in seen:
            before = seen[first, second]
            raise BadData(f"edge {first}-{second} stands already in line {before}", path, number)
        seen[first, second] = number
    return np.array(list(seen), dtype=np.int64).reshape(-1, 2)


def _vertex(token: bytes, num_vertices: int, path: Path, line: int) -> int:
    if not _is_count(token) or not 1 <= int(token) <= num_vertices:
        raise BadData(
            f"{shown(token)} is no vertex; expected an integer from 1 to {num_vertices}", path, line
        )
    return int(token)


def _check_counts(lines: int, edges: int, declared: int, path: Path) -> None:
    if declared not in (lines, edges):
        raise BadData(f"{lines} edges where the p line says {declared}; truncated?", path)
    if edges != lines and 2 * edges != lines:
        raise BadData(f"{lines - edges} of {edges} edges stand in both directions, the others in one", path)
