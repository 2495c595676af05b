"""What files of plain graphs have in common: comments, one `p` line, then a line for each edge."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from frontierco.readers.text import shown
from solversmith.errors import BadData

MOST_VERTICES = 1 << 30  # vertices are 32-bit integers inside
_PROBLEM = re.compile(rb"^[ \t]*p\b[^\n]*", re.MULTILINE)
_COMMENT = re.compile(rb"^[ \t]*c(?:[ \t][^\n]*)?$", re.MULTILINE)
_MOST_DIGITS = 18


@dataclass(frozen=True)
class Problem:
    """The `p` line: what it says, and where in the text it ends."""

    kind: bytes
    num_vertices: int
    num_edges: int
    text: bytes
    line: int
    end: int


def without_comments(text: bytes) -> bytes:
    """The text with its `c` lines emptied, so that line numbers stay."""
    return _COMMENT.sub(b"", text) if b"c" in text else text


def problem_line(text: bytes, expected: str, path: Path) -> Problem:
    """The `p` line of a text without comments: a word, vertices, edges. Raises `BadData`."""
    match = _PROBLEM.search(text)
    before = text[: match.start()] if match else text
    if before.strip():
        lines = before.split(b"\n")
        line = next(i for i, content in enumerate(lines, 1) if content.strip())
        raise BadData(f"{shown(lines[line - 1])} where {expected!r} or a comment was expected", path, line)
    if match is None:
        raise BadData(f"no line {expected!r}; the file holds comments only", path)
    line = before.count(b"\n") + 1
    tokens = match.group().split()
    if len(tokens) != 4 or not tokens[1].isalpha() or not all(map(_is_count, tokens[2:])):
        raise BadData(f"{shown(match.group())}; expected {expected!r}", path, line)
    if not 1 <= (num_vertices := int(tokens[2])) <= MOST_VERTICES:
        raise BadData(f"{num_vertices} vertices; expected 1 to {MOST_VERTICES}", path, line)
    return Problem(tokens[1], num_vertices, int(tokens[3]), match.group(), line, match.end())


def line_by_line(
    body: bytes, first_line: int, num_vertices: int, mark: bytes, both_ways: bool, path: Path
) -> NDArray[np.int64]:
    """Edges of lines that begin with `mark` (or with nothing), read so as to find what is wrong.

    `both_ways`: an edge may be stated once in each direction. Raises `BadData` for the first bad line.
    """
    head = [mark] if mark else []
    expected = f"{mark.decode()} U V".strip() + "'" if mark else "U V', the two ends of an edge"
    seen: dict[tuple[int, int], int] = {}
    for number, content in enumerate(body.split(b"\n"), first_line):
        tokens = content.split()
        if not tokens:
            continue
        if tokens[: len(head)] != head or len(tokens) != len(head) + 2:
            raise BadData(f"{shown(content)}; expected '{expected}", path, number)
        first, second = (_vertex(token, num_vertices, path, number) for token in tokens[-2:])
        if first == second:
            raise BadData(f"vertex {first} has an edge to itself", path, number)
        if not both_ways:
            first, second = sorted((first, second))
        if (first, second) in seen:
            before = seen[first, second]
            raise BadData(f"edge {first}-{second} stands already in line {before}", path, number)
        seen[first, second] = number
    return np.array(list(seen), dtype=np.int64).reshape(-1, 2)


def are_sound(edges: NDArray[np.int64], num_vertices: int) -> bool:
    """Whether all ends are vertices, and no edge is a loop."""
    if not edges.size:
        return True
    inside = edges.min() >= 1 and edges.max() <= num_vertices
    return bool(inside and not (edges[:, 0] == edges[:, 1]).any())


def _is_count(token: bytes) -> bool:
    return token.isdigit() and len(token) <= _MOST_DIGITS


def _vertex(token: bytes, num_vertices: int, path: Path, line: int) -> int:
    if not _is_count(token) or not 1 <= int(token) <= num_vertices:
        raise BadData(
            f"{shown(token)} is no vertex; expected an integer from 1 to {num_vertices}", path, line
        )
    return int(token)
