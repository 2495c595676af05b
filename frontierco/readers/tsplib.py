"""Travelling-salesman instances in the TSPLIB format.

G. Reinelt, TSPLIB: a traveling salesman problem library, ORSA Journal on Computing 3 (1991), and its
format note. Supported: `NODE_COORD_SECTION` with the weight types EUC_2D, CEIL_2D, GEO and ATT, and
`EDGE_WEIGHT_SECTION` with the type EXPLICIT in every format of a symmetric matrix, with or without
`DISPLAY_DATA_SECTION`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from frontierco.instances import DistanceMatrix, PointSet
from frontierco.readers.explicit import FORMATS, read_distances
from frontierco.readers.rows import fast_rows, word_begins
from frontierco.readers.text import read_text, shown
from solversmith.errors import BadData

CONVENTION_OF = {"EUC_2D": "nint", "CEIL_2D": "ceil", "GEO": "geo", "ATT": "att"}
LARGEST_COORDINATE = 1e12  # squares and sums of distances stay finite and, rounded, fit 64 bits
_EXPLICIT = "EXPLICIT"
_SECTION, _WEIGHTS, _DISPLAY = "NODE_COORD_SECTION", "EDGE_WEIGHT_SECTION", "DISPLAY_DATA_SECTION"
_PARTS = re.compile(rb"^[ \t]*(\w+_SECTION|EOF)[ \t]*:?[ \t]*(?:\n|\Z)", re.MULTILINE)
_KEYWORDS = (
    "NAME",
    "COMMENT",
    "TYPE",
    "DIMENSION",
    "EDGE_WEIGHT_TYPE",
    "EDGE_WEIGHT_FORMAT",
    "NODE_COORD_TYPE",
    "DISPLAY_DATA_TYPE",
)
_LONGEST_LINE = 10_000
_INTEGER_BYTES = b"0123456789- \t\n"


@dataclass(frozen=True)
class _Header:
    values: dict[str, tuple[str, int]]  # keyword to (value, line)
    section: str  # the first one
    section_start: int  # offset of its line
    body_start: int  # offset of the first byte after that line
    body_line: int  # its line number


def read_tsplib(path: Path) -> PointSet | DistanceMatrix:
    """The cities of a TSPLIB file in order of their numbers (1 to n, in any order in the file).

    Raises `BadData`, naming the line where there is one.
    """
    text = read_text(path)
    header = _header(text, path)
    convention = _convention(header, path)
    num_cities = _dimension(header, path)
    if convention == _EXPLICIT:
        return _explicit(text, header, num_cities, path)
    if header.section != _SECTION:
        raise BadData(
            f"{header.section} where EDGE_WEIGHT_TYPE is {header.values['EDGE_WEIGHT_TYPE'][0]}; "
            f"expected {_SECTION}",
            path,
            header.body_line - 1,
        )
    body = _body(text[header.body_start :])
    return PointSet(_points(body, header.body_line, num_cities, path), convention)


def _points(body: bytes, first_line: int, num_cities: int, path: Path) -> NDArray[np.float64]:
    """Places of the cities, in order of their numbers."""
    table = _fast_table(body, num_cities)
    if table is None:
        table = _slow_table(body, first_line, num_cities, path)
    order = np.argsort(table[:, 0], kind="stable")
    return np.ascontiguousarray(table[order, 1:])


def _explicit(text: bytes, header: _Header, num_cities: int, path: Path) -> DistanceMatrix:
    """Distances as they are written, and the places where a picture shows the cities, if there are any."""
    layout, line = header.values.get("EDGE_WEIGHT_FORMAT", ("", None))
    if layout not in FORMATS:
        found = f"EDGE_WEIGHT_FORMAT is {shown(layout.encode())}" if layout else "no EDGE_WEIGHT_FORMAT"
        raise BadData(f"{found}; expected one of {', '.join(FORMATS)}", path, line)
    sections = _sections(text[header.section_start :], header.body_line - 1, path)
    if _WEIGHTS not in sections:
        raise BadData(f"no {_WEIGHTS}, though EDGE_WEIGHT_TYPE is {_EXPLICIT}; truncated?", path)
    body, first_line = sections[_WEIGHTS]
    matrix = read_distances(body, layout, num_cities, first_line, path)
    shown_at = sections.get(_DISPLAY) or sections.get(_SECTION)
    return DistanceMatrix(matrix, None if shown_at is None else _points(*shown_at, num_cities, path))


def _sections(rest: bytes, first_line: int, path: Path) -> dict[str, tuple[bytes, int]]:
    """What stands in each section, and the number of its first line; `rest` begins with the line of one."""
    found: dict[str, tuple[bytes, int]] = {}
    marks = list(_PARTS.finditer(rest))
    for mark, following in zip(marks, [*marks[1:], None], strict=True):
        name = mark[1].decode("utf-8", "replace")
        line = first_line + rest.count(b"\n", 0, mark.start())
        body = rest[mark.end() : len(rest) if following is None else following.start()]
        if name == "EOF":
            if following is not None or body.strip():
                raise BadData("more lines after EOF", path, line + 1)
            continue
        if name not in (_WEIGHTS, _DISPLAY, _SECTION):
            expected = f"{_WEIGHTS}, {_DISPLAY} or {_SECTION}"
            raise BadData(f"{name} is not supported; expected {expected}", path, line)
        if name in found:
            raise BadData(f"{name} stands twice", path, line)
        found[name] = body, line + 1
    return found


def _header(text: bytes, path: Path) -> _Header:
    values: dict[str, tuple[str, int]] = {}
    start, number = 0, 0
    while start < len(text):
        number += 1
        line, _, _ = text[start : start + _LONGEST_LINE].partition(b"\n")
        begin = start
        start += len(line) + 1
        line = line.strip()
        key, _, value = (part.strip() for part in line.decode("utf-8", "replace").partition(":"))
        if key in (_SECTION, _WEIGHTS, _DISPLAY):
            return _Header(values, key, begin, start, number + 1)
        if not line:
            continue
        if key.endswith("_SECTION"):
            raise BadData(f"{key} is not supported; expected {_SECTION} or {_WEIGHTS}", path, number)
        if key not in _KEYWORDS:
            raise BadData(
                f"{shown(line)} is no line of a TSPLIB header; expected 'KEYWORD : value'", path, number
            )
        if key in values and key != "COMMENT":
            raise BadData(f"{key} stands twice", path, number)
        values[key] = (value, number)
    raise BadData(
        f"neither {_SECTION} nor {_WEIGHTS}; the file is truncated or no TSPLIB instance", path, number
    )


def _convention(header: _Header, path: Path) -> str:
    """How the header's type turns coordinates into distances, or `EXPLICIT`."""
    kind, kind_line = header.values.get("TYPE", ("TSP", 0))
    if kind.split()[:1] != ["TSP"]:
        raise BadData(f"TYPE is {kind!r}; expected TSP", path, kind_line)
    known = ", ".join((*CONVENTION_OF, _EXPLICIT))
    if "EDGE_WEIGHT_TYPE" not in header.values:
        raise BadData(f"no EDGE_WEIGHT_TYPE; expected one of {known}", path)
    weights, line = header.values["EDGE_WEIGHT_TYPE"]
    if weights == _EXPLICIT:
        return _EXPLICIT
    if weights not in CONVENTION_OF:
        raise BadData(
            f"EDGE_WEIGHT_TYPE {shown(weights.encode())} is not supported; expected one of {known}",
            path,
            line,
        )
    return CONVENTION_OF[weights]


