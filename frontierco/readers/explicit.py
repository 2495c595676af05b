"""Distances that are written out: the `EDGE_WEIGHT_SECTION` of TSPLIB.

The formats of G. Reinelt, TSPLIB 95: a full matrix, or one triangle of it by rows or by columns, with or
without the diagonal. Line breaks mean nothing. As the matrix is symmetric, the columns of one triangle are
the rows of the other.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from frontierco.readers.rows import fast_numbers, finite_number, words_on_lines
from solversmith.errors import BadData

LARGEST_DISTANCE = 1e12  # sums stay exact where distances are integers
FULL = "FULL_MATRIX"
_UPPER = {"UPPER_ROW": 1, "LOWER_COL": 1, "UPPER_DIAG_ROW": 0, "LOWER_DIAG_COL": 0}  # to the first diagonal
_LOWER = {"LOWER_ROW": -1, "UPPER_COL": -1, "LOWER_DIAG_ROW": 0, "UPPER_DIAG_COL": 0}
FORMATS = (FULL, *_UPPER, *_LOWER)


def read_distances(
    body: bytes, layout: str, num_cities: int, first_line: int, path: Path
) -> NDArray[np.float64]:
    """The symmetric matrix, shape `(num_cities, num_cities)`; what the file has on its diagonal is made 0.

    `layout` is one of `FORMATS`. Raises `BadData`, naming the line, for too few or too many numbers, one that
    is negative, no number or too large, and a full matrix that is not symmetric.
    """
    values = fast_numbers(body)
    if values is None:
        values = _slow(body, first_line, path)
    _check_count(values, layout, num_cities, first_line + body.rstrip().count(b"\n"), path)
    rows, columns = _places(layout, num_cities)
    bad = np.flatnonzero((rows != columns) & ~((values >= 0) & (values <= LARGEST_DISTANCE)))
    if bad.size:
        raise BadData(
            f"distance {values[bad[0]]:g} between cities {rows[bad[0]] + 1} and {columns[bad[0]] + 1}; "
            f"expected a number from 0 to {LARGEST_DISTANCE:g}",
            path,
            _line(body, int(bad[0]), first_line),
        )
    matrix = np.zeros((num_cities, num_cities))
    matrix[rows, columns] = values
    np.fill_diagonal(matrix, 0.0)
    if layout != FULL:
        return matrix + matrix.T
    _check_symmetry(matrix, body, first_line, path)
    return matrix


def _places(layout: str, num_cities: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Row and column of each number in the order of the file."""
    if layout == FULL:
        rows, columns = np.indices((num_cities, num_cities)).reshape(2, -1)
        return rows, columns
    if layout in _UPPER:
        return np.triu_indices(num_cities, _UPPER[layout])
    return np.tril_indices(num_cities, _LOWER[layout])


def _check_count(
    values: NDArray[np.float64], layout: str, num_cities: int, last_line: int, path: Path
) -> None:
    """Before anything of the size of the matrix is made: the file alone says how large that would be."""
    others = num_cities * (num_cities - 1) // 2
    diagonal = num_cities if "DIAG" in layout else 0
    expected = num_cities * num_cities if layout == FULL else others + diagonal
    if len(values) != expected:
        raise BadData(
            f"{len(values)} distances where {layout} of {num_cities} cities takes {expected}; truncated?",
            path,
            last_line,
        )


def _check_symmetry(matrix: NDArray[np.float64], body: bytes, first_line: int, path: Path) -> None:
    uneven = np.argwhere(matrix != matrix.T)
    if uneven.size:
        start, end = map(int, uneven[0])
        raise BadData(
            f"the matrix is not symmetric: from city {start + 1} to {end + 1} it is {matrix[start, end]:g}, "
            f"back {matrix[end, start]:g}; expected the same both ways",
            path,
            _line(body, start * len(matrix) + end, first_line),
        )


def _line(body: bytes, index: int, first_line: int) -> int:
    """The line that the number with this index stands on."""
    return first_line + int(np.searchsorted(np.cumsum(words_on_lines(body)), index, side="right"))


def _slow(body: bytes, first_line: int, path: Path) -> NDArray[np.float64]:
    """The same word by word, to find what is no number."""
    return np.array(
        [
            finite_number(word, "distance", path, line)
            for line, content in enumerate(body.split(b"\n"), first_line)
            for word in content.split()
        ],
        dtype=np.float64,
    )
