"""Steiner tree problems in SteinLib's format and in that of PACE 2018, which is part of it.

`SECTION Graph` with `Nodes N`, `Edges M` and lines `E U V COST`, `SECTION Terminals` with `Terminals T` and
lines `T V`; each ends with `END`. Capitals play no part, other sections are passed over unless they make it
another problem, `#` begins a comment. Outside sections stand only the line of the format, before all of them,
and `EOF`, behind. T. Koch, A. Martin, S. Voß, SteinLib: an updated library on Steiner
tree problems in graphs, ZIB-Report 00-37 (2000).
"""

from __future__ import annotations

import math
import re
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from frontierco.readers.rows import line_of
from frontierco.readers.text import read_text, shown
from frontierco.terminal_graphs import TerminalGraph, components, terminal_graph
from solversmith.errors import BadData

# They begin with the end of a line, not with `^`, so that they are searched for many times faster.
_SECTION = re.compile(rb"\n[ \t]*section[ \t]+(\w+)[^\n]*")
_END = re.compile(rb"\n[ \t]*end[ \t]*$", re.MULTILINE)
_EDGE = re.compile(rb"^[ \t]*e[ \t]", re.MULTILINE)
_EDGE_BYTES = b"e0123456789. \t\n"
_MAGIC = b"33d32945"
_MOST_VERTICES = 1 << 30
_MOST_DIGITS = 15
_LARGEST_COST = 2.0**45  # so that sums of costs are exact where costs are whole
_OTHER_KINDS = {
    b"a": "arcs: the graph is directed",
    b"tp": "prizes: this is another problem",
    b"root": "a root: this is another problem",
    b"rootp": "a root and prizes: this is another problem",
}
_OTHER_SECTIONS = {b"maximumdegrees": "bounds on degrees: this is another problem"}


def read_steinlib(path: Path) -> TerminalGraph:
    """The graph and the terminals of a file. Raises `BadData`, naming the line where there is one."""
    text = read_text(path)
    sections = _sections(b"\n" + text.lower(), path)
    num_vertices, edges, costs = _graph(*sections[b"graph"], path)
    lines = _terminals(*sections[b"terminals"], num_vertices, path)
    result = terminal_graph(num_vertices, edges, costs, np.array(list(lines), dtype=np.int64))
    component = components(num_vertices, result.edges - 1)[result.terminals - 1]
    if (component != component[0]).any():
        apart = int(result.terminals[np.flatnonzero(component != component[0])[0]])
        words = f"no path joins the terminals {result.terminals[0]} and {apart}; expected a connected graph"
        raise BadData(words, path, lines[apart])
    return result


def _sections(text: bytes, path: Path) -> dict[bytes, tuple[bytes, int]]:
    """Name to content and the line where that begins; `text` begins with the end of a line."""
    found: dict[bytes, tuple[bytes, int]] = {}
    place = line = 0
    while match := _SECTION.search(text, place):
        name = match[1].decode("ascii", "replace")
        _demand_nothing(text[place : match.start()], line, path, _MAGIC if not found else b"")
        line += text.count(b"\n", place, match.end())
        end = _END.search(text, match.end())
        if end is None or _SECTION.search(text, match.end(), end.start()):
            raise BadData(f"the section {name!r} has no END; truncated?", path, line)
        if match[1] in _OTHER_SECTIONS:
            raise BadData(f"the section {name!r}: {_OTHER_SECTIONS[match[1]]}", path, line)
        if match[1] in found:
            raise BadData(f"the section {name!r} stands twice", path, line)
        found[match[1]] = text[match.end() + 1 : end.start() + 1], line + 1
        line += text.count(b"\n", match.end(), end.end())
        place = end.end()
    for wanted in (b"graph", b"terminals"):
        if wanted not in found:
            words = f"no section {wanted.decode()!r} in it; expected a SteinLib instance"
            raise BadData(words, path, text.rstrip().count(b"\n"))
    _demand_nothing(text[place:], line, path, b"eof")
    return found


