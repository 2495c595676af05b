"""The reader of p-median files on what is right, what is unusual and what is wrong."""

import lzma

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from frontierco.readers.cpmp import read_cpmp
from solversmith.errors import BadData

GOOD = "3 2\n0 0 10 3\n1.5 -2 10 4\n4 1e1 8 5\n"


@pytest.fixture
def read(tmp_path):
    def of(text, name="file.txt"):
        file = tmp_path / name
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_cpmp(file)

    return of


def test_a_file(read) -> None:
    instance = read(GOOD)
    assert (instance.num_medians, instance.size, instance.convention) == (2, "n=3 p=2", "exact")
    assert instance.coordinates.tolist() == [[0, 0], [1.5, -2], [4, 10]]
    assert (instance.capacities.tolist(), instance.demands.tolist()) == ([10, 10, 8], [3, 4, 5])


@pytest.mark.parametrize(
    "text",
    [
        GOOD.replace(" ", "\t"),
        GOOD.replace("\n", " \r\n"),
        "\n\n" + GOOD.replace("\n", "\n\n"),
        GOOD.replace("10 3", "10.0 3.00"),
        GOOD.strip(),
        lzma.compress(GOOD.encode()),
    ],
)
def test_forms_of_the_same_instance_have_one_digest(read, text) -> None:
    assert read(text, "other").digest == read(GOOD).digest


@pytest.mark.parametrize(
    ("old", "new"), [("3 2\n", "3 3\n"), ("1.5", "1.25"), ("8 5", "9 5"), ("10 4", "10 5")]
)
def test_whatever_differs_has_another_digest(read, old: str, new: str) -> None:
    assert read(GOOD.replace(old, new)).digest != read(GOOD).digest


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("3 2\n", "3\n", 1, "expected 'n p'"),
        ("3 2\n", "3 2 1\n", 1, "expected 'n p'"),
        ("3 2\n", "3 2.0\n", 1, "expected 'n p'"),
        ("3 2\n", "3 -2\n", 1, "expected 'n p'"),
        ("3 2\n", "3 0\n", 1, "0 medians among 3 customers"),
        ("3 2\n", "3 4\n", 1, "4 medians among 3 customers"),
        ("3 2\n", "4 2\n", 4, "3 customers where line 1 says 4; truncated"),
        ("3 2\n", "2 2\n", 4, "3 customers where line 1 says 2; this one is too many"),
        ("4 1e1 8 5", "4 1e1 8", 4, "has 3 fields; expected 'x y capacity demand'"),
        ("4 1e1 8 5", "4 nan 8 5", 4, "y is 'nan'"),
        ("4 1e1 8 5", "4 1e13 8 5", 4, r"y is 1e\+13; expected at most"),
        ("4 1e1 8 5", "4 1e1 8 -5", 4, "demand is -5; expected none below 0"),
        ("1.5 -2 10 4", "1.5 -2 -10 4", 3, "capacity is -10; expected none below 0"),
        ("1.5 -2 10 4", "1.5 -2 0 4", 3, "capacity is 0; expected a positive number"),
        ("8 5", "8 11", 4, "a demand of 11 is above every capacity; expected at most 10"),
        ("3 2\n", "3 1\n", 1, "1 medians can't serve a total demand of 12; expected at most 10"),
        (GOOD, "3 2\n", 1, "0 customers where"),
    ],
)
def test_what_is_wrong_is_named(read, old: str, new: str, line: int | None, words: str) -> None:
    text = GOOD.replace(old, new, 1)
    assert text != GOOD
    with pytest.raises(BadData, match=words) as caught:
        read(text)
    assert caught.value.line == line


@given(st.binary(max_size=20), st.integers(0, len(GOOD)))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
def test_damage_is_bad_data_or_another_instance(read, damage: bytes, at: int) -> None:
    try:
        instance = read(GOOD[:at].encode() + damage + GOOD[at + len(damage) :].encode())
    except BadData:
        return
    assert instance.capacities.min() > 0 <= instance.demands.min()
