"""The door itself: help is light, every failure is one sentence, pipes break quietly."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from solversmith import __version__, errors
from solversmith.cli import main as module
from solversmith.cli.main import COMMANDS, main

Call = Callable[..., Any]
HEAVY = ("numpy", "scipy", "jax", "ray", "openai", "h5py", "networkx", "rich", "sandbox.local")


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], *([name, "--help"] for name in COMMANDS)])
def test_help_imports_nothing_heavy(arguments: list[str]) -> None:
    code = (
        "import json, sys\nfrom solversmith.cli.main import main\n"
        f"code = main({arguments!r})\nprint('MODULES', json.dumps([code, sorted(sys.modules)]))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    shown, _, modules = done.stdout.partition("MODULES ")
    exit_code, loaded = json.loads(modules)
    assert exit_code == 0
    assert shown.strip()
    assert not set(HEAVY) & set(loaded)


def test_no_option_shows_bounds_that_it_lacks(call: Call) -> None:
    assert "None" not in call("run", "--help").out


def test_every_command_is_listed_and_exists(call: Call) -> None:
    shown = call("--help").out
    for name, summary in COMMANDS.items():
        assert name in shown
        assert summary in shown
        assert call(name, "--help").code == 0


def test_the_version_is_the_packages(call: Call) -> None:
    assert call("--version").out.split()[-1] == __version__


def test_a_mistyped_command_is_suggested(call: Call) -> None:
    done = call("scor")
    assert done.code == errors.USAGE
    assert done.sentence == "error: no command named 'scor'; did you mean 'score'?"


def test_a_mistyped_option_is_suggested(call: Call) -> None:
    done = call("score", "--tiem-limit", "3")
    assert done.code == errors.USAGE
    assert "'--time-limit'" in done.sentence


def test_without_arguments_it_shows_what_there_is(call: Call) -> None:
    done = call()
    assert done.code == errors.USAGE
    assert "Commands:" in done.out + done.err


@pytest.mark.parametrize(
    ("error", "code", "begins"),
    [
        (errors.UsageError("no"), errors.USAGE, "error: no"),
        (errors.BadData("torn", "a.tsp", 7), errors.PREREQUISITE, "error: a.tsp, line 7: torn"),
        (errors.InternalFault("ours"), errors.FAULT, "internal fault: ours"),
        (ZeroDivisionError("x"), errors.FAULT, "internal fault: ZeroDivisionError: x"),
    ],
)
def test_every_error_is_one_sentence_with_its_code(
    error: Exception, code: int, begins: str, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(module.cli, "make_context", fail)
    done = call("models")
    assert done.code == code
    assert done.sentence.startswith(begins)


def test_debug_shows_the_traceback(call: Call) -> None:
    done = call("score", "burgerz", "x.py", "--debug")
    assert done.code == errors.USAGE
    assert "Traceback" in done.err
    assert "error: no problem named 'burgerz'" in done.err


def test_an_interrupt_has_its_own_code(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(module.cli, "make_context", interrupt)
    assert call("models").code == errors.INTERRUPTED


def test_a_broken_pipe_is_quiet(tmp_path: Path) -> None:
    read, write = os.pipe()
    os.close(read)
    command = [sys.executable, "-m", "solversmith.cli.main", "--help"]
    with os.fdopen(write, "wb") as stdout:
        done = subprocess.run(command, stdout=stdout, stderr=subprocess.PIPE, cwd=tmp_path, check=False)
    assert done.returncode == module.BROKEN_PIPE
    assert done.stderr == b""


@pytest.mark.parametrize("arguments", [["problems"], ["--help"], ["models"]])
@pytest.mark.parametrize(
    ("redirected", "said"),
    [
        (">/dev/full", b"error: can't write the result to stdout: No space left on device; "),
        (">&-", b"error: stdout is closed, "),
    ],
)
def test_a_result_that_can_not_be_written_is_one_sentence(
    arguments: list[str], redirected: str, said: bytes, tmp_path: Path
) -> None:
    command = shlex.join([sys.executable, "-m", "solversmith.cli.main", *arguments])
    done = subprocess.run(
        ["/bin/sh", "-c", f"exec {command} {redirected}"], stderr=subprocess.PIPE, cwd=tmp_path, check=False
    )
    assert done.returncode == errors.PREREQUISITE
    assert done.stderr.startswith(said)
    assert done.stderr.count(b"\n") == 1


def test_a_terminal_that_knows_only_ascii_is_served() -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    command = [sys.executable, "-m", "solversmith.cli.main", "score", "proble\u043c", "x"]
    done = subprocess.run(command, capture_output=True, env=environment, check=False)
    assert done.returncode == errors.USAGE
    assert done.stderr.startswith(b"error: no problem named 'proble")


def test_main_returns_the_commands_code() -> None:
    assert main(["models"]) == errors.DONE
