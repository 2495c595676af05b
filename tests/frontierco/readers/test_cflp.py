"""Facility location from numbers: what is read, and what is said of files that are wrong."""

import gzip
import lzma
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontierco.facilitygen import random_facilities
from frontierco.readers.cflp import read_cflp
from solversmith.errors import BadData

TEXT = """2 3
10 100.5
8 50
4 5 6
4 10 18
8 5 60
"""


@pytest.fixture
def file(tmp_path):
    return tmp_path / "name.plc"


def read(file, text: str):
    file.write_text(text)
    return read_cflp(file)


def test_a_small_file(file) -> None:
    instance = read(file, TEXT)
    assert instance.capacities.tolist() == [10, 8]
    assert instance.fixed_costs.tolist() == [100.5, 50]
    assert instance.demands.tolist() == [4, 5, 6]
    assert instance.costs.tolist() == [[4, 10, 18], [8, 5, 60]]
    assert (instance.size, instance.convention) == ("facilities=2 customers=3", "exact")


@pytest.mark.parametrize(
    "text",
    [
        TEXT.replace("\n", "\r\n"),
        "\ufeff" + TEXT,
        TEXT.replace(" ", "\t  ").replace("\n", "\n\n"),
        " ".join(TEXT.split()),
        "\n".join(TEXT.split()),
        TEXT.replace("100.5", "1.005e2"),
        TEXT.replace("100.5", "+100.50000000000000000"),
        TEXT.replace("8 50", "8. 50.0"),
    ],
)
def test_other_forms_of_the_same(file, text: str) -> None:
    assert read(file, text).digest == read(file, TEXT).digest


@pytest.mark.parametrize("pack", [gzip.compress, lzma.compress])
def test_packed(file, pack) -> None:
    expected = read(file, TEXT).digest
    file.write_bytes(pack(TEXT.encode()))
    assert read_cflp(file).digest == expected


def test_what_is_written_is_read_to_the_last_digit(file) -> None:
    instance = random_facilities(60, 80, 3, 1)
    facilities = np.column_stack([instance.capacities, instance.fixed_costs]).tolist()
    rows = [[60, 80], *facilities, instance.demands.tolist(), *instance.costs.tolist()]
    lines = [" ".join(map(repr, row)) for row in rows]
    assert read(file, "\n".join(lines)).digest == instance.digest


digits = st.text("0123456789", max_size=9)


@given(
    st.lists(st.tuples(digits, st.booleans(), digits), min_size=1, max_size=30),
    st.sampled_from([" ", "\n", " \t\n"]),
)
def test_every_number_is_the_nearest_double(tmp_path_factory, parts, between: str) -> None:
    tokens = [f"{whole}{'.' if point else ''}{rest}" for whole, point, rest in parts]
    tokens = [token for token in tokens if token.strip(".")] or ["0"]
    file = tmp_path_factory.mktemp("cflp") / "numbers"
    file.write_text(f"1 {len(tokens)}\n1e17 0\n" + between.join(["1"] * len(tokens) + tokens))
    exact = read_cflp(file).costs[0]
    file.write_text(f"1 {len(tokens)}\n{'9' * 15} 0\n" + between.join(["1"] * len(tokens) + tokens))
    assert exact.tolist() == read_cflp(file).costs[0].tolist() == [float(token) for token in tokens]


def test_many_pieces_are_read_as_one(file) -> None:
    costs = np.random.default_rng(1).integers(0, 10**6, (1200, 60)) / 1000
    text = "1200 60\n" + "9 9.5\n" * 1200 + "1 " * 60 + "\n"
    text += "\n".join(" ".join(f"{cost:.3f}" for cost in row) for row in costs)
    assert len(text) > 1 << 19
    assert np.array_equal(read(file, text).costs, costs)
    for blank in ("\n\n\n", "\n" * (1 << 19)):  # a last piece of blanks alone holds no number
        assert np.array_equal(read(file, " ".join(text.split()) + blank).costs, costs)


def test_a_negative_zero_is_zero(file) -> None:
    assert (
        read(file, TEXT.replace("8 5 60", "-0.0 5 60")).digest
        == read(file, TEXT.replace("8 5 60", "0 5 60")).digest
    )


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("2 3\n", "two 3\n", r"line 1: 'two 3'; expected 'n m'"),
        ("2 3\n", "2.5 3\n", r"line 1: .*expected 'n m'"),
        ("2 3\n", "0 3\n", r"line 1: 0 facilities, 3 customers; expected 1 to"),
        (
            "8 5 60\n",
            "8 5\n",
            r"line 6: it ends before the cost of facility 1 for customer 2 \(14 of 15 numbers\); truncated\?",
        ),
        ("4 10 18\n8 5 60\n", "", r"line 4: it ends before the cost of facility 0 for customer 0"),
        ("4 5 6\n4 10 18\n8 5 60\n", "4 5\n", r"line 4: it ends before the demand of customer 2"),
        ("8 50\n4 5 6\n4 10 18\n8 5 60\n", "8", r"line 3: it ends before facility 1"),
        ("8 5 60\n", "8 5 60\n7\n", r"line 7: 1 numbers more than 2 facilities and 3 customers have"),
        ("4 10 18", "4 nan 18", r"line 5: 'nan' where a finite number was expected"),
        ("4 10 18", "4 inf 18", r"line 5: 'inf' where a finite number was expected"),
        ("4 10 18", "4 1e999 18", r"line 5: '1e999' where a finite number was expected"),
        ("4 10 18", "4 1.2.3 18", r"line 5: '1\.2\.3' where a finite number was expected"),
        ("4 10 18", "4 . 18", r"line 5: '\.' where a finite number was expected"),
        ("4 10 18", "4 1_0 18", r"line 5: '1_0' where a finite number was expected"),
        (
            "4 10 18",
            "4 -10 18",
            r"line 5: the cost of facility 0 for customer 1 is -10; expected 0 to 1e\+18",
        ),
        ("4 5 6\n", "4 5 -6\n", r"line 4: the demand of customer 2 is -6; expected 0 to 1e\+18"),
        ("8 50\n", "8 -50\n", r"line 3: the fixed cost of facility 1 is -50; expected 0 to 1e\+18"),
        ("8 50\n", "0 50\n", r"line 3: the capacity of facility 1 is 0; expected more than 0"),
        ("8 50\n", "-8 50\n", r"line 3: the capacity of facility 1 is -8"),
        (
            "4 10 18",
            "4 1e19 18",
            r"line 5: the cost of facility 0 for customer 1 is 1e\+19; expected 0 to 1e\+18",
        ),
        ("8 50\n", "1e308 50\n", r"line 3: the capacity of facility 1 is 1e\+308; expected 0 to"),
        (
            "10 100.5\n",
            "1 100.5\n",
            r"line 1: a capacity of 9 in all; expected at least the total demand of 15",
        ),
    ],
)
def test_what_is_wrong_is_named(file, old: str, new: str, words: str) -> None:
    assert old in TEXT
    with pytest.raises(BadData) as caught:
        read(file, TEXT.replace(old, new))
    assert re.search(words, str(caught.value)), str(caught.value)
