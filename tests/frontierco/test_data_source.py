"""Instances that are made by name, where they belong in the published layout."""

from pathlib import Path

import pytest

from frontierco.data_source import CoData
from frontierco.named_cities import named, place
from problems.co.mis.problem import DEFINITION as MIS
from problems.co.tsp.problem import DEFINITION as TSP
from problems.co.tsp.problem import build
from solversmith.contract import DEV, TEST, DataSource, ProblemOptions, WithData
from solversmith.errors import BadData, UsageError


def test_a_problem_has_one() -> None:
    problem = build({}, ProblemOptions())
    assert isinstance(problem, WithData)
    assert isinstance(problem.data_source, DataSource)
    assert (problem.data_source.repository, problem.data_source.folder) == ("CO-Bench/FrontierCO", "TSP")


@pytest.mark.parametrize(
    ("definition", "name", "path"),
    [
        (TSP, "E1k.7", "TSP/valid_instances/E1k.7"),
        (TSP, "C10k.2", "TSP/hard_test_instances/C10k.2"),
        (MIS, "keller4", "MIS/easy_test_instances/keller4"),
        (MIS, "planted-7-3", "MIS/easy_test_instances/planted-7-3"),
    ],
)
def test_a_made_instance_stands_where_it_belongs(tmp_path: Path, definition, name: str, path: str) -> None:
    source = CoData(definition)
    file = source.make(name, tmp_path)
    assert file == tmp_path / path
    assert source.check(file).startswith("n=")


@pytest.mark.parametrize("name", ["", "nothing", "../x", "E1k", "planted-1-1", "planted-9999-1"])
@pytest.mark.parametrize("definition", [TSP, MIS])
def test_a_name_that_nothing_is_made_of(tmp_path: Path, definition, name: str) -> None:
    with pytest.raises(UsageError, match="can"):
        CoData(definition).make(name, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("nothing\n")
    with pytest.raises(BadData, match="x, line 1"):
        CoData(MIS).check(tmp_path / "x")


def test_cities_by_name_and_their_place() -> None:
    assert named("E1k.3").size == named("C1k.0").size == "n=1000"
    assert named("E3k.0").size == "n=3162"
    assert [place(name) for name in ("E1k.0", "E3k.0", "E10k.0", "C100k.1")] == [
        (DEV, ""),
        (DEV, ""),
        (TEST, "hard"),
        (TEST, "hard"),
    ]
    assert named("E1k.3").digest != named("E1k.4").digest
