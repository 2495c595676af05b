"""Tables of numbers: the fast way and the slow way read the same."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontierco.readers.rows import line_of, read_rows, whole
from solversmith.errors import BadData

FIELDS = ("x", "y")
numbers = st.one_of(st.integers(-(10**9), 10**9), st.floats(-1e9, 1e9))


def read(text: str):
    return read_rows(text.encode(), FIELDS, 5, Path("file"))


@given(st.lists(st.tuples(numbers, numbers), max_size=8), st.sampled_from([" ", "\t", "   "]))
def test_what_was_written_is_read(rows, blank: str) -> None:
    text = "".join(f"{x!r}{blank}{y!r}\n" for x, y in rows)
    assert read(text).tolist() == [[float(x), float(y)] for x, y in rows]
    assert read("\n" + text.replace("\n", " \n\n")).tolist() == read(text).tolist()


@given(st.text(alphabet="0123456789.-+e \n", max_size=30))
def test_both_ways_agree_on_any_text(text: str) -> None:
    """A number that is no number anywhere: only the slow way reads lines with a stray letter."""
    try:
        table = read(text)
    except BadData:
        with pytest.raises(BadData):
            read(text + "\nz z\n")
        return
    lines = [line.split() for line in text.split("\n") if line.strip()]
    assert table.tolist() == [[float(x), float(y)] for x, y in lines]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("1 2\n3\n", 6, "'3' has 1 fields; expected 'x y'"),
        ("1 2 3\n4\n", 5, "has 3 fields"),  # as many numbers as two rows have
        ("1 2\n\n3 x\n", 7, "y is 'x'; expected a finite number"),
        ("inf 2\n", 5, "x is 'inf'"),
        ("1 1e400\n", 5, "y is '1e400'"),
        ("1 2..3\n", 5, "y is '2..3'"),
        ("1 -\n", 5, "y is '-'"),
        ("1 2\n- 3\n", 6, "x is '-'"),
    ],
)
def test_the_first_bad_line_is_named(text: str, line: int, words: str) -> None:
    with pytest.raises(BadData, match=words) as caught:
        read(text)
    assert caught.value.line == line


def test_lines_of_rows() -> None:
    assert [line_of(b"\n1 2\n\n3 4\n", row, 5) for row in (0, 1)] == [6, 8]


def test_whole_numbers() -> None:
    found = whole(np.array([1.0, -2.0, 0.5, 2.0**53, 2.0**54]))
    assert found.tolist() == [True, True, False, True, False]
