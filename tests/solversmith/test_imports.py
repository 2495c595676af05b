"""Results from elsewhere: claimed or checked, missing cases counted, and what can't be taken named."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from frontierco.distances import tour_length
from frontierco.instances import PointSet
from frontierco.planted import planted_graph
from frontierco.portgen import uniform
from frontierco.writers import write_tsplib
from problems.co.mis import problem as mis
from problems.co.tsp import problem as tsp
from solversmith import registry
from solversmith.contract import TEST, ProblemOptions, Verdict, WithResults
from solversmith.errors import BadData, UsageError
from solversmith.imports import Imported, as_score, imported, read, written
from solversmith.tables.runs import CHECKED, runs_table

OPTIONS = ProblemOptions(cases="uniform-300-*")
BEST = 12834190


def take(source: Path, problem: Any = None, **about: Any) -> Imported:
    return imported(problem or tsp.build({}, OPTIONS), source, "mine", about.pop("split", TEST), **about)


def csv_file(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "results.csv"
    file.write_text(text)
    return file


def test_a_problem_that_takes_results() -> None:
    assert isinstance(tsp.build({}, OPTIONS), WithResults)


def test_claimed_objectives_are_gaps_and_unverified(tmp_path: Path) -> None:
    found = take(csv_file(tmp_path, f"instance,objective,time\nuniform-300-93300,{2 * BEST},7.5\n"))
    assert (found.verified, found.loss, found.failed, found.wall_s) == (False, 0.5, 0, 7.5)
    assert found.cases[0]["metrics"]["published_score"] == pytest.approx(0.5)
    assert as_score(found).cases[0].measured == {"wall_s": 7.5}


def test_what_is_missing_or_failed_counts(tmp_path: Path) -> None:
    problem = tsp.build({}, ProblemOptions())
    found = take(
        csv_file(tmp_path, f"Instance,Objective\nuniform-300-93300,{BEST}\nE10k.0,timeout\n"), problem
    )
    assert (found.failed, len(found.cases)) == (5, 6)
    assert found.loss == pytest.approx(5 / 6)
    assert found.parts["hard"] == {"loss": None, "cases": 2, "failed": 2}
    said = {case["case"]: case["message"] for case in found.cases}
    assert said["E10k.0"] == "no objective was handed in: timeout"
    assert said["C10k.0"] == "nothing was handed in for this case"


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", 1, "expected the columns instance, objective"),
        ("instance,objective\n", 1, "at least one row"),
        ("name,objective\na,1\n", 1, "expected the columns"),
        ("instance,objective\nnobody,5\n", 2, "no case of this split is named 'nobody'"),
        ("instance,objective\nuniform-300-93300,many\n", 2, "objective 'many' is no number"),
        ("instance,objective\nuniform-300-93300,inf\n", 2, "no number"),
        ("instance,objective,time\nuniform-300-93300,5,-1\n", 2, "time '-1' is no number"),
        ("instance,objective\nuniform-300-93300,5\nx/uniform-300-93300.tsp,6\n", 3, "stands twice"),
    ],
)
def test_what_is_no_table_of_results(tmp_path: Path, text: str, line: int, words: str) -> None:
    with pytest.raises(BadData, match=words) as caught:
        take(csv_file(tmp_path, text))
    assert caught.value.line == line


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    file.write_bytes(b"instance,objective\n\xff,5\n")
    with pytest.raises(BadData, match="no CSV in UTF-8"):
        take(file)
    with pytest.raises(BadData, match="no such file or folder"):
        take(tmp_path / "none")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("uniform-300-93300.json", json.dumps({"tour": list(range(300)), "length": 1})),
        ("uniform-300-93300.json", json.dumps(list(range(300)))),
        ("uniform-300-93300", " ".join(map(str, range(300)))),
        (
            "uniform-300-93300.tour",
            "NAME: x\nTYPE: TOUR\nTOUR_SECTION\n" + "\n".join(map(str, range(1, 301))) + "\n-1\nEOF\n",
        ),
        (
            "uniform-300-93300.tour",
            "\ufeffNAME: x\r\nTYPE: TOUR\r\nTOUR_SECTION\r\n"
            + "\r\n".join(map(str, range(1, 301)))
            + "\r\n-1\r\nEOF\r\n",
        ),
        ("uniform-300-93300.json", "\ufeff" + json.dumps({"tour": list(range(300))})),
    ],
)
def test_solution_files_are_checked_and_scored(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / "solutions").mkdir()
    (tmp_path / "solutions" / name).write_bytes(text.encode())
    found = take(tmp_path / "solutions")
    assert (found.verified, found.verdict, found.wall_s) == (True, Verdict.OK, None)
    length = tour_length(uniform(300, 93300), np.arange(300), "nint")
    assert found.cases[0]["metrics"]["objective"] == length
    assert found.loss == pytest.approx(1 - BEST / length)


@pytest.mark.parametrize(
    ("text", "verdict", "said"),
    [
        (json.dumps({"tour": [0, 0, *range(2, 300)]}), Verdict.INFEASIBLE, "city 0 visited twice"),
        (json.dumps({"route": [0]}), Verdict.BAD_OUTPUT, "the dict has no key 'tour'"),
        ('{"tour": [NaN]}', Verdict.BAD_OUTPUT, "NaN is no number of JSON"),
        ('{"tour": [0.5]}', Verdict.BAD_OUTPUT, "has the entry 0.5; expected integers"),
        ('{"tour": ', Verdict.BAD_OUTPUT, "no JSON that can be read"),
        ("1 2 x", Verdict.BAD_OUTPUT, "'x' is no city"),
        ("[" * 100_000, Verdict.BAD_OUTPUT, "no JSON that can be read"),
    ],
)
def test_a_bad_solution_file_is_a_failed_case(tmp_path: Path, text: str, verdict: Verdict, said: str) -> None:
    (tmp_path / "solutions").mkdir()
    (tmp_path / "solutions" / "uniform-300-93300.json").write_text(text)
    found = take(tmp_path / "solutions")
    assert (found.verdict, found.loss, found.failed) == (verdict, None, 1)
    assert said in found.cases[0]["message"]


def test_a_set_that_was_hidden_is_the_best_known_one(tmp_path: Path) -> None:
    hidden = planted_graph(25, 92501)[1]
    (tmp_path / "planted-25-92501.txt").write_text("\n".join(map(str, hidden.tolist())))
    found = take(tmp_path, mis.build({}, ProblemOptions(cases="planted-25-*")))
    assert (found.loss, found.cases[0]["metrics"]["objective"]) == (0.0, 25)


def test_a_folder_without_any_solution(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("hello")
    told: list[str] = []
    with pytest.raises(BadData, match="no solution of any case is in it"):
        take(tmp_path, tell=told.append)
    assert told == ["notes.txt is left out: no case of this split has that name"]


def test_two_solutions_of_one_case(tmp_path: Path) -> None:
    for suffix in ("json", "txt"):
        (tmp_path / f"uniform-300-93300.{suffix}").write_text("0 1")
    with pytest.raises(BadData, match="a second solution of uniform-300-93300"):
        take(tmp_path)


def test_two_cases_that_are_called_alike_are_refused(tmp_path: Path) -> None:
    for place, seed in (("easy_test_instances/a.tsp", 1), ("hard_test_instances/a.txt", 2)):
        write_tsplib(PointSet(uniform(5, seed), "nint"), "a", tmp_path / "TSP" / place)
    problem = tsp.build({}, ProblemOptions(data=tmp_path))
    table = csv_file(tmp_path, "instance,objective\na,5\n")
    with pytest.raises(UsageError, match=r"a\.tsp and hard_test_instances/a\.txt have the same name"):
        take(table, problem)
    one = tsp.build({}, ProblemOptions(data=tmp_path, cases="hard*/*"))
    assert take(table, one).cases[0]["metrics"]["objective"] == 5


def test_there_is_no_curve_over_time(tmp_path: Path) -> None:
    problem = tsp.build({}, ProblemOptions(cases="uniform-300-*", score="integral"))
    with pytest.raises(UsageError, match="leave out --score integral"):
        take(csv_file(tmp_path, "instance,objective\nuniform-300-93300,5\n"), problem)


def test_a_pde_takes_none(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="takes no results from elsewhere"):
        take(tmp_path, registry.open_problem("advection"))


def test_it_is_read_as_it_was_written_and_never_over_a_run(tmp_path: Path) -> None:
    found = take(csv_file(tmp_path, f"instance,objective\nuniform-300-93300,{BEST}\n"))
    assert read(written(found, tmp_path / "runs")) == found
    (tmp_path / "runs" / "mine" / "run.toml").write_text("")
    with pytest.raises(UsageError, match="'mine' is a run in"):
        written(found, tmp_path / "runs")


@pytest.mark.parametrize(
    "text", ["", "[]", '{"format": 2}', '{"format": 1, "kind": "import", "verdict": "ok"}']
)
def test_an_import_that_was_damaged(tmp_path: Path, text: str) -> None:
    (tmp_path / "import.json").write_text(text)
    with pytest.raises(BadData, match="no imported results can be read"):
        read(tmp_path)


def test_it_stands_in_the_table_and_says_what_it_is(tmp_path: Path) -> None:
    claimed = take(csv_file(tmp_path, f"instance,objective,time\nuniform-300-93300,{2 * BEST},7.5\n"))
    (tmp_path / "solutions").mkdir()
    (tmp_path / "solutions" / "uniform-300-93300").write_text(" ".join(map(str, range(300))))
    table = runs_table([], [claimed, take(tmp_path / "solutions")])
    first, second = table.rows
    assert (first["who"], first["test_loss"].value, first["wall_s"]) == ("mine", 0.5, 7.5)
    assert (first["model"].short, second["model"]) == ("claimed*", CHECKED)
    assert any("claimed by somebody else and not checked" in line for line in table.caption)
