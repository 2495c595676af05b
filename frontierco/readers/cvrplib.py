"""Vehicle-routing instances in the CVRPLIB format, an extension of TSPLIB's.

E. Uchoa et al., New benchmark instances for the capacitated vehicle routing problem, EJOR 257 (2017), and
the format note of TSPLIB (Reinelt, 1995), section 1.2. Supported: coordinates with the weight types EUC_2D
and CEIL_2D, and one depot. A limit on the length of routes (`DISTANCE`) and a service time are read over: the
best-known values at hand are for the problem without.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from frontierco.fleets import FleetInstance
from frontierco.readers.rows import line_of, read_rows, whole
from frontierco.readers.text import read_text, shown
from solversmith.errors import BadData

CONVENTION_OF = {"EUC_2D": "nint", "CEIL_2D": "ceil"}
LARGEST_COORDINATE = 1e12  # squares and sums of distances stay finite and, rounded, fit 64 bits
LARGEST_CAPACITY = 10**9  # and so do sums of demands
LARGEST_COUNT = 10**8
_NODES, _DEMANDS, _DEPOTS = "NODE_COORD_SECTION", "DEMAND_SECTION", "DEPOT_SECTION"
_SECTIONS = (_NODES, _DEMANDS, _DEPOTS)
_KEYWORDS = ("NAME", "COMMENT", "TYPE", "DIMENSION", "EDGE_WEIGHT_TYPE", "NODE_COORD_TYPE", "CAPACITY")
# It begins with the end of a line, not with `^`, so that it is searched for many times faster.
_WORDS = re.compile(rb"\n[ \t]*[^\W\d][^\n]*")
_MAY_BEGIN_A_WORD = np.array([chr(code).isalpha() or chr(code) in "_ \t" for code in range(256)])
_FEW_LINES = 1000
_READ_OVER = ("DISPLAY_DATA_TYPE", "DISTANCE", "SERVICE_TIME", "VEHICLES", "EDGE_WEIGHT_FORMAT")


@dataclass(frozen=True)
class _Section:
    body: bytes
    first_line: int


@dataclass(frozen=True)
class _File:
    header: dict[str, tuple[str, int]]  # keyword to (value, line)
    sections: dict[str, _Section]
    path: Path

    def value(self, key: str, expected: str) -> tuple[str, int]:
        if key not in self.header:
            begins = min(section.first_line for section in self.sections.values())
            raise BadData(f"no {key} before the first section; expected {expected}", self.path, begins)
        return self.header[key]

    def count(self, key: str, expected: str, most: int) -> int:
        """A positive integer of the header."""
        text, line = self.value(key, expected)
        if not (text.isascii() and text.isdigit() and len(text) < 16 and 0 < int(text) <= most):
            raise BadData(
                f"{key} is {shown(text.encode())}; expected a positive integer up to {most}", self.path, line
            )
        return int(text)

    def bad(self, section: str, row: int, words: str) -> BadData:
        """An error about one row of a section."""
        part = self.sections[section]
        return BadData(words, self.path, line_of(part.body, row, part.first_line))

    def bad_node(self, section: str, node: int, words: str) -> BadData:
        """An error about what a section says of a node, counting from 1."""
        part = self.sections[section]
        nodes = [float(line.split()[0]) for line in part.body.split(b"\n") if line.strip()]
        return self.bad(section, nodes.index(node), words)


def read_cvrplib(path: Path) -> FleetInstance:
    """Nodes in order of their numbers (1 to n in the file, 0 to n − 1 here), demands, capacity and depot.

    Raises `BadData`, naming the line where there is one.
    """
    file = _split(read_text(path), path)
    convention = _convention(file)
    count = file.count("DIMENSION", "the number of nodes, the depot included", LARGEST_COUNT)
    capacity = file.count("CAPACITY", "the capacity of a vehicle", LARGEST_CAPACITY)
    coordinates = _column(file, _NODES, ("node", "x", "y"), count)
    _check(file, coordinates)
    demands = _demands(file, count, capacity)
    depot = _depot(file, count, demands)
    return FleetInstance(np.ascontiguousarray(coordinates), demands, capacity, depot, convention)


def _split(text: bytes, path: Path) -> _File:
    """The lines that begin with a letter are keywords; what stands between them is a section's."""
    header: dict[str, tuple[str, int]] = {}
    sections: dict[str, _Section] = {}
    text = b"\n" + text
    marks = _marks(text)
    _demand_blank(text[: marks[0].start()] if marks else text, 0, path)
    number, before = 1, 0
    for mark, after in zip(marks, [*(mark.start() for mark in marks[1:]), len(text)], strict=True):
        number += text.count(b"\n", before, mark.start())
        before = mark.start()
        body = text[mark.end() : after]
        key, _, value = (part.strip() for part in mark.group().decode("utf-8", "replace").partition(":"))
        if key == "EOF":
            _demand_blank(text[mark.end() :], number, path, "behind EOF; expected nothing there")
            break
        if (key in header and key != "COMMENT") or key in sections:
            raise BadData(f"{key} stands twice", path, number)
        if key in _SECTIONS:
            sections[key] = _Section(body, number)
            continue
        if key.endswith("_SECTION"):
            expected = ", ".join(_SECTIONS)
            raise BadData(f"{shown(mark.group())} is not supported; expected {expected}", path, number)
        if key not in (*_KEYWORDS, *_READ_OVER):
            raise BadData(
                f"{shown(mark.group())} is no line of a CVRPLIB header; expected 'KEYWORD : value'",
                path,
                number,
            )
        _demand_blank(body, number, path)
        header[key] = value, number
    for name in _SECTIONS:
        if name not in sections:
            last_line = text.rstrip().count(b"\n")
            raise BadData(f"it ends without {name}: truncated, or no CVRPLIB instance", path, last_line)
    return _File(header, sections, path)


