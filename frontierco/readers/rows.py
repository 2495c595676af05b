"""Rows of numbers, so many to a line: fast where all is well, line by line to say what is not."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from frontierco.readers.text import shown
from solversmith.errors import BadData

_NUMBER_BYTES = b"0123456789.+-eE \t\n"
_INTEGER_BYTES = b"0123456789- \t\n"
_LARGEST_EXACT = 2.0**53


def read_rows(body: bytes, fields: tuple[str, ...], first_line: int, path: Path) -> NDArray[np.float64]:
    """A table of finite float64, shape `(rows, len(fields))`; blank lines are skipped.

    `first_line` is the number that the first line of `body` has in the file. Raises `BadData` for the first
    line with too few or too many fields, or with one that is no finite number.
    """
    table = _fast(body, len(fields))
    return _slow(body, fields, first_line, path) if table is None else table


def line_of(body: bytes, row: int, first_line: int) -> int:
    """The number of the line that holds a row of the table."""
    filled = [number for number, line in enumerate(body.split(b"\n"), first_line) if line.strip()]
    return filled[row]


def whole(column: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which numbers are integers that a double holds exactly."""
    result: NDArray[np.bool_] = (np.trunc(column) == column) & (np.abs(column) <= _LARGEST_EXACT)
    return result


def _fast(body: bytes, width: int) -> NDArray[np.float64] | None:
    if body.translate(None, _NUMBER_BYTES):
        return None
    integers = not body.translate(None, _INTEGER_BYTES)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            numbers = np.fromstring(body, dtype=np.int64 if integers else np.float64, sep=" ")
    except (ValueError, Warning):
        return None
    numbers = numbers.astype(np.float64)
    if numbers.size % width or not np.isfinite(numbers).all() or not _even(body, width, numbers.size):
        return None
    return np.array(numbers.reshape(-1, width), dtype=np.float64)


def _even(body: bytes, width: int, count: int) -> bool:
    """Whether every `width` words from the first on share a line of their own."""
    characters = np.frombuffer(body, dtype=np.uint8)
    blank = characters <= 32
    begins = np.flatnonzero(~blank & np.concatenate(([True], blank[:-1])))
    if len(begins) != count:
        return False
    lines = np.searchsorted(np.flatnonzero(characters == 10), begins).reshape(-1, width)
    return bool((lines[:, 0] == lines[:, -1]).all() and (np.diff(lines[:, 0]) > 0).all())


def _slow(body: bytes, fields: tuple[str, ...], first_line: int, path: Path) -> NDArray[np.float64]:
    rows = []
    for number, line in enumerate(body.split(b"\n"), first_line):
        words = line.split()
        if not words:
            continue
        if len(words) != len(fields):
            expected = " ".join(fields)
            raise BadData(f"{shown(line)} has {len(words)} fields; expected '{expected}'", path, number)
        rows.append([_number(word, field, path, number) for word, field in zip(words, fields, strict=True)])
    return np.array(rows, dtype=np.float64).reshape(-1, len(fields))


def _number(word: bytes, field: str, path: Path, line: int) -> float:
    try:
        value = float(word.replace(b"_", b"?"))  # float(b"1_0") would pass
    except ValueError:
        value = np.nan
    if not np.isfinite(value):
        raise BadData(f"{field} is {shown(word)}; expected a finite number", path, line)
    return value
