"""`show` and `table` on a finished run."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from solversmith import errors
from solversmith.cli.runs import find_run
from solversmith.errors import UnknownName, UsageError

Call = Callable[..., Any]


def repaired(finished: Any) -> tuple[str, dict[str, Any]]:
    """The id and the JSON of the candidate that needed two rounds."""
    from solversmith.store import RunDirectory

    with RunDirectory.read(finished.path) as store:
        record = next(r for r in store.records() if r.kind == "candidate" and r.rounds > 1)
    return record.id, {"loss": record.loss}


def test_a_run_by_path_and_by_name(finished: Any, call: Call) -> None:
    by_path = call("show", finished.path)
    by_name = call("show", "six", "--dir", finished.folder)
    assert by_path.code == errors.DONE
    assert by_path.out == by_name.out
    assert "c0005" in by_path.out
    assert "ledger: 6 candidates" in by_path.out


def test_rounds_has_a_line_for_every_round(finished: Any, call: Call) -> None:
    done = call("show", finished.path, "--rounds")
    assert sum(line.startswith("p000") for line in done.out.splitlines()) == 7
    failed = next(line for line in done.out.splitlines() if "runtime_error" in line)
    assert failed.endswith("ArithmeticError: the solution grows: the step is too large")
    assert "debug" in done.out


def test_a_candidate_round_by_round(finished: Any, call: Call) -> None:
    id, _ = repaired(finished)
    done = call("show", finished.path, id)
    assert done.code == errors.DONE
    for text in ("=== round 0 (draft): runtime_error", "=== round 1 (debug): ok", "--- program", "STEP = "):
        assert text in done.out
    assert "ArithmeticError: the solution grows" in done.out
    number = str(int(id[1:]))
    assert (
        done.out == call("show", finished.path, number).out == call("show", finished.path, "p" + id[1:]).out
    )


def test_a_candidate_as_json_has_every_text(finished: Any, call: Call) -> None:
    id, expected = repaired(finished)
    found = json.loads(call("show", finished.path, id, "--json").out)
    (proposal,) = found["proposals"]
    assert [story["verdict"] for story in proposal["rounds"]] == ["runtime_error", "ok"]
    assert proposal["rounds"][1]["loss"] == proposal["candidates"][0]["loss"] == expected["loss"]
    for story in proposal["rounds"]:
        assert story["program"] in story["completion"]
        assert "task: " in story["prompt"].rstrip().splitlines()[-1]


def test_files_are_written_for_people(finished: Any, call: Call, tmp_path: Path) -> None:
    done = call("show", finished.path, "--files", tmp_path / "files")
    assert done.code == errors.DONE
    written = {str(path.relative_to(tmp_path / "files")) for path in (tmp_path / "files").rglob("*.*")}
    assert {f"c000{k}/round0/program.py" for k in range(6)} <= written
    assert {"c0000/round0/prompt.md", "c0000/round0/completion.md", "c0000/round0/score.json"} <= written
    best = json.loads((finished.path / "summary.json").read_text())["selected"]["id"]
    programs = [path.read_text() for path in (tmp_path / "files" / best).rglob("program.py")]
    assert (finished.path / "best.py").read_text() in programs


def test_a_run_without_its_journal_is_not_called_unfinished(
    finished: Any, call: Call, tmp_path: Path
) -> None:
    shutil.copytree(finished.path, tmp_path / "runs" / "six")
    (tmp_path / "runs" / "six" / "journal.jsonl").unlink()
    done = call("show", "six")
    assert "nothing is recorded: journal.jsonl is not there or empty" in done.out
    assert "the same command continues it" not in done.out


def test_a_run_that_is_not_tested_yet_is_not_called_over(finished: Any, call: Call, tmp_path: Path) -> None:
    shutil.copytree(finished.path, tmp_path / "runs" / "six")
    journal = tmp_path / "runs" / "six" / "journal.jsonl"
    lines = journal.read_text().splitlines(keepends=True)
    journal.write_text("".join(line for line in lines if json.loads(line)["kind"] != "test"))
    assert " · over: " in call("show", finished.path).out
    assert "not tested yet: the same command continues it" in call("show", "six").out


def test_texts_that_are_gone_are_told(finished: Any, call: Call, tmp_path: Path) -> None:
    shutil.copytree(finished.path, tmp_path / "runs" / "six")
    (tmp_path / "runs" / "six" / "texts.jsonl").write_bytes(b"")
    said = "not in texts.jsonl any more: prompt, completion, program"
    assert said in call("show", "six", "c0000").out
    assert f"c0000 round 0: {said}" in call("show", "six", "--files", tmp_path / "files").err
    (proposal,) = json.loads(call("show", "six", "c0000", "--json").out)["proposals"]
    assert {"prompt", "completion", "program"} <= set(proposal["rounds"][0]["missing"])
    assert "any more" not in call("show", finished.path, "c0000").out


def test_an_id_that_is_none_is_refused_with_those_there_are(finished: Any, call: Call) -> None:
    done = call("show", finished.path, "c0012")
    assert done.code == errors.USAGE
    assert "c0002" in done.sentence


def test_a_run_that_is_none_is_refused_with_a_close_name(finished: Any, tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match="did you mean 'six'"):
        find_run("sixx", finished.folder)
    with pytest.raises(UsageError, match=r"has no run\.toml"):
        find_run(str(tmp_path), finished.folder)


def test_a_table_has_the_run_and_the_human_programs(finished: Any, call: Call) -> None:
    found = json.loads(call("table", finished.path, "--format", "json").out)
    assert [row["who"] for row in found["rows"]] == ["six", "trivial", "simple", "expert"]
    run = found["rows"][0]
    assert run["model"] == "offline (no language model; derived from the human programs)"
    assert (run["n"], run["seed"], run["valid_rate"], run["usd"]) == (6, "0", 1.0, 0.0)
    assert run["reference_error"] == 1e-12
    assert found["rows"][3]["dev_loss"] < 1e-12
    assert any(line.startswith("isolation level: L") for line in found["caption"])
    assert any("exact" in line for line in found["caption"])


@pytest.mark.parametrize("style", ["text", "markdown"])
def test_people_are_never_shown_more_than_the_reference_knows(style: str, finished: Any, call: Call) -> None:
    out = call("table", finished.path, "--format", style).out.replace("\\", "")
    assert "<= 1.000e-12" in out
    assert "no ranking is implied below x" in out


def test_csv_has_one_line_for_each_row(finished: Any, call: Call) -> None:
    done = call("table", finished.path, "--format", "csv", "--no-humans")
    rows = list(csv.DictReader(done.out.splitlines()))
    assert [row["who"] for row in rows] == ["six"]
    assert "isolation level: L" in done.err


def test_without_runs_there_is_no_table(call: Call) -> None:
    done = call("table")
    assert done.code == errors.USAGE
    assert "solversmith run" in done.sentence


def test_the_gap_to_the_test_split_is_told_as_text_and_as_json(finished: Any, call: Call) -> None:
    body = json.loads(call("show", finished.path, "--json").out)
    dev, test = body["selected"]["loss"], body["test"]["loss"]
    assert body["gap"]["factor"] == pytest.approx(test / dev)
    assert body["gap"]["flagged"] is (test > 3 * dev)
    line = next(line for line in call("show", finished.path).out.splitlines() if line.startswith("test: "))
    assert f", {test / dev:.2g} times the dev loss" in line
