"""`run` on the toy problem: from the first candidate to the table, continued, and finished."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from solversmith import errors, pools, session
from solversmith.contract import Completion, Request
from solversmith.models.offline import OfflineModel
from solversmith.records.run import SessionRecord
from solversmith.search import SCHEDULES
from solversmith.store import RunDirectory

Call = Callable[..., Any]
COMMAND = (sys.executable, "-m", "solversmith.cli.main")
SLOW = """
```python
import time

def solver(start, times, rate):
    time.sleep(0.4)
    return [start for _ in times]
```
"""


def test_a_failure_is_repaired_and_the_best_stands_beside_the_human_programs(finished: Any) -> None:
    done = finished.called
    assert done.code == errors.DONE
    rows = [
        line.split()[0] for line in done.out.splitlines() if "human program " in line or "offline* " in line
    ]
    assert rows == ["expert", "best", "simple", "trivial"]
    assert "<= 1.000e-12" in done.out
    assert "offline (no language model; derived from the human programs)" in done.out
    assert "1 repaired" in done.out
    summary = json.loads((finished.path / "summary.json").read_text())
    assert (summary["candidates"], summary["valid"]) == (6, 6)
    (repaired,) = summary["repaired"]
    assert f"{repaired}   (failed, was told why, repaired)" in done.out
    assert summary["round_verdicts"]["runtime_error"] >= 1
    assert summary["ledger"]["completed"] > 6
    assert summary["ledger"]["usd"] == 0


def test_progress_is_plain_lines_on_stderr(finished: Any) -> None:
    lines = finished.called.err.splitlines()
    assert any("6/6 candidates" in line and "best loss" in line and "tokens" in line for line in lines)
    assert any("round 0 (draft): runtime_error" in line for line in lines)
    assert any("on test: ok" in line for line in lines)


def test_the_best_program_scores_what_the_run_says(finished: Any, call: Call, decay: str) -> None:
    summary = json.loads((finished.path / "summary.json").read_text())
    for split, loss in (("dev", summary["selected"]["loss"]), ("test", summary["test"]["loss"])):
        found = json.loads(call("score", decay, finished.path / "best.py", "--json", "--split", split).out)
        assert found["loss"] == loss


def test_the_settings_are_recorded_as_asked_and_as_resolved(finished: Any) -> None:
    recorded = tomllib.loads((finished.path / "run.toml").read_text())
    assert recorded["asked"]["problem"].endswith("decay")
    assert recorded["identity"]["problem"] == "decay:rate=40"
    assert recorded["identity"]["isolation"] in ("L2", "L3")
    assert recorded["environment"]["versions"]["python"] == sys.version.split()[0]
    assert recorded["environment"]["machine"]["cores"] >= 1


def test_a_finished_run_prints_its_result_and_changes_nothing(finished: Any, call: Call, decay: str) -> None:
    def content() -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in finished.path.iterdir()}

    before = content()
    options = ("-n", 6, "--seed", 0, "--schedule", "generational", "--dir", finished.folder, "--name", "six")
    again = call("run", decay, *options)
    assert (again.code, again.out) == (0, finished.called.out)
    assert "done after" not in again.err
    assert content() == before


def test_score_all_adds_what_is_missing_to_a_finished_run(call: Call, decay: str) -> None:
    options = ("-n", 2, "--name", "two", "--no-humans", "--workers", 1)
    assert call("run", decay, *options).code == errors.DONE
    assert call("run", decay, *options, "--score-all", "--json").code == errors.DONE
    summary = json.loads(Path("runs/two/summary.json").read_text())
    assert len(summary["tests"]) == 2
    assert len({test["id"] for test in summary["tests"]}) == 2


def test_without_a_name_the_same_command_finds_its_run_and_another_makes_its_own(
    call: Call, decay: str
) -> None:
    options = ("-n", 1, "--no-humans")
    call("run", decay, *options)
    call("run", decay, *options)
    call("run", decay, *options, "--seed", 1)
    names = sorted(path.name for path in Path("runs").iterdir())
    assert len(names) == 2
    assert all(name.startswith("decay-rate40-best-of-n-offline-s") for name in names)


def test_no_valid_candidate_has_its_own_exit_code(call: Call, decay: str, tmp_path: Path) -> None:
    script = tmp_path / "replies.jsonl"
    script.write_text(json.dumps({"text": "I can't."}) + "\n")
    done = call("run", decay, "--model", f"scripted:{script}", "-n", 1, "--debug-rounds", 0, "--name", "none")
    assert done.code == errors.NO_VALID_CANDIDATE, done.err
    assert "no valid candidate" in done.out
    assert "1 no_code" in call("table", "none").out


def test_feedback_is_what_repairs(finished: Any, call: Call, decay: str) -> None:
    options = ("-n", 6, "--seed", 0, "--schedule", "generational", "--no-humans", "--name", "deaf")
    assert call("run", decay, *options, "--no-feedback").code == errors.DONE
    deaf = json.loads(Path("runs/deaf/summary.json").read_text())
    told = json.loads((finished.path / "summary.json").read_text())
    assert (len(told["repaired"]), deaf["repaired"]) == (1, [])


def test_an_interrupted_run_says_how_to_go_on_and_goes_on(decay: str, tmp_path: Path) -> None:
    script = tmp_path / "replies.jsonl"
    script.write_text(3 * (json.dumps({"text": SLOW}) + "\n"))
    arguments = ["run", decay, "--model", f"scripted:{script}", "-n", "3", "--name", "slow", "--workers", "1"]
    command = [*COMMAND, *arguments, "--no-humans"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    first = subprocess.Popen(command, text=True, cwd=tmp_path, start_new_session=True, **pipes)
    _wait_for(tmp_path / "runs" / "slow", "round")
    os.killpg(first.pid, signal.SIGINT)  # as a terminal does: to the sandbox's processes, too
    _, told = first.communicate(timeout=60)
    assert first.returncode == errors.INTERRUPTED, told
    assert "the same command continues this run" in told
    assert "Traceback" not in told
    second = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert second.returncode == errors.DONE, second.stderr
    with RunDirectory.read(tmp_path / "runs" / "slow") as store:
        completed = [r.id for r in store.records() if r.kind == "call" and r.event == "completed"]
    assert sorted(completed) == ["p0000.r0.s0", "p0001.r0.s0", "p0002.r0.s0"]


def _wait_for(path: Path, kind: str) -> None:
    """Until a record of this kind stands in the journal; the test's own time limit is the net."""
    journal = path / "journal.jsonl"
    while not (journal.is_file() and f'"kind":"{kind}"' in journal.read_text()):
        time.sleep(0.02)


