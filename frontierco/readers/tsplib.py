"""Travelling-salesman instances in the TSPLIB format.

G. Reinelt, TSPLIB: a traveling salesman problem library, ORSA Journal on Computing 3 (1991), and its
format note. Supported: `NODE_COORD_SECTION` with the weight types EUC_2D, CEIL_2D, GEO and ATT.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from frontierco.instances import PointSet
from frontierco.readers.rows import fast_rows, word_begins
from frontierco.readers.text import read_text, shown
from solversmith.errors import BadData

CONVENTION_OF = {"EUC_2D": "nint", "CEIL_2D": "ceil", "GEO": "geo", "ATT": "att"}
LARGEST_COORDINATE = 1e12  # squares and sums of distances stay finite and, rounded, fit 64 bits
_SECTION = "NODE_COORD_SECTION"
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
    body_start: int  # offset of the first byte after the section's line
    body_line: int  # its line number


def read_tsplib(path: Path) -> PointSet:
    """The cities of a TSPLIB file in order of their numbers (1 to n, in any order in the file).

    Raises `BadData`, naming the line where there is one.
    """
    text = read_text(path)
    header = _header(text, path)
    convention = _convention(header, path)
    num_cities = _dimension(header, path)
    body = _body(text[header.body_start :])
    table = _fast_table(body, num_cities)
    if table is None:
        table = _slow_table(body, header.body_line, num_cities, path)
    order = np.argsort(table[:, 0], kind="stable")
    return PointSet(np.ascontiguousarray(table[order, 1:]), convention)


def _header(text: bytes, path: Path) -> _Header:
    values: dict[str, tuple[str, int]] = {}
    start, number = 0, 0
    while start < len(text):
        number += 1
        line, _, _ = text[start : start + _LONGEST_LINE].partition(b"\n")
        start += len(line) + 1
        line = line.strip()
        key, _, value = (part.strip() for part in line.decode("utf-8", "replace").partition(":"))
        if key == _SECTION:
            return _Header(values, start, number + 1)
        if not line:
            continue
        if key == "EDGE_WEIGHT_SECTION":
            raise BadData(
                f"explicit distances are not supported, since programs are given cities; expected {_SECTION}",
                path,
                number,
            )
        if key.endswith("_SECTION"):
            raise BadData(f"{key} is not supported yet; expected {_SECTION}", path, number)
        if key not in _KEYWORDS:
            raise BadData(
                f"{shown(line)} is no line of a TSPLIB header; expected 'KEYWORD : value'", path, number
            )
        if key in values and key != "COMMENT":
            raise BadData(f"{key} stands twice", path, number)
        values[key] = (value, number)
    raise BadData(f"no {_SECTION}; the file is truncated or no TSPLIB instance", path, number)


def _convention(header: _Header, path: Path) -> str:
    kind, kind_line = header.values.get("TYPE", ("TSP", 0))
    if kind.split()[:1] != ["TSP"]:
        raise BadData(f"TYPE is {kind!r}; expected TSP", path, kind_line)
    if "EDGE_WEIGHT_TYPE" not in header.values:
        raise BadData(f"no EDGE_WEIGHT_TYPE; expected one of {', '.join(CONVENTION_OF)}", path)
    weights, line = header.values["EDGE_WEIGHT_TYPE"]
    if weights not in CONVENTION_OF:
        known = ", ".join(CONVENTION_OF)
        raise BadData(
            f"EDGE_WEIGHT_TYPE {weights!r} is not supported yet; expected one of {known}", path, line
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
