"""`sweep` on the toy problem: the estimate, a sweep from its beginning to its end, resumed, cancelled."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from solversmith import errors
from solversmith.records.run import CandidateRecord, ProposalRecord
from solversmith.store import RunDirectory

Call = Callable[..., Any]
COMMAND = (sys.executable, "-m", "solversmith.cli.main")


@pytest.fixture
def file(tmp_path: Path, decay: str) -> Path:
    path = tmp_path / "small.toml"
    path.write_text(
        f"""
        [run]
        debug_rounds = 1
        time_limit = 5
        [grid]
        problem = "{decay}"
        seed = [0, 1]
        n = 2
        """
    )
    return path


def ids(call: Call, file: Path) -> list[str]:
    found: list[str] = json.loads(call("sweep", file, "--dry-run", "--json").out)["ids"]
    return found


def test_a_dry_run_says_what_it_takes_and_does_nothing(call: Call, file: Path, tmp_path: Path) -> None:
    done = call("sweep", file, "--dry-run", "--max-usd", 3)
    assert done.code == errors.DONE
    lines = done.out.splitlines()
    assert [line.split("-seed")[1][0] for line in lines[:2]] == ["0", "1"]
    assert "runs:         2" in lines
    assert "calls:        at most 8" in lines
    assert "largest cost: 0.00 USD, and never more than the 3 USD of max_usd" in lines
    assert any(line.startswith("CPU hours:    at most 0.0") for line in lines)
    assert not (tmp_path / "runs").exists()


def test_a_sweep_from_its_beginning_to_its_end_and_once_more(call: Call, file: Path, tmp_path: Path) -> None:
    first, second = ids(call, file)
    assert "2 runs: 2 waiting" in call("sweep", "status", file).out
    done = call("sweep", file)
    assert done.code == errors.DONE, done.err
    assert "2 of 2 runs are done, 0 failed" in done.err
    folder = tmp_path / "runs" / "small"
    assert (folder / first / "rows.json").exists()
    assert not (folder / second / "rows.json").exists()  # the same human programs: once is enough
    status = call("sweep", "status", file).out
    assert "2 runs: 2 done" in status
    assert "carried out now by nobody" in status
    journals = {name: (folder / name / "journal.jsonl").read_bytes() for name in (first, second)}
    again = call("sweep", file)
    assert again.code == errors.DONE
    assert "2 are done already" in again.err
    assert {name: (folder / name / "journal.jsonl").read_bytes() for name in journals} == journals
    table = call("table", "--dir", folder, "--format", "json")
    assert table.code == errors.DONE
    rows = json.loads(table.out)["rows"]
    assert sum("best-of-n" in str(row) for row in rows) == 2


def test_a_run_that_fails_is_shown_with_its_reason(call: Call, file: Path, tmp_path: Path) -> None:
    first, _ = ids(call, file)
    folder = tmp_path / "runs" / "small" / first
    folder.mkdir(parents=True)
    (folder / "mine.txt").write_text("somebody's own file")
    done = call("sweep", file, "--workers", 1)
    assert done.code == errors.USAGE
    assert "1 of 2 runs are done, 1 failed" in done.err
    rows = json.loads(call("sweep", "status", file, "--json").out)["runs"]
    assert [row["state"] for row in rows] == ["failed", "done"]
    assert "is no run directory" in rows[0]["why"]
    shutil.rmtree(folder)
    assert call("sweep", file).code == errors.DONE


def test_a_budget_of_all_runs_halts_them_and_a_larger_one_goes_on(call: Call, file: Path) -> None:
    done = call("sweep", file, "--max-calls", 1, "--workers", 1)
    assert done.code == errors.DONE
    assert "stopped: budget of 1 calls" in done.err
    rows = json.loads(call("sweep", "status", file, "--json").out)["runs"]
    assert [row["state"] for row in rows] == ["unfinished", "waiting"]
    assert call("sweep", file, "--max-calls", 1).code == errors.DONE  # what was spent is remembered
    rows = json.loads(call("sweep", "status", file, "--json").out)["runs"]
    assert sum(row["candidates"] for row in rows) <= 1
    assert "2 of 2 runs are done" in call("sweep", file, "--max-calls", 100).err


def test_a_first_interrupt_finishes_what_runs(call: Call, file: Path, tmp_path: Path) -> None:
    text = file.read_text().replace("seed = [0, 1]", f"seed = {list(range(40))}")
    file.write_text(text)
    assert "nobody carries out" in call("sweep", "cancel", file).err
    process = subprocess.Popen(
        [*COMMAND, "sweep", str(file)], cwd=tmp_path, stderr=subprocess.PIPE, text=True
    )
    try:
        _wait_for(lambda: any((tmp_path / "runs" / "small").glob("*/journal.jsonl")))
        assert f"carried out now by process {process.pid} " in call("sweep", "status", file).out
        os.kill(process.pid, signal.SIGINT)
        _, told = process.communicate(timeout=200)
    finally:
        process.kill()
    assert process.returncode == errors.INTERRUPTED, told
    assert "the same command goes on from there" in told
    rows = json.loads(call("sweep", "status", file, "--json").out)["runs"]
    assert "waiting" in {row["state"] for row in rows}
    begun = [row["id"] for row in rows if row["state"] != "waiting"]
    for name in begun:
        with RunDirectory.read(tmp_path / "runs" / "small" / name) as store:
            records = list(store.records())
        proposed = {record.id for record in records if isinstance(record, ProposalRecord)}
        assert {record.proposal for record in records if isinstance(record, CandidateRecord)} == proposed


def test_on_a_cluster_nobody_says_how_many_programs_run_at_once(call: Call, file: Path, decay: str) -> None:
    file.write_text(file.read_text().replace("[run]", "[run]\nslots = 1"))
    sentence = call("sweep", file, "--pool", "ray").sentence
    assert f"{file}: the run {ids(call, file)[0]}: slots=1 can't be kept with --pool ray" in sentence
    assert "slots=3 can't be kept" in call("run", decay, "--pool", "ray", "--slots", 3).sentence


@pytest.mark.parametrize("words", [("status",), ("stop", "x.toml"), ("status", "cancel", "x.toml")])
def test_anything_but_a_file_or_an_action_and_a_file_is_refused(call: Call, words: tuple[str, ...]) -> None:
    done = call("sweep", *words)
    assert done.code == errors.USAGE
    assert "sweep takes a file" in done.sentence


def _wait_for(happens: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not happens():
        assert time.monotonic() < deadline
        time.sleep(0.05)
