"""Graphs in the PACE format: `c` comments anywhere, one `p ds N M` line, then a line `U V` for each edge.

The format of the dominating-set track of the PACE 2025 challenge (pacechallenge.org/2025/ds); other words
than `ds` in the `p` line (`td`, `tw`, as in earlier years) are taken as well.
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
_BLANK = b" \t\n"


def read_pace(path: Path) -> Graph:
    """The graph of a PACE file; vertices count from 1.

    Raises `BadData`, naming the line where there is one: no or a second `p` line, a vertex outside 1..N, a
    loop, an edge that stands twice (in either direction), another number of edges than stated.
    """
    text = read_text(path)
    if b"c" in text:
        text = _COMMENT.sub(b"", text)
    num_vertices, num_edges, start, line = _problem(text, path)
    body = text[start:]
    edges = _fast_edges(body)
    if edges is None or not _in_range(edges, num_vertices):
        edges = _slow_edges(body, line, num_vertices, path)
    result = graph(num_vertices, edges)
    if len(result.edges) != len(edges):
        _slow_edges(body, line, num_vertices, path)  # names the edge that stands twice
    if len(edges) != num_edges:
        raise BadData(f"{len(edges)} edges where the p line says {num_edges}; truncated?", path)
    return result


def _problem(text: bytes, path: Path) -> tuple[int, int, int, int]:
    """Vertices, edges, offset and line number of what follows the `p` line."""
    match = _PROBLEM.search(text)
    before = text[: match.start()] if match else text
    if before.strip():
        lines = before.split(b"\n")
        line = next(i for i, content in enumerate(lines, 1) if content.strip())
        raise BadData(f"{shown(lines[line - 1])} where 'p ds N M' or a comment was expected", path, line)
    if match is None:
        raise BadData("no line 'p ds N M'; the file holds comments only", path)
    line = before.count(b"\n") + 1
    tokens = match.group().split()
    if len(tokens) != 4 or not tokens[1].isalpha() or not all(map(_is_count, tokens[2:])):
        raise BadData(f"{shown(match.group())}; expected 'p ds N M'", path, line)
    if tokens[1] in (b"edge", b"col"):
        raise BadData(
            f"{shown(match.group())} begins a graph in the DIMACS format; expected one in the PACE format, "
            "'p ds N M' and lines 'U V'",
            path,
            line,
        )
    if not 1 <= (num_vertices := int(tokens[2])) <= MOST_VERTICES:
        raise BadData(f"{num_vertices} vertices; expected 1 to {MOST_VERTICES}", path, line)
    return num_vertices, int(tokens[3]), match.end(), line


def _is_count(token: bytes) -> bool:
    return token.isdigit() and len(token) <= _MOST_DIGITS


def _fast_edges(body: bytes) -> NDArray[np.int64] | None:
    """Edges if every line is empty or has two numbers, else `None`."""
    if body.translate(None, b"0123456789" + _BLANK):
        return None
    characters = np.frombuffer(body, dtype=np.uint8)
    blank = characters <= ord(" ")
    begins = np.flatnonzero(~blank & np.concatenate(([True], blank[:-1])))
    if begins.size % 2:
        return None
    line_of = np.cumsum(characters == ord("\n"), dtype=np.int32)[begins]
    if not (line_of[::2] == line_of[1::2]).all() or not (np.diff(line_of[::2]) > 0).all():
        return None
    numbers = np.fromstring(body, dtype=np.int64, sep=" ") if begins.size else np.empty(0, dtype=np.int64)
    return numbers.reshape(-1, 2) if numbers.size == begins.size else None


def _in_range(edges: NDArray[np.int64], num_vertices: int) -> bool:
    if not edges.size:
        return True
    inside = edges.min() >= 1 and edges.max() <= num_vertices
    return bool(inside and not (edges[:, 0] == edges[:, 1]).any())


def _slow_edges(body: bytes, line: int, num_vertices: int, path: Path) -> NDArray[np.int64]:
    """Line by line, to find what is wrong."""
    seen: dict[tuple[int, int], int] = {}
    for number, content in enumerate(body.split(b"\n"), line):
        tokens = content.split()
        if not tokens:
            continue
        if len(tokens) != 2:
            raise BadData(f"{shown(content)}; expected 'U V', the two ends of an edge", path, number)
        first, second = sorted(_vertex(token, num_vertices, path, number) for token in tokens)
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
