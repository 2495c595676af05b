"""Flexible job shops: what is in them comes out, and nothing malformed goes through."""

import gzip
import itertools
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from frontierco.job_shops import job_shop
from frontierco.readers.fjs import read_fjs
from solversmith.errors import BadData

GOOD = "2 3 1.5\n2 1 1 3 2 2 5 3 7\n1 3 1 4 2 3 3 1\n"
JOBS = [[[(1, 3)], [(2, 5), (3, 7)]], [[(1, 4), (2, 3), (3, 1)]]]


def read(tmp_path: Path, content: str):
    file = tmp_path / "shop.fjs"
    file.write_text(content)
    return read_fjs(file)


def nested(shop) -> list:
    """The form that programs are given."""
    options = list(zip(shop.machines.tolist(), shop.times.tolist(), strict=True))
    cuts = shop.first_option.tolist()
    operations = [options[a:b] for a, b in itertools.pairwise(cuts)]
    cuts = shop.first_operation.tolist()
    return [operations[a:b] for a, b in itertools.pairwise(cuts)]


@st.composite
def shops(draw):
    machines = draw(st.integers(1, 5))
    option = st.dictionaries(st.integers(1, machines), st.integers(0, 10**6), min_size=1).map(
        lambda found: list(found.items())
    )
    jobs = draw(st.lists(st.lists(option, min_size=1, max_size=4), min_size=1, max_size=4))
    return machines, jobs


def text_of(machines: int, jobs, gap: str = " ", third: str = "") -> str:
    lines = [f"{len(jobs)}{gap}{machines}{third}"]
    for job in jobs:
        numbers = [len(job)]
        for options in job:
            numbers += [len(options), *(number for option in options for number in option)]
        lines.append(gap.join(map(str, numbers)))
    return "\n".join(lines) + "\n"


@given(shops(), st.sampled_from([" ", "\t", "   "]), st.sampled_from(["", " 1.5", " 3", "\t2"]))
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_written_is_read(tmp_path: Path, shop, gap: str, third: str) -> None:
    machines, jobs = shop
    found = read(tmp_path, text_of(machines, jobs, gap, third))
    assert nested(found) == jobs
    assert found.digest == job_shop(machines, jobs).digest
    assert found.size == f"jobs={len(jobs)} machines={machines} ops={sum(map(len, jobs))}"


@pytest.mark.parametrize(
    "content",
    [
        GOOD,
        GOOD.replace("\n", "\r\n"),
        GOOD.replace("2 3 1.5", "2 3"),
        GOOD.replace("\n2 1", "\n\n  2\t1") + "\n\n",
        GOOD.rstrip(),
        GOOD.replace("2 5 3 7", "3 7 2 5"),
    ],
)
def test_formatting_and_the_order_of_options_play_no_part(tmp_path: Path, content: str) -> None:
    assert read(tmp_path, content).digest == job_shop(3, JOBS).digest


def test_packed_files_are_told_by_content(tmp_path: Path) -> None:
    file = tmp_path / "shop.txt"
    file.write_bytes(gzip.compress(GOOD.encode()))
    assert nested(read_fjs(file)) == JOBS


@pytest.mark.parametrize(
    ("old", "new", "words", "line"),
    [
        ("2 3 1.5", "2", "expected two positive integers", 1),
        ("2 3 1.5", "2 x 1", "expected two positive integers", 1),
        ("2 3 1.5", "0 3", "expected two positive integers", 1),
        ("2 3 1.5", "-2 3", "expected two positive integers", 1),
        ("2 3 1.5", "3 3", "2 lines of jobs where line 1 says 3", None),
        ("2 3 1.5", "1 3", "2 lines of jobs where line 1 says 1", 3),
        ("1 3 1 4 2 3 3 1\n", "", "1 lines of jobs where line 1 says 2", None),
        ("2 2 5 3 7", "2 2 5 3", "8 numbers where 2 operations with their options take 9", 2),
        ("2 2 5 3 7", "", "ends before operation 2 of 2", 2),
        ("3 7\n", "3 7 1\n", "10 numbers where 2 operations with their options take 9", 2),
        ("1 3 1 4", "0 3 1 4", "without operations", 3),
        ("2 1 1 3", "2 0 1 3", "operation 1 of the job has no machine", 2),
        ("3 7\n", "4 7\n", "machine 4; machines count from 1 to 3", 2),
        ("1 3 1 4", "1 3 0 4", "machine 0; machines count from 1 to 3", 3),
        ("2 5 3 7", "2 5 2 7", "machine 2 stands twice in one operation", 2),
        ("3 7\n", "3 -7\n", "'-7'; expected integers", 2),
        ("3 7\n", "3 nan\n", "'nan'; expected integers", 2),
        ("3 7\n", "3 7.5\n", "'7.5'; expected integers", 2),
        ("3 7\n", "3 7_0\n", "'7_0'; expected integers", 2),
        ("3 7\n", "3 7000000000000\n", "expected integers", 2),
        ("2 1 1 3", "999999999999 1 1 3", "ends before operation 3 of 999999999999", 2),
    ],
)
def test_what_is_malformed_is_named(tmp_path: Path, old: str, new: str, words: str, line: int | None) -> None:
    content = GOOD.replace(old, new, 1)
    assert content != GOOD
    with pytest.raises(BadData, match=words) as caught:
        read(tmp_path, content)
    assert caught.value.line == line
    assert caught.value.file == tmp_path / "shop.fjs"


@given(st.binary(max_size=60))
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_are_read_or_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "any"
    file.write_bytes(content)
    try:
        shop = read_fjs(file)
    except BadData:
        return
    assert shop.num_operations >= shop.num_jobs >= 1
    assert np.all((shop.machines >= 1) & (shop.machines <= shop.num_machines))