def _demand_nothing(between: bytes, line: int, path: Path, but: bytes) -> None:
    """Raise `BadData` for what stands outside any section: only comments may, and one line that begins so."""
    for number, content in enumerate(between.split(b"\n"), line):
        tokens = content.partition(b"#")[0].split()
        if but and tokens and tokens[0] == but:
            but = b""
        elif tokens:
            raise BadData(f"{shown(content)} stands outside any section; expected a comment", path, number)


def _graph(body: bytes, line: int, path: Path) -> tuple[int, NDArray[np.int64], NDArray[np.float64]]:
    first = _EDGE.search(body)
    start = first.start() if first else 0
    counts = _counts(body[:start] if first else body, (b"nodes", b"edges"), line, path)
    num_vertices = counts[b"nodes"]
    if not 1 <= num_vertices <= _MOST_VERTICES:
        raise BadData(f"{num_vertices} nodes; expected 1 to {_MOST_VERTICES}", path, line)
    line += body.count(b"\n", 0, start)
    body = body[start:] if first else b""
    rows = _fast_rows(body)
    if rows is None or not _sound(rows, num_vertices):
        rows = _slow_rows(body, line, num_vertices, path)
    if (found := len(rows)) != (said := counts[b"edges"]):
        where = line_of(body, min(found, said + 1) - 1, line, b"#")
        raise _wrong_count("edges", found, said, where, path)
    return num_vertices, rows[:, :2].astype(np.int64), rows[:, 2]


def _counts(head: bytes, wanted: tuple[bytes, ...], line: int, path: Path) -> dict[bytes, int]:
    """The numbers that stand behind some words; lines that begin with another word say something else."""
    found: dict[bytes, int] = {}
    for number, content in enumerate(head.split(b"\n"), line):
        tokens = content.partition(b"#")[0].split()
        if not tokens:
            continue
        if tokens[0] in _OTHER_KINDS:
            raise BadData(f"{shown(content)}: {_OTHER_KINDS[tokens[0]]}", path, number)
        if tokens[0] in wanted:
            if len(tokens) != 2 or not _is_count(tokens[1]):
                raise BadData(f"{shown(content)}; expected '{tokens[0].decode()} N'", path, number)
            if tokens[0] in found:
                raise BadData(f"{tokens[0].decode()!r} stands twice", path, number)
            found[tokens[0]] = int(tokens[1])
        elif not tokens[0].isalpha():
            raise BadData(f"{shown(content)}; expected lines that begin with a word", path, number)
    for name in wanted:
        if name not in found:
            raise BadData(f"no line '{name.decode()} N' in the section", path, line)
    return found


def _is_count(token: bytes) -> bool:
    return token.isdigit() and len(token) <= _MOST_DIGITS


def _fast_rows(body: bytes) -> NDArray[np.float64] | None:
    """Rows of ends and cost if every line is empty or `e u v cost`, without signs and powers; else `None`."""
    if body.translate(None, _EDGE_BYTES):
        return None
    characters = np.frombuffer(body, dtype=np.uint8)
    blank = characters <= 32
    begins = np.flatnonzero(~blank & np.concatenate(([True], blank[:-1])))
    if not begins.size:
        return np.empty((0, 3))
    marks = characters[begins] == ord("e")
    if begins.size % 4 or not marks[::4].all() or np.count_nonzero(characters == ord("e")) != marks.sum():
        return None
    at_line_start = characters[begins - 1] == ord("\n")
    at_line_start[0] = True
    if b"\n " in body or b"\n\t" in body or body[:1] != b"e" or not (at_line_start == marks).all():
        return None
    begins = begins[~marks]
    if b"." not in body:
        return _whole_numbers(characters, blank, begins).reshape(-1, 3)
    numbers = np.fromstring(body.replace(b"e", b" "), dtype=np.float64, sep=" ")
    return numbers.reshape(-1, 3) if numbers.size == begins.size else None


def _whole_numbers(
    characters: NDArray[np.uint8], blank: NDArray[np.bool_], begins: NDArray[np.intp]
) -> NDArray[np.float64]:
    """The numbers of nothing but digits that begin there, digit by digit of all of them at once."""
    ends = np.append(np.flatnonzero(blank), len(characters))
    lengths = ends[np.searchsorted(ends, begins)] - begins
    values = np.zeros(begins.size)
    for place in range(int(lengths.max())):
        longer = np.flatnonzero(lengths > place)
        values[longer] = values[longer] * 10.0 + (characters[begins[longer] + place] - 48.0)
    return values


