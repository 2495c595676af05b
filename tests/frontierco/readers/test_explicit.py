"""TSPLIB files with written distances: every format gives the matrix, and nothing malformed goes through."""

from itertools import product
from pathlib import Path

import numpy as np
import pytest

from frontierco.instances import DistanceMatrix, PointSet
from frontierco.readers.explicit import FORMATS
from frontierco.readers.tsplib import read_tsplib
from solversmith.errors import BadData

KEPT = {
    "FULL_MATRIX": lambda i, j: True,
    "UPPER_ROW": lambda i, j: i < j,
    "UPPER_DIAG_ROW": lambda i, j: i <= j,
    "LOWER_ROW": lambda i, j: i > j,
    "LOWER_DIAG_ROW": lambda i, j: i >= j,
    "UPPER_COL": lambda i, j: j < i,  # here i counts columns: a column is written from the top
    "UPPER_DIAG_COL": lambda i, j: j <= i,
    "LOWER_COL": lambda i, j: j > i,
    "LOWER_DIAG_COL": lambda i, j: j >= i,
}
PLACES = "DISPLAY_DATA_SECTION\n3 6 8\n1 0 0.5\n2 3 4\n"


def symmetric(count: int) -> np.ndarray:
    matrix = np.random.RandomState(count).randint(0, 1000, (count, count)).astype(float)
    return np.triu(matrix, 1) + np.triu(matrix, 1).T


def numbers(matrix: np.ndarray, layout: str, diagonal: str = "0") -> list[str]:
    pairs = product(range(len(matrix)), repeat=2)
    return [diagonal if i == j else f"{matrix[i, j]:g}" for i, j in pairs if KEPT[layout](i, j)]


def text(body: str, count: int, layout: str = "FULL_MATRIX", rest: str = "EOF\n") -> str:
    return (
        f"NAME: x\nTYPE: TSP\nDIMENSION: {count}\nEDGE_WEIGHT_TYPE: EXPLICIT\nEDGE_WEIGHT_FORMAT: {layout}\n"
        f"DISPLAY_DATA_TYPE: TWOD_DISPLAY\nEDGE_WEIGHT_SECTION\n{body}\n{rest}"
    )


def read(tmp_path: Path, content: str) -> DistanceMatrix | PointSet:
    (tmp_path / "instance").write_text(content)
    return read_tsplib(tmp_path / "instance")


def test_every_format_is_known() -> None:
    assert set(FORMATS) == KEPT.keys()


@pytest.mark.parametrize("count", [1, 2, 5])
@pytest.mark.parametrize("layout", KEPT)
def test_each_format_gives_the_matrix_however_lines_break(tmp_path: Path, layout: str, count: int) -> None:
    matrix = symmetric(count)
    words = numbers(matrix, layout, diagonal="9999")
    for body in (" ".join(words), "\n".join(words), "\n\n".join(words)):
        found = read(tmp_path, text(body, count, layout))
        assert np.array_equal(found.matrix, matrix)
        assert found.places is None
        assert (found.convention, found.size, found.num_cities) == ("explicit", f"n={count} explicit", count)


def test_numbers_need_not_be_integers(tmp_path: Path) -> None:
    found = read(tmp_path, text("0.5 1e1 2.25", 3, "UPPER_ROW"))
    assert found.matrix.tolist() == [[0, 0.5, 10], [0.5, 0, 2.25], [10, 2.25, 0]]


@pytest.mark.parametrize("section", ["DISPLAY_DATA_SECTION", "NODE_COORD_SECTION"])
@pytest.mark.parametrize("mark", ["", ":", " "])
def test_places_stand_before_or_after_and_play_no_part(tmp_path: Path, section: str, mark: str) -> None:
    bare = read(tmp_path, text("1 2 3", 3, "UPPER_ROW"))
    places = PLACES.replace("DISPLAY_DATA_SECTION", section + mark)
    behind = text("1 2 3", 3, "UPPER_ROW", rest=places)
    before = text("1 2 3", 3, "UPPER_ROW").replace("EDGE_WEIGHT_S", places + "EDGE_WEIGHT_S")
    for content in (behind, before, behind + "EOF"):
        found = read(tmp_path, content)
        assert found.places.tolist() == [[0, 0.5], [3, 4], [6, 8]]
        assert found.digest == bare.digest
    assert read(tmp_path, text("1 2 4", 3, "UPPER_ROW")).digest != bare.digest


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        (text("0 1 2\n1 0 3\n2 4 0", 3), 9, "from city 2 to 3 it is 3, back 4"),
        (text("1 2 -3", 3, "UPPER_ROW"), 8, "distance -3 between cities 2 and 3"),
        (text("1\n2\nnan", 3, "UPPER_ROW"), 10, "distance is 'nan'; expected a finite number"),
        (text("1\n2 1e400", 3, "UPPER_ROW"), 9, "expected a finite number"),
        (text("1 2\n1e13", 3, "UPPER_ROW"), 9, "from 0 to 1e+12"),
        (text("1 two 3", 3, "UPPER_ROW"), 8, "distance is 'two'"),
        (text("1 2", 3, "UPPER_ROW"), 8, "2 distances where UPPER_ROW of 3 cities takes 3; truncated?"),
        (text("1 2\n3 4", 3, "UPPER_ROW"), 9, "4 distances where UPPER_ROW of 3 cities takes 3"),
        (text("", 3, "LOWER_DIAG_ROW"), 8, "0 distances where LOWER_DIAG_ROW of 3 cities takes 6"),
        (text("1 2 3", 999_999_999, "LOWER_ROW"), 8, "3 distances where"),
        (text("1 2 3", 3, "FUNCTION"), 5, "EDGE_WEIGHT_FORMAT is 'FUNCTION'; expected one of FULL_MATRIX"),
        (text("1 2 3", 3, "UPPER_ROW", "FIXED_EDGES_SECTION\n1 2\n"), 9, "FIXED_EDGES_SECTION is not"),
        (text("1 2 3", 3, "UPPER_ROW", "EDGE_WEIGHT_SECTION\n1 2 3\n"), 9, "stands twice"),
        (text("1 2 3", 3, "UPPER_ROW", PLACES + "EOF\n1\n"), 14, "more lines after EOF"),
        (text("1 2 3", 3, "UPPER_ROW", PLACES.replace("3 4", "3")), 12, "2 fields"),
        (text("1 2 3", 3, "UPPER_ROW", PLACES.replace("3 6 8\n", "")), 12, "2 cities where DIMENSION says 3"),
        (text("x", 3).split("EDGE_WEIGHT_S")[0] + PLACES, None, "no EDGE_WEIGHT_SECTION"),
        (text("x", 3).split("EDGE_WEIGHT_S")[0], 6, "truncated or no TSPLIB"),
        (text("0 1\n2 0", 2).replace("TYPE: TSP", "TYPE: ATSP"), 2, "'ATSP'; expected TSP"),
    ],
)
def test_what_is_malformed_is_named_with_its_line(tmp_path: Path, content: str, line, words: str) -> None:
    with pytest.raises(BadData) as caught:
        read(tmp_path, content)
    assert words in str(caught.value)
    assert caught.value.line == line
