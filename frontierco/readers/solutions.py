"""Solutions as other programs write them, to what a program here would yield.

Nothing is checked but the format: whether a solution holds is decided as for any answer. What a file says of
its own objective is read over.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from frontierco.fleets import FleetInstance
from frontierco.instances import Graph
from frontierco.readers.text import shown
from frontierco.terminal_graphs import TerminalGraph
from solversmith.errors import BadData

_ROUTE = re.compile(rb"route\s*#?\s*\d+\s*:(.*)", re.IGNORECASE)
_COST = re.compile(rb"(cost|distance|time|date|author|name|comment)\b", re.IGNORECASE)
_EDGE = re.compile(rb"(?:e[ \t]+)?(\d{1,15})[ \t]+(\d{1,15})", re.IGNORECASE)
# What may stand around edges; the number is what files in SteinLib's format begin with.
_AROUND_EDGES = re.compile(rb"(value|cost|edges|section|end|eof|name|comment|33d32945)\b", re.IGNORECASE)


def read_routes(text: bytes, instance: FleetInstance, file: Path) -> dict[str, list[list[int]]]:
    """`routes` of a CVRPLIB solution: lines `Route #1: 4 2 7`, then `Cost 375`.

    There the depot is 0 and customers count from 1 in the order of the nodes, so that they are numbered as
    programs here number them where the depot is the first node. Raises `BadData`, naming the line; also where
    the depot is another node, for then it is not said which customer a number means.
    """
    if instance.depot != 0:
        raise BadData("routes by number are read for instances whose first node is the depot; use JSON", file)
    routes = []
    for number, line in _lines(text):
        if match := _ROUTE.fullmatch(line):
            routes.append([0, *_integers(match.group(1), file, number), 0])
        elif not _COST.match(line):
            raise BadData(f"{shown(line)}; expected 'Route #1: 4 2 7' or 'Cost 375'", file, number)
    if not routes:
        raise BadData("no line 'Route #1: ...'; expected JSON or a solution in the CVRPLIB format", file)
    return {"routes": routes}


def read_independent_set(text: bytes, instance: Graph, file: Path) -> dict[str, list[int]]:
    """`mis_nodes` of vertices from 1 in any lines, or of a 0 or 1 for each vertex, as KaMIS writes.

    Lines that begin with `c` or `#` are comments. Raises `BadData`, naming the line.
    """
    numbers = [entry for number, line in _lines(text, b"c#") for entry in _integers(line, file, number)]
    if len(numbers) == instance.num_vertices > 1 and set(numbers) <= {0, 1}:
        numbers = [vertex for vertex, inside in enumerate(numbers, 1) if inside]
    return {"mis_nodes": numbers}


def read_dominating_set(text: bytes, instance: Graph, file: Path) -> dict[str, list[int]]:
    """`mds_nodes` of vertices from 1 in any lines, or as in PACE 2025: how many, then one a line.

    So a list with one vertex a line, the first of which happens to be the number of the others, is taken for
    one of PACE's. Lines that begin with `c` or `#` are comments. Raises `BadData`, naming the line.
    """
    rows = [_integers(line, file, number) for number, line in _lines(text, b"c#")]
    if rows and all(len(row) == 1 for row in rows) and rows[0][0] == len(rows) - 1:
        rows = rows[1:]
    return {"mds_nodes": [vertex for row in rows for vertex in row]}


def read_tree(text: bytes, instance: TerminalGraph, file: Path) -> dict[str, Any]:
    """`edges` of a PACE 2018 answer (`VALUE 12`, lines `U V`) or of SteinLib's lines `E U V`.

    Raises `BadData`, naming the line.
    """
    edges = []
    for number, line in _lines(text, b"#"):
        if match := _EDGE.fullmatch(line):
            edges.append((int(match.group(1)), int(match.group(2))))
        elif not _AROUND_EDGES.match(line):
            raise BadData(f"{shown(line)}; expected 'VALUE 12', or an edge: 'U V' or 'E U V'", file, number)
    return {"edges": edges}


def _lines(text: bytes, comments: bytes = b"") -> list[tuple[int, bytes]]:
    """Lines that say something, and their numbers; those that begin with one of `comments` do not."""
    rows = ((number, line.strip()) for number, line in enumerate(text.splitlines(), 1))
    return [(number, line) for number, line in rows if line and line[:1] not in _each(comments)]


def _each(characters: bytes) -> list[bytes]:
    return [characters[place : place + 1] for place in range(len(characters))]


def _integers(line: bytes, file: Path, number: int) -> list[int]:
    tokens = line.split()
    bad = next((token for token in tokens if not token.isdigit() or len(token) > 15), None)
    if bad is not None:
        raise BadData(f"{shown(bad)} is no number of a vertex or customer", file, number)
    return list(map(int, tokens))
