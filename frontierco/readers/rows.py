"""Rows of numbers, so many to a line: fast where all is well, line by line to say what is not."""

from __future__ import annotations

import re
import warnings
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from frontierco.readers.text import shown
from solversmith.errors import BadData

_NUMBER_BYTES = b"0123456789.+-eE \t\n"
_INTEGER_BYTES = b"0123456789- \t\n"
_LONE_SIGN = re.compile(rb"-(?!\d)")
_LARGEST_EXACT = 2.0**53


def read_rows(body: bytes, fields: tuple[str, ...], first_line: int, path: Path) -> NDArray[np.float64]:
    """A table of finite float64, shape `(rows, len(fields))`; blank lines are skipped.

    `first_line` is the number that the first line of `body` has in the file. Raises `BadData` for the first
    line with too few or too many fields, or with one that is no finite number.
    """
    table = fast_rows(body, len(fields))
    return _slow(body, fields, first_line, path) if table is None else table


def fast_rows(body: bytes, width: int) -> NDArray[np.float64] | None:
    """The same table if all is well, else `None`."""
    numbers = fast_numbers(body)
    if numbers is None or numbers.size % width or not _even(body, width):
        return None
    return numbers.reshape(-1, width)


def fast_numbers(body: bytes) -> NDArray[np.float64] | None:
    """Every word as a finite float64 if all are numbers, else `None`."""
    others = body.translate(None, _INTEGER_BYTES)
    if others.translate(None, _NUMBER_BYTES):
        return None
    if not others and _LONE_SIGN.search(body):
        return None  # numpy would read a 0
    if not body or body.isspace():
        return np.empty(0)  # of which numpy would make one number
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            numbers = np.fromstring(body, dtype=np.float64 if others else np.int64, sep=" ")
    except (ValueError, Warning):
        return None
    found: NDArray[np.float64] = numbers.astype(np.float64, copy=False)
    return found if not others or np.isfinite(found).all() else None


def line_of(body: bytes, row: int, first_line: int, remark: bytes | None = None) -> int:
    """The number of the line that holds a row of the table, −1 being the last; the first line if it has none.

    `remark` begins what is no part of a line.
    """
    lines = body.split(b"\n") if remark is None else (x.partition(remark)[0] for x in body.split(b"\n"))
    filled = [number for number, line in enumerate(lines, first_line) if line.strip()]
    return filled[row] if filled else first_line


def line_of_word(text: bytes, index: int) -> int:
    """The number of the line on which the word of this index stands; that of the last word for −1."""
    words = words_on_lines(text)
    index = int(words.sum()) + index if index < 0 else index
    return 1 + int(np.searchsorted(np.cumsum(words), index, side="right"))


def word_begins(body: bytes) -> NDArray[np.int64]:
    """Where each word of a text begins."""
    blank = np.frombuffer(body, dtype=np.uint8) <= 32
    begins = np.flatnonzero(blank[:-1] > blank[1:])
    begins += 1
    return np.append(0, begins) if len(blank) and not blank[0] else begins


def words_on_lines(body: bytes) -> NDArray[np.int64]:
    """How many words each line has, the last one included."""
    begins, characters = word_begins(body), np.frombuffer(body, dtype=np.uint8)
    before = np.append(np.searchsorted(begins, np.flatnonzero(characters == 10)), len(begins))
    return np.diff(before, prepend=0)


def whole(column: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which numbers are integers that a double holds exactly."""
    result: NDArray[np.bool_] = (np.trunc(column) == column) & (np.abs(column) <= _LARGEST_EXACT)
    return result


def _even(body: bytes, width: int) -> bool:
    """Whether every line has `width` words or none, where there are words."""
    begins, characters = word_begins(body), np.frombuffer(body, dtype=np.uint8)
    rows = begins[::width]
    # Each row but the first follows the end of a line, and there are no more ends: a row is a line.
    if begins.size and (characters[rows[1:] - 1] == 10).all():
        ends = np.count_nonzero(characters[begins[0] : begins[-1]] == 10)
        if ends == len(rows) - 1:
            return True
    on_lines = words_on_lines(body)
    return bool(((on_lines == 0) | (on_lines == width)).all())


def _slow(body: bytes, fields: tuple[str, ...], first_line: int, path: Path) -> NDArray[np.float64]:
    rows = []
    for number, line in enumerate(body.split(b"\n"), first_line):
        words = line.split()
        if not words:
            continue
        if len(words) != len(fields):
            expected = " ".join(fields)
            raise BadData(f"{shown(line)} has {len(words)} fields; expected '{expected}'", path, number)
        rows.append(
            [finite_number(word, field, path, number) for word, field in zip(words, fields, strict=True)]
        )
    return np.array(rows, dtype=np.float64).reshape(-1, len(fields))


def finite_number(word: bytes, field: str, path: Path, line: int) -> float:
    """The number that a word is. Raises `BadData` if it is none, or not finite."""
    try:
        value = float(word.replace(b"_", b"?"))  # float(b"1_0") would pass
    except ValueError:
        value = np.nan
    if not np.isfinite(value):
        raise BadData(f"{field} is {shown(word)}; expected a finite number", path, line)
    return value