def _sound(rows: NDArray[np.float64], num_vertices: int) -> bool:
    if not rows.size:
        return True
    ends, costs = rows[:, :2], rows[:, 2]
    whole = (np.trunc(ends) == ends).all() and ends.min() >= 1 and ends.max() <= num_vertices
    if not whole or (ends[:, 0] == ends[:, 1]).any() or not costs.max() <= _LARGEST_COST:
        return False
    keys = np.sort(ends.min(axis=1) * (num_vertices + 1) + ends.max(axis=1))
    return bool((np.diff(keys) > 0).all())


def _slow_rows(body: bytes, line: int, num_vertices: int, path: Path) -> NDArray[np.float64]:
    """Line by line: for spaces, comments and powers of ten, and to find what is wrong."""
    rows: list[tuple[int, int, float]] = []
    seen: dict[tuple[int, int], int] = {}
    for number, content in enumerate(body.split(b"\n"), line):
        tokens = content.partition(b"#")[0].split()
        if not tokens:
            continue
        if tokens[0] in _OTHER_KINDS:
            raise BadData(f"{shown(content)}: {_OTHER_KINDS[tokens[0]]}", path, number)
        if tokens[0] != b"e" or len(tokens) != 4:
            raise BadData(f"{shown(content)}; expected 'E U V COST'", path, number)
        first, second = (_vertex(token, num_vertices, path, number) for token in tokens[1:3])
        ends = min(first, second), max(first, second)
        if first == second:
            raise BadData(f"vertex {first} has an edge to itself", path, number)
        if ends in seen:
            raise BadData(f"edge {first}-{second} stands already in line {seen[ends]}", path, number)
        seen[ends] = number
        rows.append((first, second, _cost(tokens[3], path, number)))
    return np.array(rows, dtype=np.float64).reshape(-1, 3)


def _vertex(token: bytes, num_vertices: int, path: Path, line: int) -> int:
    if not _is_count(token) or not 1 <= int(token) <= num_vertices:
        raise BadData(
            f"{shown(token)} is no vertex; expected an integer from 1 to {num_vertices}", path, line
        )
    return int(token)


def _cost(token: bytes, path: Path, line: int) -> float:
    try:
        cost = math.nan if b"_" in token else float(token)
    except ValueError:
        cost = math.nan
    if not 0 <= cost <= _LARGEST_COST:  # written so that NaN fails
        raise BadData(f"{shown(token)} is no cost; expected a number from 0 to 2^45", path, line)
    return cost


def _wrong_count(what: str, found: int, said: int, line: int, path: Path) -> BadData:
    """An error at the last one, or at the first one that is too many."""
    why = "truncated?" if found < said else "this one is too many"
    return BadData(f"{found} {what} where the file says {said}; {why}", path, line)


def _terminals(body: bytes, line: int, num_vertices: int, path: Path) -> dict[int, int]:
    """The terminals with the lines that they stand on."""
    head: list[bytes] = []
    seen: dict[int, int] = {}
    for number, content in enumerate(body.split(b"\n"), line):
        tokens = content.partition(b"#")[0].split()
        if not tokens or tokens[0] != b"t":
            head.append(content)
            continue
        head.append(b"")
        if len(tokens) != 2:
            raise BadData(f"{shown(content)}; expected 'T V'", path, number)
        terminal = _vertex(tokens[1], num_vertices, path, number)
        if terminal in seen:
            raise BadData(f"terminal {terminal} stands already in line {seen[terminal]}", path, number)
        seen[terminal] = number
    declared = _counts(b"\n".join(head), (b"terminals",), line, path)[b"terminals"]
    if len(seen) != declared:
        where = [line, *seen.values()][min(len(seen), declared + 1)]
        raise _wrong_count("terminals", len(seen), declared, where, path)
    if not seen:
        raise BadData("no terminals; expected at least one", path, line)
    return seen
