"""`import`, and what `table` and `show` make of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from solversmith import errors

Call = Callable[..., Any]


@pytest.fixture
def results(tmp_path: Path) -> Path:
    file = tmp_path / "lkh.csv"
    file.write_text("instance,objective,time\nuniform-300-93300,12834190,1.5\n")
    return file


def test_from_a_file_to_the_table(call: Call, results: Path) -> None:
    done = call("import", "tsp", results, "--cases", "uniform-300-*")
    assert done.code == errors.DONE
    assert "lkh: loss 0 on test, 0 of 1 cases failed or missing; as claimed, not checked" in done.out
    table = call("table")
    assert table.code == errors.DONE
    assert "claimed*" in table.out
    (row,) = json.loads(call("table", "lkh", "--format", "json").out)["rows"]
    assert (row["problem"], row["who"], row["test_loss"], row["level"]) == ("tsp", "lkh", 0, "elsewhere")
    shown = call("show", "lkh")
    assert shown.code == errors.USAGE
    assert "'lkh' holds imported results, not a run; `solversmith table` shows them" in shown.sentence


def test_beside_a_run_of_another_problem(call: Call, results: Path, finished: Any) -> None:
    call("import", "tsp", results, "--cases", "uniform-300-*")
    table = call("table", finished.path, "lkh")
    assert table.code == errors.DONE
    assert "isolation levels are mixed" in table.out


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["none.csv"], errors.PREREQUISITE, "none.csv: there is no such file or folder"),
        (["lkh.csv", "--name", "a/b"], errors.USAGE, "a run can't be named 'a/b'"),
        (
            ["lkh.csv", "--split", "dev"],
            errors.PREREQUISITE,
            "lkh.csv, line 2: no case of this split",
        ),
        (["lkh.csv", "--score", "integral"], errors.USAGE, "leave out --score integral"),
    ],
)
def test_what_can_not_be_taken(arguments: list[str], code: int, said: str, call: Call, results: Path) -> None:
    done = call("import", "tsp", *arguments)
    assert done.code == code
    assert said in done.sentence
    assert not Path("runs").exists()
