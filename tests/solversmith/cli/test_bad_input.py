"""Bad input: one clear sentence that says what to do, the right exit code, no traceback, nothing lost."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from solversmith import errors

Call = Callable[..., Any]
OURS = {"OPENAI_API_KEY", "OPENAI_BASE_URL"}


@pytest.mark.parametrize("command", ["run", "score"])
@pytest.mark.parametrize(
    ("problem", "said"),
    [
        ("burger", "no problem named 'burger'; did you mean 'burgers'?"),
        ("burgers:nuu=0.1", "no parameter of 'burgers' named 'nuu'; did you mean 'nu'?"),
        ("burgers:nu=0.3", "burgers:nu can't be '0.3'; published values: 0.01"),
        ("burgers:nu", "parameters are written NAME:key=value,key=value"),
        ("./nowhere", "is not a problem folder: it has no problem.py"),
    ],
)
def test_a_problem_that_is_none(command: str, problem: str, said: str, call: Call) -> None:
    done = call(command, problem, *(["x.py"] if command == "score" else []))
    assert done.code == (errors.PREREQUISITE if "nowhere" in problem else errors.USAGE)
    assert said in done.sentence
    assert "same command" not in done.err
    assert done.out == ""


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--model", "ofline"], "no model named 'ofline'; did you mean 'offline'?"),
        (["--model", "openai:"], "--model openai:NAME"),
        (["--model", "offline:x"], "takes no argument"),
        (["--method", "best-of"], "no method named 'best-of'; did you mean 'best-of-n'?"),
        (["--set", "population"], "--set takes NAME=VALUE, not 'population'"),
        (["--set", "n=3"], "--set n=3: use -n for that"),
        (["--method", "eoh", "--set", "populaton=3"], "did you mean 'population'?"),
        (["--method", "eoh", "--set", "population=0"], "population must be a whole number of at least 1"),
        (["--method", "community", "--set", "share=some"], "share must be one of all, ideas, reports, none"),
        (["--start", "nowhere.py"], "can't read the program 'nowhere.py' to start from"),
        (["--schedule", "stedy"], "did you mean 'steady'"),
        (["-n", "0"], "0 is not in the range 1<=x"),
        (["--seed", "two"], "not a valid integer"),
        (["--price", "cheap"], "IN/OUT in USD per million tokens"),
        (["--max-usd", "nan"], "not a finite number"),
        (["--temperature", "7"], "0<=x<=2"),
        (["--name", "a/b"], "can't be named 'a/b'"),
        (["--isolation", "externl"], "no isolation named 'externl'; did you mean 'external'?"),
        (["--isolation", "docker"], "known: L2, L3, L4, auto, external"),
        (
            ["--isolation", "L1"],
            "isolation L1 keeps no program from reading your files and keys: add --unsafe-exec",
        ),
        (["--isolation", "L0"], "--unsafe-exec"),
        (["--time-limit", "0"], "not in the range"),
        (["--memory", "1"], "'--memory': 1 MiB is less than the 256 MiB that Python"),
        (["--memory", "255"], "255 MiB is less than the 256 MiB"),
    ],
)
def test_an_option_that_makes_no_sense(
    options: list[str], said: str, call: Call, decay: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "not-a-real-key-0123456789")
    model = [] if "--model" in options else ["--model", "openai:m"]
    done = call("run", decay, *model, *options)
    assert done.code == errors.USAGE
    assert said in done.sentence
    assert not Path("runs").exists()


def test_an_instance_is_not_searched_on_and_tested_on(call: Call) -> None:
    done = call("run", "tsp", "--cases", "E1k.0", "-n", "1")
    assert done.code == errors.USAGE
    assert "E1k.0 of tsp would be both dev and test" in done.sentence


def test_a_program_file_that_is_not_there(call: Call, decay: str, tmp_path: Path) -> None:
    (tmp_path / "folder.py").mkdir()
    (tmp_path / "bytes.py").write_bytes(b"x = '\xff'\n")
    for program, said in (
        ("mine.py", "there is no file 'mine.py'; give a .py file or one of: trivial, simple, expert"),
        ("simpel", "did you mean 'simple'?"),
        ("folder.py", "is not a file"),
        ("bytes.py", "is not UTF-8 text (byte 5)"),
    ):
        done = call("score", decay, program)
        assert done.code == errors.USAGE
        assert said in done.sentence


@pytest.mark.parametrize("command", [["score", "{}", "simple"], ["run", "{}", "-n", "1"], ["problems", "{}"]])
def test_a_data_folder_that_is_not_there_half_there_or_malformed(
    command: list[str], call: Call, decay: str, tmp_path: Path
) -> None:
    half = tmp_path / "half"
    half.mkdir()
    (half / "dev.txt").write_text("1.0\n2.0\n")
    malformed = tmp_path / "malformed"
    malformed.mkdir()
    (malformed / "dev.txt").write_text("1.0\nabc\n")
    (malformed / "test.txt").write_text("1.0\nabc\n")
    arguments = [part.format(decay) for part in command]
    cases = [
        (tmp_path / "none", "no such data folder"),
        (malformed, "dev.txt, line 2: 'abc' is not a number"),
    ]
    if "score" not in arguments:  # which reads one split only
        cases.append((half, "test.txt: the data folder lacks this file"))
    for data, said in cases:
        done = call(*arguments, "--data", data)
        assert done.code == errors.PREREQUISITE
        assert said in done.sentence


@pytest.mark.parametrize("problem", ["tsp", "mis"])
def test_a_data_folder_of_the_catalogue_that_is_not_there_or_empty(
    problem: str, call: Call, tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()
    for data in ("none", "empty"):
        done = call("score", problem, "simple", "--data", tmp_path / data)
        assert done.code == errors.PREREQUISITE
        assert str(tmp_path / data) in done.sentence


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (
            ["--preset", "published"],
            errors.USAGE,
            "give --data DIR (`solversmith data get tsp` fetches them)",
        ),
        (["--scoring", "published", "--score", "integral"], errors.USAGE, "leave out --score"),
        (["--scoring", "theirs"], errors.USAGE, "'theirs' is not one of 'ours', 'published'"),
        (["--best-known", "none.txt"], errors.PREREQUISITE, "none.txt: can't be read"),
        (["--cases", "E10k.3"], errors.USAGE, "E10k.3' is a test instance of tsp"),
        (["--cases", "E2k.0"], errors.USAGE, "E2k.0 can't be made: expected a size among 1k"),
        (["--time-limit", "1e5"], errors.USAGE, "say --yes to run it, or take fewer cases"),
    ],
)
@pytest.mark.parametrize("command", [["score", "tsp", "simple"], ["run", "tsp", "-n", "1"]])
def test_what_a_combinatorial_problem_can_not_use(
    command: list[str], options: list[str], code: int, said: str, call: Call
) -> None:
    done = call(*command, *options)
    assert done.code == code
    assert said in done.sentence
    assert not Path("runs").exists()


@pytest.mark.parametrize(
    "option", [["--scoring", "published"], ["--score", "integral"], ["--best-known", "x"]]
)
def test_a_pde_has_no_use_for_what_is_about_best_known_values(option: list[str], call: Call) -> None:
    done = call("score", "advection", "simple", *option)
    assert done.code == errors.USAGE
    assert f"advection has no use for {option[0]}: leave it out" in done.sentence


def test_a_table_of_best_known_values_that_is_none(call: Call, tmp_path: Path) -> None:
    (tmp_path / "values.txt").write_text("uniform-200-71200 many nint\n")
    done = call("score", "tsp", "simple", "--best-known", tmp_path / "values.txt")
    assert done.code == errors.PREREQUISITE
    assert "values.txt, line 1: value 'many' is no finite number" in done.sentence


@pytest.mark.parametrize("command", [["score", "tsp", "simple"], ["run", "tsp"]])
def test_a_damaged_instance_ends_the_command_before_anything_is_run(
    command: list[str], call: Call, tmp_path: Path
) -> None:
    """Neither left out, as the mean would be another one, nor counted against a program that never saw it."""
    folder = tmp_path / "data" / "TSP" / "valid_instances"
    folder.mkdir(parents=True)
    head = "TYPE: TSP\nDIMENSION: 3\nEDGE_WEIGHT_TYPE: EUC_2D\nNODE_COORD_SECTION\n1 0 0\n2 3 4\n"
    (folder / "good.tsp").write_text(head + "3 6 8\n")
    (folder / "nan.tsp").write_text(head + "3 nan 8\n")
    (folder / "short.tsp").write_text(head)
    done = call(*command, "--data", tmp_path / "data", "--time-limit", 1)
    assert (done.code, done.out) == (errors.PREREQUISITE, "")
    assert "nan.tsp, line 7: coordinate 'nan'; expected a finite number" in done.sentence
    verified = call("data", "verify", "tsp", "--data", tmp_path / "data")
    assert verified.code == errors.PREREQUISITE
    assert "nan.tsp, line 7" in verified.out
    assert "short.tsp" in verified.out
    assert "1 instances read, 2 files damaged" in verified.out


def test_a_truncated_instance_is_told_by_file_and_line(call: Call, tmp_path: Path) -> None:
    folder = tmp_path / "data" / "TSP" / "easy_test_instances"
    folder.mkdir(parents=True)
    head = "NAME: torn\nTYPE: TSP\nDIMENSION: 4\nEDGE_WEIGHT_TYPE: EUC_2D\nNODE_COORD_SECTION\n"
    (folder / "torn.tsp").write_text(head + "1 0 0\n2 zero 0\n")
    done = call("score", "tsp", "simple", "--data", tmp_path / "data", "--split", "test")
    assert done.code == errors.PREREQUISITE
    assert "torn.tsp, line 7" in done.sentence


def test_a_missing_key(call: Call, decay: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in OURS:
        monkeypatch.delenv(name, raising=False)
    done = call("run", decay, "--model", "openai:some-model")
    assert done.code == errors.PREREQUISITE
    assert "OPENAI_API_KEY" in done.sentence
    assert "same command" not in done.err
    assert not Path("runs").exists()


def test_a_budget_in_usd_needs_a_price(call: Call, decay: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "not-a-real-key-0123456789")
    done = call("run", decay, "--model", "openai:some-model", "--max-usd", 1)
    assert done.code == errors.USAGE
    assert "--price IN/OUT" in done.sentence
    assert not Path("runs").exists()


def test_an_unreachable_server(call: Call, decay: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "not-a-real-key-0123456789")
    with socket.socket() as unused:  # bound and not listening: a connection is refused
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}/v1"
        done = call("run", decay, "--model", "openai:m", "--base-url", url, "-n", 1, "--workers", 1)
    assert done.code == errors.PREREQUISITE
    assert url in done.sentence
    assert "same command" in done.err


def test_a_script_or_a_run_to_replay_that_is_not_there(call: Call, decay: str) -> None:
    for model in ("scripted:nothing.jsonl", "replay:nothing"):
        done = call("run", decay, "--model", model)
        assert done.code in (errors.USAGE, errors.PREREQUISITE)
        assert "nothing" in done.sentence
        assert "same command" not in done.err


def test_a_name_that_exists_with_other_settings(finished: Any, call: Call, decay: str) -> None:
    before = (finished.path / "journal.jsonl").read_bytes()
    done = call("run", decay, "--dir", finished.folder, "--name", "six", "-n", 7)
    assert done.code == errors.USAGE
    assert "run 'six' exists with other settings" in done.sentence
    assert "candidates: 6 -> 7" in done.sentence
    assert (finished.path / "journal.jsonl").read_bytes() == before


def test_a_second_writer_is_told_who_holds_the_run(decay: str, tmp_path: Path) -> None:
    reply = "```python\nimport time\ndef solver(start, times, rate):\n    time.sleep(60)\n```"
    (tmp_path / "reply.jsonl").write_text(json.dumps({"text": reply}) + "\n")
    options = ["--model", "scripted:reply.jsonl", "-n", "1", "--name", "held", "--time-limit", "60"]
    command = [sys.executable, "-m", "solversmith.cli.main", "run", decay, *options]
    first = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        journal = tmp_path / "runs" / "held" / "journal.jsonl"
        while first.poll() is None and not (journal.is_file() and "completed" in journal.read_text()):
            time.sleep(0.05)
        second = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    finally:
        first.kill()
        first.communicate()
    assert second.returncode == errors.PREREQUISITE
    assert f"{first.pid}" in second.stderr
    assert "same command" not in second.stderr
    assert "Traceback" not in second.stderr


def test_a_folder_that_can_not_be_written(call: Call, decay: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = call("run", decay, "-n", 1, "--dir", tmp_path / "file" / "runs")
    assert done.code == errors.PREREQUISITE
    assert "file" in done.sentence
    assert "same command" not in done.err


def test_a_damaged_journal_is_not_called_safe(finished: Any, call: Call, decay: str, tmp_path: Path) -> None:
    shutil.copytree(finished.path, tmp_path / "runs" / "six")
    (tmp_path / "runs" / "six" / "summary.json").unlink()
    with (tmp_path / "runs" / "six" / "journal.jsonl").open("ab") as journal:
        journal.write(b"{}\n")
    done = call("run", decay, "-n", 6, "--schedule", "generational", "--name", "six")
    assert done.code == errors.PREREQUISITE
    assert "no run goes on from it" in done.sentence
    assert "same command" not in done.err


def test_isolation_that_can_not_be_had_is_no_excuse_to_run_without(
    call: Call, decay: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sandbox.errors import IsolationUnavailable

    def refuse(**_: object) -> None:
        raise IsolationUnavailable("namespaces are refused here")

    monkeypatch.setattr("sandbox.opening.open_sandbox", refuse)
    for command in (["score", decay, "simple"], ["run", decay, "-n", 1]):
        done = call(*command)
        assert done.code == errors.PREREQUISITE
        assert "namespaces are refused here" in done.sentence
        assert "solversmith doctor" in done.sentence


@pytest.mark.parametrize(
    "text", ["", ":", "a:b=c:d", "burgers:nu=", "burgers:nu=0.01,nu=0.1", "\x1b[31m", "."]
)
def test_odd_names_are_told_apart_from_faults(text: str, call: Call) -> None:
    done = call("score", text, "simple")
    assert done.code in (errors.USAGE, errors.PREREQUISITE)
    assert done.sentence.startswith("error: ")
    assert "\x1b" not in done.err
    assert os.linesep not in done.sentence