def _marks(text: bytes) -> list[re.Match[bytes]]:
    """The lines that begin with a letter, each behind the end of a line, with which the text begins."""
    characters = np.frombuffer(text, dtype=np.uint8)
    ends = np.flatnonzero(characters[:-1] == 10)
    ends = ends[_MAY_BEGIN_A_WORD[characters[1:][ends]]]
    if len(ends) > _FEW_LINES:
        return list(_WORDS.finditer(text))
    return [mark for end in ends.tolist() if (mark := _WORDS.match(text, end))]


def _demand_blank(body: bytes, first_line: int, path: Path, where: str = "outside any section") -> None:
    if body.strip():
        before = len(body) - len(body.lstrip())
        line = first_line + body.count(b"\n", 0, before)
        raise BadData(f"{shown(body.split(maxsplit=1)[0])} stands {where}", path, line)


def _convention(file: _File) -> str:
    kind, line = file.header.get("TYPE", ("CVRP", 0))
    if kind != "CVRP":
        raise BadData(f"TYPE is {shown(kind.encode())}; expected CVRP", file.path, line)
    weights, line = file.value("EDGE_WEIGHT_TYPE", f"one of {', '.join(CONVENTION_OF)}")
    if weights not in CONVENTION_OF:
        known = ", ".join(CONVENTION_OF)
        found = shown(weights.encode())
        raise BadData(f"EDGE_WEIGHT_TYPE {found} is not supported; expected one of {known}", file.path, line)
    return CONVENTION_OF[weights]


def _column(file: _File, section: str, fields: tuple[str, ...], count: int) -> NDArray[np.float64]:
    """A section's values in order of the nodes; every node stands in it once."""
    part = file.sections[section]
    table = read_rows(part.body, fields, part.first_line, file.path)
    nodes = table[:, 0]
    if np.array_equal(nodes, np.arange(1, count + 1)):
        return table[:, 1:]
    outside = ~(whole(nodes) & (nodes >= 1) & (nodes <= count))
    if outside.any():
        row = int(np.argmax(outside))
        raise file.bad(section, row, f"{nodes[row]:g} is no node; expected an integer from 1 to {count}")
    order = np.argsort(nodes, kind="stable")
    if (np.diff(nodes[order]) == 0).any():
        row = int(order[1:][np.diff(nodes[order]) == 0].min())
        raise file.bad(section, row, f"node {nodes[row]:g} stands twice in {section}")
    if len(nodes) != count:
        declared = file.header["DIMENSION"][1]
        words = f"{section} ends with {len(nodes)} nodes where DIMENSION (line {declared}) says {count}"
        raise file.bad(section, -1, f"{words}; truncated?")
    return table.take(order, axis=0)[:, 1:]


def _check(file: _File, coordinates: NDArray[np.float64]) -> None:
    large = np.abs(coordinates) > LARGEST_COORDINATE
    if large.any():
        node, axis = np.argwhere(large)[0]
        words = f"coordinate {coordinates[node, axis]:g}; expected at most {LARGEST_COORDINATE:g}"
        raise file.bad_node(_NODES, int(node) + 1, words)


def _demands(file: _File, count: int, capacity: int) -> NDArray[np.int64]:
    demands = _column(file, _DEMANDS, ("node", "demand"), count)[:, 0]
    for wrong, words in (
        (~whole(demands), "expected an integer"),
        (demands < 0, "expected none below 0"),
        (demands > capacity, f"more than the capacity of {capacity}: no vehicle can serve it"),
    ):
        if wrong.any():
            node = int(np.argmax(wrong)) + 1
            said = f"the demand of node {node} is {demands[node - 1]:g}; {words}"
            raise file.bad_node(_DEMANDS, node, said)
    return demands.astype(np.int64)


def _depot(file: _File, count: int, demands: NDArray[np.int64]) -> int:
    part = file.sections[_DEPOTS]
    values = read_rows(part.body, ("depot",), part.first_line, file.path)[:, 0]
    depots = values[:-1] if len(values) and values[-1] == -1 else values
    if len(depots) != 1:
        row = min(1, len(values) - 1)
        raise file.bad(_DEPOTS, row, f"{len(depots)} depots; expected one, then -1")
    depot = depots[0]
    if not (whole(depot) and 1 <= depot <= count):
        raise file.bad(_DEPOTS, 0, f"depot {depot:g}; expected an integer from 1 to {count}")
    if demands[int(depot) - 1] != 0:
        raise file.bad(_DEPOTS, 0, f"the depot {depot:g} has a demand; expected 0")
    return int(depot) - 1