def test_an_edited_problem_is_another_run(call: Call, decay: str, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(decay, tmp_path / "copy"))
    options = ("-n", 1, "--no-humans", "--name", "edited")
    assert call("run", copy, *options).code == errors.DONE
    statement = copy / "statement.md"
    statement.write_text(statement.read_text() + "\nBe brief.\n")
    done = call("run", copy, *options)
    assert done.code == errors.USAGE
    assert "the texts of the problem (statement, template or harness) changed" in done.sentence


def test_a_pool_needs_no_second_edit_to_be_an_option(
    call: Call, decay: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "more"
    folder.mkdir()
    shutil.copy(Path(str(pools.__file__)).with_name("serial.py"), folder / "in_line.py")
    wrong = call("run", decay, "--pool", "in-lime")
    assert (wrong.code, "in-line" in wrong.sentence) == (errors.USAGE, False)
    monkeypatch.setattr(pools, "__path__", [*pools.__path__, str(folder)])
    wrong = call("run", decay, "--pool", "in-lime")
    assert (wrong.code, "did you mean 'in-line'" in wrong.sentence) == (errors.USAGE, True)
    done = call("run", decay, "--pool", "in-line", "-n", 1, "--no-humans", "--workers", 1)
    sys.modules.pop("solversmith.pools.in_line", None)
    assert done.code == errors.DONE, done.err


def test_every_schedule_is_an_option_and_a_wrong_one_is_told(call: Call, decay: str) -> None:
    for schedule in SCHEDULES:
        wrong = call("run", decay, "--schedule", schedule + "x")
        assert (wrong.code, f"did you mean '{schedule}'" in wrong.sentence) == (errors.USAGE, True)
    assert all(schedule in call("run", "--help").out for schedule in SCHEDULES)
    assert all(pool in call("run", "--help").out for pool in pools.available())


def test_what_a_search_found_is_written_before_anything_else_can_fail(
    call: Call, decay: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = ("run", decay, "-n", 1, "--name", "one", "--workers", 1)
    derived = [Path("runs/one/best.py"), Path("runs/one/summary.json")]

    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    for step, finished in (("finish", False), ("human_rows", True)):
        with monkeypatch.context() as patched:
            patched.setattr(session, step, interrupted)
            assert call(*options).code == errors.INTERRUPTED
        assert all(path.is_file() for path in derived)
        assert json.loads(derived[1].read_text())["finished"] is finished
        for path in derived:
            path.unlink()
    done = call(*options)
    assert done.code == errors.DONE
    assert "done after" not in done.err
    assert all(path.is_file() for path in [*derived, Path("runs/one/rows.json")])


def test_a_run_goes_on_under_another_budget_until_one_ends_it(
    call: Call, decay: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = ("run", decay, "-n", 6, "--no-humans", "--workers", 1)
    asked: list[str] = []
    answer = OfflineModel.complete

    def counted(model: OfflineModel, request: Request, key: str) -> Completion:
        asked.append(key)
        if len(asked) == 2:
            raise KeyboardInterrupt
        return answer(model, request, key)

    monkeypatch.setattr(OfflineModel, "complete", counted)
    assert call(*options, "--max-calls", 3).code == errors.INTERRUPTED
    more = call(*options, "--max-calls", 5, "--max-wall", 900)
    assert more.code == errors.DONE, more.err
    assert "the search is over (budget of 5 calls)" in more.err
    assert "starts a new one" not in more.err
    assert len(asked) == 5
    (path,) = Path("runs").iterdir()
    with RunDirectory.read(path) as store:
        changed = [r.measured["changed"] for r in store.records() if isinstance(r, SessionRecord)]
    assert changed[0] == {}
    assert changed[1] == {"budget.calls": ["3", "5"], "budget.wall_s": ["nothing", "900.0"]}
    over = call(*options, "--max-calls", 50)
    assert (over.code, over.out, len(asked)) == (errors.DONE, more.out, 5)
    (line,) = (line for line in over.err.splitlines() if "starts a new one" in line)
    assert "it ended by its budget of 5 calls; --name OTHER" in line


@pytest.mark.parametrize("option", [("-n", 3), ("--target-loss", 0.5), ("--no-improvement", 2)])
def test_what_ends_a_search_by_its_results_is_part_of_the_run(
    call: Call, decay: str, option: tuple[str, object]
) -> None:
    options = ("run", decay, "-n", 1, "--no-humans", "--name", "one", "--workers", 1)
    assert call(*options).code == errors.DONE
    other = call(*options, *option)
    assert other.code == errors.USAGE
    assert "exists with other settings" in other.sentence


def test_processor_time_and_no_improvement_end_a_search(call: Call, decay: str) -> None:
    options = ("run", decay, "-n", 12, "--no-humans", "--workers", 1, "--json")
    used = call(*options, "--name", "cpu", "--max-cpu", 0.001)
    assert used.code == errors.DONE, used.err
    summary = json.loads(used.out)
    assert (summary["stopped_by"], summary["candidates"]) == ("budget of 0.001 s of processor time", 1)
    assert summary["settings"]["environment"]["budget"] == {"cpu_s": 0.001}
    again = call(*options, "--name", "cpu", "--max-cpu", 9)
    assert "it ended by its budget of 0.001 s of processor time" in again.err
    stale = json.loads(call(*options, "--name", "stale", "--no-improvement", 1).out)
    assert stale["stopped_by"] == "1 candidate without improvement"
    assert stale["candidates"] < 12


def test_ones_own_programs_enter_first_and_are_built_on(call: Call, decay: str) -> None:
    """As candidates that cost no call, under any method; with other programs it is another run."""
    start = Path("mine.py")
    start.write_text((Path(decay) / "solvers" / "simple.py").read_text())
    method = ("--method", "eoh", "--set", "population=2", "-n", 4, "--debug-rounds", 0)
    options = ("run", decay, *method, "--start", start, "--no-humans", "--workers", 1, "--name", "mine")
    done = call(*options, "--json")
    assert done.code == errors.DONE, done.err
    summary = json.loads(done.out)
    assert summary["candidates"] == 5
    assert summary["settings"]["identity"]["method_settings"]["population"] == 2
    records = [json.loads(line) for line in Path("runs/mine/journal.jsonl").read_text().splitlines()]
    proposals = [record for record in records if record["kind"] == "proposal"]
    asked = [r["proposal"] for r in records if r["kind"] == "call" and r["event"] == "completed"]
    assert asked == ["p0001", "p0002", "p0003", "p0004"]
    assert (proposals[0]["what"], proposals[1]["operator"]) == ("seed", "draft")
    assert "c0000" in proposals[2]["context"]
    start.write_text(start.read_text() + "\n# edited\n")
    assert call(*options).code == errors.USAGE


OWN_METHOD = """
from solversmith.methods import best_of_n

SUMMARY = "best of n, my way"
build = best_of_n.build
"""


def test_an_edited_method_or_script_is_another_run(call: Call, decay: str, tmp_path: Path) -> None:
    method, script = tmp_path / "mine.py", tmp_path / "answers.md"
    method.write_text(OWN_METHOD)
    script.write_text("```python\ndef solver(start, times, rate):\n    return [start for _ in times]\n```\n")
    options = ("-n", 1, "--no-humans", "--workers", 1)
    commands = {
        method: ("run", decay, "--method", method, "--name", "method", *options),
        script: ("run", decay, "--model", f"scripted:{script}", "--name", "model", *options),
    }
    for file, command in commands.items():
        assert call(*command).code == errors.DONE
        assert "done after" not in call(*command).err
        file.write_text(file.read_text() + "\n# edited\n")
        edited = call(*command)
        assert edited.code == errors.USAGE
        told = {"method": "the file of the method changed", "model": "what the model answers from changed"}
        assert told[command[-6]] in edited.sentence


@pytest.mark.parametrize("option", [("--feedback", "self"), ("--order",), ("--warm",)])
def test_what_a_problem_can_not_measure_is_refused_before_anything_is_paid(
    call: Call, decay: str, option: tuple[str, ...]
) -> None:
    done = call("run", decay, *option)
    assert done.code == errors.USAGE
    assert "decay has no" in done.sentence
    assert not Path("runs").exists()
