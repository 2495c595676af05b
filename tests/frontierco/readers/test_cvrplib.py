"""The CVRPLIB reader on what is right, what is unusual and what is wrong."""

import gzip

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from frontierco.readers.cvrplib import read_cvrplib
from solversmith.errors import BadData

GOOD = """NAME : tiny
COMMENT : (three customers: a comment with a colon)
TYPE : CVRP
DIMENSION : 4
EDGE_WEIGHT_TYPE : EUC_2D
CAPACITY : 10
NODE_COORD_SECTION
1 0 0
2 1.5 -2
3 4 1e1
4 7 7
DEMAND_SECTION
1 0
2 3
3 10
4 0
DEPOT_SECTION
 1
 -1
EOF
"""


@pytest.fixture
def read(tmp_path):
    def of(text, name="file.vrp"):
        file = tmp_path / name
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_cvrplib(file)

    return of


def test_a_file(read) -> None:
    instance = read(GOOD)
    assert instance.coordinates.tolist() == [[0, 0], [1.5, -2], [4, 10], [7, 7]]
    assert (instance.demands.tolist(), instance.capacity, instance.depot) == ([0, 3, 10, 0], 10, 0)
    assert (instance.convention, instance.size) == ("nint", "n=4 cap=10 totdem=13")


@pytest.mark.parametrize(
    "text",
    [
        GOOD.replace(" : ", ": \t"),
        GOOD.replace("\n", "\r\n"),
        GOOD.replace("1 0 0\n2 1.5 -2\n", "2\t1.50 -2.0\n\n   1 0 0\n"),
        GOOD.replace("EOF\n", ""),
        GOOD + "\n \n",
        GOOD.replace(
            "CAPACITY", "DISTANCE : 650.0\nSERVICE_TIME : 10\nCAPACITY"
        ),  # read over: see the module
        gzip.compress(GOOD.encode()),
        b"\xef\xbb\xbf" + GOOD.encode(),
    ],
)
def test_forms_of_the_same_instance_have_one_digest(read, text) -> None:
    assert read(text, "other").digest == read(GOOD).digest


@pytest.mark.parametrize(
    ("old", "new"),
    [("2 1.5", "2 1.25"), ("2 3\n", "2 4\n"), ("CAPACITY : 10", "CAPACITY : 11"), ("EUC_2D", "CEIL_2D")],
)
def test_whatever_differs_has_another_digest(read, old: str, new: str) -> None:
    assert read(GOOD.replace(old, new)).digest != read(GOOD).digest


def test_another_depot(read) -> None:
    instance = read(GOOD.replace(" 1\n -1", " 4\n -1"))
    assert instance.depot == 3
    assert instance.digest != read(GOOD).digest


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("EUC_2D", "EXPLICIT", 5, "not supported; expected one of EUC_2D, CEIL_2D"),
        ("EDGE_WEIGHT_TYPE : EUC_2D\n", "", 6, "no EDGE_WEIGHT_TYPE before the first section; expected one"),
        ("TYPE : CVRP", "TYPE : TSP", 3, "expected CVRP"),
        ("DIMENSION : 4", "DIMENSION : four", 4, "expected a positive integer"),
        ("DIMENSION : 4", "DIMENSION : 5", 11, r"ends with 4 nodes where DIMENSION \(line 4\) says 5; trun"),
        ("DIMENSION : 4", "DIMENSION : 3", 11, "4 is no node; expected an integer from 1 to 3"),
        ("DIMENSION : 4\n", "", 6, "no DIMENSION before the first section; expected the number"),
        ("DIMENSION : 4", "DIMENSION : 4\nDIMENSION : 4", 5, "stands twice"),
        ("CAPACITY : 10", "CAPACITY : 0", 6, "expected a positive integer"),
        ("CAPACITY : 10", "CAPACITY : -5", 6, "expected a positive integer"),
        ("CAPACITY : 10", "CAPACITY : 9", 15, "more than the capacity of 9"),
        ("CAPACITY : 10\n", "", 6, "no CAPACITY before the first section; expected"),
        ("CAPACITY : 10", "7 7 7\nCAPACITY : 10", 6, "stands outside any section"),
        ("CAPACITY : 10", "CAPACITY : 10\nCOLOUR : red", 7, "no line of a CVRPLIB header"),
        ("3 4 1e1", "3 4", 10, "has 2 fields; expected 'node x y'"),
        ("3 4 1e1", "3 4 1e1 5", 10, "has 4 fields"),
        ("3 4 1e1", "3 4 nan", 10, "y is 'nan'; expected a finite number"),
        ("3 4 1e1", "3 1_0 4", 10, "x is '1_0'"),
        ("3 4 1e1", "3 4 1e999", 10, "y is '1e999'"),
        ("3 4 1e1", "3 4 1e13", 10, r"expected at most 1e\+12"),
        ("3 4 1e1", "2 4 1e1", 10, "node 2 stands twice in NODE_COORD_SECTION"),
        ("3 4 1e1", "3.5 4 1e1", 10, "3.5 is no node"),
        ("3 10\n", "3 -1\n", 15, "demand of node 3 is -1; expected none below 0"),
        ("3 10\n", "3 1.5\n", 15, "demand of node 3 is 1.5; expected an integer"),
        ("3 10\n", "", 15, r"DEMAND_SECTION ends with 3 nodes where DIMENSION \(line 4\) says 4"),
        (" 1\n -1", " 2\n -1", 18, "the depot 2 has a demand"),
        (" 1\n -1", " 5\n -1", 18, "depot 5; expected an integer from 1 to 4"),
        (" 1\n -1", " 1\n 4\n -1", 19, "2 depots"),
        (" 1\n -1", " -1", 18, "0 depots"),
        (" 1\n -1", " 1\n -1\n 4", 19, "3 depots"),
        ("DEPOT_SECTION\n 1\n -1\nEOF\n", "", 16, "it ends without DEPOT_SECTION: truncated"),
        ("DEMAND_SECTION", "PROFIT_SECTION", 12, "not supported; expected NODE_COORD_SECTION"),
        (GOOD, "DIMENSION : 4\n", 1, "it ends without NODE_COORD_SECTION"),
        ("EOF\n", "EOF\n\nanything : at all\n", 22, "'anything' stands behind EOF; expected nothing there"),
        ("EOF\n", "EOF\n1 2 3\n", 21, "'1' stands behind EOF"),
        (GOOD, "1 2\n3 4\n", 1, "stands outside any section"),
    ],
)
def test_what_is_wrong_is_named(read, old: str, new: str, line: int | None, words: str) -> None:
    text = GOOD.replace(old, new, 1)
    assert text != GOOD
    with pytest.raises(BadData, match=words) as caught:
        read(text)
    assert caught.value.line == line


@given(st.binary(max_size=60), st.integers(0, len(GOOD)))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
def test_damage_is_bad_data_or_another_instance(read, damage: bytes, at: int) -> None:
    try:
        instance = read(GOOD[:at].encode() + damage + GOOD[at + len(damage) :].encode())
    except BadData:
        return
    assert instance.demands.max() <= instance.capacity
    assert np.isfinite(instance.coordinates).all()
