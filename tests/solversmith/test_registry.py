"""Problems by name, by folder, by entry point; and what a wrong word gets."""

from __future__ import annotations

import importlib.metadata
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from solversmith import registry
from solversmith.contract import Parameter
from solversmith.errors import BadData, UnknownName, UsageError

NU = Parameter("nu", ("0.01", "0.1", "1"), "viscosity")
NAMES = st.text("abcdefghij_", min_size=1, max_size=8)
PROBLEM = """
SUMMARY = "A test problem."
PARAMETERS = ()
def build(parameters, options):
    return ("built", dict(parameters))
"""


@given(NAMES, st.dictionaries(NAMES, st.text("abc019.-+e", min_size=1, max_size=6), max_size=4))
def test_a_spec_reads_back(name: str, given_: dict[str, str]) -> None:
    tail = ",".join(f"{key}={value}" for key, value in given_.items())
    assert registry.parse_spec(f"{name}:{tail}" if tail else name) == (name, given_)


@pytest.mark.parametrize(
    "spec", ["", "burgers:nu", "burgers:nu=", "burgers:nu=1,nu=2", "burgers:=1", "burgers:,"]
)
def test_a_spec_that_is_none(spec: str) -> None:
    with pytest.raises(UsageError):
        registry.parse_spec(spec)


def test_the_default_comes_first_and_numbers_may_be_written_in_any_way() -> None:
    assert registry.resolve("burgers", (NU,), {}) == {"nu": "0.01"}
    assert registry.resolve("burgers", (NU,), {"nu": "1e-1"}) == {"nu": "0.1"}


def test_a_value_that_is_not_published_names_those_that_are() -> None:
    with pytest.raises(UsageError, match=r"published values: 0\.01, 0\.1, 1"):
        registry.resolve("burgers", (NU,), {"nu": "0.3"})


def test_close_names_are_offered() -> None:
    with pytest.raises(UnknownName, match="did you mean 'nu'"):
        registry.resolve("burgers", (NU,), {"nuu": "1"})
    with pytest.raises(UnknownName, match="did you mean 'burgers'"):
        registry.open_problem("burger")


def test_a_users_folder(tmp_path: Path) -> None:
    (tmp_path / "problem.py").write_text(PROBLEM)
    assert registry.open_problem(str(tmp_path)) == ("built", {})


def test_a_folder_without_a_problem(tmp_path: Path) -> None:
    with pytest.raises(BadData, match=r"has no problem\.py"):
        registry.open_problem(f"{tmp_path}/nothing")


def test_a_problem_file_that_fails_or_lacks_parts(tmp_path: Path) -> None:
    (tmp_path / "problem.py").write_text("1/0")
    with pytest.raises(BadData, match="ZeroDivisionError"):
        registry.open_problem(str(tmp_path))
    (tmp_path / "problem.py").write_text("SUMMARY = ''")
    with pytest.raises(BadData, match="lacks PARAMETERS, build"):
        registry.open_problem(str(tmp_path))


def test_an_entry_point_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    entry = importlib.metadata.EntryPoint("mine", "some.module", registry.ENTRY_POINTS)
    monkeypatch.setattr(importlib.metadata, "entry_points", lambda group: [entry] if group else [])
    assert registry.catalogue()["mine"] == "some.module"


def test_threads_that_open_the_same_folder_at_once_all_find_it_whole(tmp_path: Path) -> None:
    (tmp_path / "problem.py").write_text("import time\ntime.sleep(0.2)\n" + PROBLEM)
    with ThreadPoolExecutor(4) as threads:
        opened = list(threads.map(lambda _: registry.open_problem(str(tmp_path)), range(4)))
    assert opened == [("built", {})] * 4
