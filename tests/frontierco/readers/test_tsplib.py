"""TSPLIB files: what is in them comes out, and nothing malformed goes through."""

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from frontierco.readers import tsplib
from frontierco.readers.tsplib import read_tsplib
from solversmith.errors import BadData

coordinate = st.one_of(
    st.integers(-(10**9), 10**9), st.floats(-1e9, 1e9, allow_nan=False, allow_infinity=False)
)


def text(rows: str, dimension: object = 3, weights: str = "EUC_2D", kind: str = "TSP") -> str:
    return (
        f"NAME : x\nCOMMENT : a: b\nTYPE : {kind}\nDIMENSION : {dimension}\n"
        f"EDGE_WEIGHT_TYPE : {weights}\nNODE_COORD_SECTION\n{rows}"
    )


GOOD = "1 0 0\n2 3 4\n3 6 8\n"


def read(tmp_path: Path, content: str):
    file = tmp_path / "instance"
    file.write_text(content)
    return read_tsplib(file)


@given(st.lists(st.tuples(coordinate, coordinate), min_size=1, max_size=20), st.randoms(), st.booleans())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_points_come_back_in_the_order_of_their_numbers(tmp_path: Path, points, random, blank) -> None:
    rows = [f" {i}  {x!r}\t{y!r} " for i, (x, y) in enumerate(points, 1)]
    random.shuffle(rows)
    instance = read(tmp_path, text(("\n\n" if blank else "\n").join(rows) + "\nEOF\n", len(points)))
    assert np.array_equal(instance.coordinates, np.array(points, dtype=float))
    assert instance.convention == "nint"


@pytest.mark.parametrize(
    "content",
    [
        text(GOOD),
        text(GOOD) + "EOF",
        text(GOOD) + "EOF\n\n",
        text("1 0.0 0e0\n2 3.0 +4\n3 .6e1 8.\n"),
        text("3 6 8\n1 0 0\n2 3 4"),
        text(GOOD).replace(" : ", ":").replace("\n", "\r\n"),
        text("\n1 0 0\n\n2 3 4\n3 6 8"),
    ],
)
def test_formatting_plays_no_part(tmp_path: Path, content: str) -> None:
    assert read(tmp_path, content).digest == read(tmp_path, text(GOOD)).digest


def test_content_and_convention_make_the_digest(tmp_path: Path) -> None:
    base = read(tmp_path, text(GOOD)).digest
    assert read(tmp_path, text("1 0 0\n2 3 4\n3 6 9\n")).digest != base
    assert read(tmp_path, text("1 0 0\n2 6 8\n3 3 4\n")).digest != base
    assert read(tmp_path, text(GOOD, weights="CEIL_2D")).digest != base


@pytest.mark.parametrize(("weights", "convention"), tsplib.CONVENTION_OF.items())
def test_the_header_names_the_convention(tmp_path: Path, weights: str, convention: str) -> None:
    assert read(tmp_path, text(GOOD, weights=weights)).convention == convention


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        (text(GOOD, 4), 10, "3 cities where DIMENSION says 4"),
        (text(GOOD, 2), 9, "'3' is no city"),
        (text("1 0 0\n2 3 4\n2 6 8\n"), 9, "city 2 stands twice"),
        (text("1 0 0\n2 3 4\n0 6 8\n"), 9, "'0' is no city"),
        (text("1 0 0\n2 3\n3 6 8\n"), 8, "2 fields"),
        (text("1 0 0\n2 3 4 5\n3 6 8\n"), 8, "4 fields"),
        (text("1 0\n0 2 3 4\n3 6 8\n"), 7, "2 fields"),
        (text("1 0 0\n2 nan 4\n3 6 8\n"), 8, "finite"),
        (text("1 0 0\n2 -inf 4\n3 6 8\n"), 8, "finite"),
        (text("1 0 0\n2 1e400 4\n3 6 8\n"), 8, "finite"),
        (text("1 0 0\n2 1e13 4\n3 6 8\n"), 8, "at most 1e"),
        (text("1 0 0\n2 99999999999999999999 4\n3 6 8\n"), 8, "at most 1e"),
        (text("1 0 0\n2 three 4\n3 6 8\n"), 8, "'three' is no number"),
        (text("1 0 0\n2 1_0 4\n3 6 8\n"), 8, "'1_0' is no number"),
        (text("1 0 0\n2.0 3 4\n3 6 8\n"), 8, "'2.0' is no city"),
        (text("1 0 0\nEOF\n2 3 4\n3 6 8\n"), 8, "1 fields"),
        (text(""), 7, "0 cities"),
        (text(GOOD, "3x"), 4, "DIMENSION"),
        (text(GOOD, 0), 4, "DIMENSION"),
        (text(GOOD, -3), 4, "DIMENSION"),
        (text(GOOD, "9" * 5000), 4, "DIMENSION"),
        (text(GOOD, weights="EXPLICIT"), None, "no EDGE_WEIGHT_FORMAT"),
        (text(GOOD, weights="SPECIAL"), 5, "'SPECIAL' is not supported"),
        (text(GOOD, kind="ATSP"), 3, "expected TSP"),
        (text(GOOD).replace("EDGE_WEIGHT_TYPE : EUC_2D\n", ""), None, "no EDGE_WEIGHT_TYPE"),
        (text(GOOD).replace("DIMENSION : 3\n", ""), None, "no DIMENSION"),
        (text(GOOD).replace("DIMENSION : 3\n", "DIMENSION : 3\nDIMENSION : 3\n"), 5, "stands twice"),
        (text(GOOD).replace("NODE_COORD_SECTION", "EDGE_WEIGHT_SECTION"), 6, "expected NODE_COORD_SECTION"),
        (text(GOOD).replace("NODE_COORD", "FIXED_EDGES"), 6, "FIXED_EDGES_SECTION is not supported"),
        (text(GOOD).split("NODE_COORD")[0], 5, "truncated or no TSPLIB"),
        ("p edge 3 1\ne 1 2\n", 1, "no line of a TSPLIB header"),
        ("x" * 100_000, 1, "no line of a TSPLIB header"),
    ],
)
def test_what_is_malformed_is_named_with_its_line(tmp_path: Path, content: str, line, words: str) -> None:
    with pytest.raises(BadData) as caught:
        read(tmp_path, content)
    assert words in str(caught.value)
    assert caught.value.line == line
    assert len(str(caught.value)) < 400


@given(st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_damaged_file_is_refused_or_read_as_it_stands(tmp_path: Path, data) -> None:
    """Any piece cut out of a file: never another exception, never a point that is not finite."""
    content = text(GOOD) + "EOF\n"
    start = data.draw(st.integers(0, len(content)))
    end = data.draw(st.integers(start, len(content)))
    middle = data.draw(st.text(st.sampled_from("0123456789 .-e\nnaif_E:"), max_size=6))
    try:
        instance = read(tmp_path, content[:start] + middle + content[end:])
    except BadData:
        return
    assert np.isfinite(instance.coordinates).all()
    assert np.abs(instance.coordinates).max() <= tsplib.LARGEST_COORDINATE


@given(st.lists(st.tuples(coordinate, coordinate), min_size=1, max_size=8))
def test_the_fast_way_and_the_slow_way_agree(points) -> None:
    body = "".join(f"{i} {x!r} {y!r}\n" for i, (x, y) in enumerate(points, 1)).encode()
    fast = tsplib._fast_table(body, len(points))
    slow = tsplib._slow_table(body, 1, len(points), Path("x"))
    assert fast is not None
    assert np.array_equal(fast, slow)
    assert not math.isnan(fast.sum())