def _dimension(header: _Header, path: Path) -> int:
    if "DIMENSION" not in header.values:
        raise BadData("no DIMENSION; expected the number of cities", path)
    value, line = header.values["DIMENSION"]
    if not (value.isascii() and value.isdigit() and len(value) < 10 and int(value) > 0):
        raise BadData(f"DIMENSION is {shown(value.encode())}; expected a positive integer", path, line)
    return int(value)


def _body(rest: bytes) -> bytes:
    """Everything up to a line EOF."""
    end = rest.rfind(b"EOF")
    if end >= 0 and not rest[end + 3 :].strip() and rest[:end].rpartition(b"\n")[2].strip() == b"":
        return rest[:end]
    return rest


def _fast_table(body: bytes, num_cities: int) -> NDArray[np.float64] | None:
    """Rows (number, x, y) if everything is as it should be, else `None`."""
    table = fast_rows(body, 3)
    if table is None or len(table) != num_cities or not np.all(np.abs(table) <= LARGEST_COORDINATE):
        return None
    cities, expected = table[:, 0], np.arange(1, num_cities + 1)
    if not np.array_equal(cities, expected) and not np.array_equal(np.sort(cities), expected):
        return None
    return table if not body.translate(None, _INTEGER_BYTES) or _are_plain(cities, body) else None


def _are_plain(cities: NDArray[np.float64], body: bytes) -> bool:
    """Whether each city is written in digits alone: 1.0 is none, nor is 1e0."""
    num_digits = np.searchsorted(10.0 ** np.arange(1, 10), cities, side="right") + 1
    behind = np.frombuffer(body, dtype=np.uint8)[word_begins(body)[::3] + num_digits]
    return bool((behind <= 32).all())


def _slow_table(body: bytes, first_line: int, num_cities: int, path: Path) -> NDArray[np.float64]:
    """The same line by line: for files with blank lines, and to find what is wrong."""
    rows: dict[int, tuple[float, float]] = {}
    number = first_line
    for number, line in enumerate(body.split(b"\n"), first_line):
        tokens = line.split()
        if not tokens:
            continue
        if len(tokens) != 3:
            raise BadData(f"{shown(line)} has {len(tokens)} fields; expected 'city x y'", path, number)
        city = _city(tokens[0], num_cities, path, number)
        if city in rows:
            raise BadData(f"city {city} stands twice", path, number)
        rows[city] = (_coordinate(tokens[1], path, number), _coordinate(tokens[2], path, number))
    if len(rows) != num_cities:
        raise BadData(f"{len(rows)} cities where DIMENSION says {num_cities}; truncated?", path, number)
    return np.array([(city, x, y) for city, (x, y) in rows.items()])


def _city(token: bytes, num_cities: int, path: Path, line: int) -> int:
    if not token.isdigit() or len(token) > 12 or not 1 <= int(token) <= num_cities:
        raise BadData(f"{shown(token)} is no city; expected an integer from 1 to {num_cities}", path, line)
    return int(token)


def _coordinate(token: bytes, path: Path, line: int) -> float:
    try:
        value = float(token.replace(b"_", b"?"))
    except ValueError:
        raise BadData(f"{shown(token)} is no number", path, line) from None
    if not abs(value) <= LARGEST_COORDINATE:  # written so that NaN fails
        raise BadData(
            f"coordinate {shown(token)}; expected a finite number, at most {LARGEST_COORDINATE:g}", path, line
        )
    return value
