"""Programs as models: real processes."""

from __future__ import annotations

import os
import shlex
import sys
import time
from pathlib import Path

import pytest

from solversmith import models
from solversmith.contract.model import Message, Request
from solversmith.errors import CallFailed, CallInDoubt, MissingPrerequisite, UsageError
from solversmith.models.command import CommandModel

REQUEST = Request((Message("system", "be brief"), Message("user", "hello ü")), 50, seed=3, sample=4)


def python(code: str, **options: object) -> CommandModel:
    model = models.build(f"command:{shlex.join([sys.executable, '-c', code])}", options)
    assert isinstance(model, CommandModel)
    return model


def test_prompt_in_completion_out() -> None:
    echo = "import os, sys; print(os.environ['SOLVERSMITH_CALL'], os.environ['SOLVERSMITH_SAMPLE'])"
    said = python(f"{echo}; print(sys.stdin.read())").complete(REQUEST, "run-p0004.r0.s0")
    assert said.text == "run-p0004.r0.s0 4\n## system\n\nbe brief\n\n## user\n\nhello ü\n\n"
    assert (said.finish_reason, said.usage.measured) == ("stop", False)
    assert said.usage.output_tokens > 0


def test_a_command_need_not_read_its_prompt() -> None:
    request = Request((Message("user", "x" * 1_000_000),), 50)
    assert python("print('done')").complete(request, "k").text == "done\n"


@pytest.mark.parametrize(
    ("code", "told"), [("import sys; sys.exit('no luck')", "code 1: no luck"), ("pass", "printed nothing")]
)
def test_a_failure_may_have_been_paid_for_and_is_tried_again(code: str, told: str) -> None:
    with pytest.raises(CallFailed, match=told) as caught:
        python(code).complete(REQUEST, "k")
    assert (caught.value.retry, caught.value.charged) == (True, True)


def test_one_that_takes_too_long_is_killed_with_its_children(tmp_path: Path) -> None:
    child = f"import time, pathlib; time.sleep(1.5); pathlib.Path({str(tmp_path / 'alive')!r}).touch()"
    start = (
        f"import subprocess, sys, time; subprocess.Popen([sys.executable, '-c', {child!r}]); time.sleep(30)"
    )
    begin_s = time.monotonic()
    with pytest.raises(CallInDoubt, match=r"within 0\.5 s"):
        python(start, timeout_s=0.5).complete(REQUEST, "k")
    assert time.monotonic() - begin_s < 10
    time.sleep(2)
    assert not (tmp_path / "alive").exists()


def test_what_it_costs_is_unknown_unless_said() -> None:
    assert python("pass").price is None
    price = python("pass", price="0/0").price
    assert price is not None
    assert price.input_usd == 0


def test_one_that_vanishes(tmp_path: Path) -> None:
    program = tmp_path / "agent"
    program.write_text("#!/bin/sh\necho hello\n")
    program.chmod(0o755)
    model = models.build(f"command:{program}")
    program.unlink()
    with pytest.raises(CallFailed, match="can't be started") as caught:
        model.complete(REQUEST, "k")
    assert not caught.value.sent


@pytest.mark.parametrize(
    ("spec", "error", "words"),
    [
        ("command:", UsageError, "needs a command"),
        ("command:'open", UsageError, "can't be read"),
        ("command:no-such-program-here x", MissingPrerequisite, "no program 'no-such-program-here'"),
    ],
)
def test_commands_that_are_none(spec: str, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        models.build(spec)


def test_the_environment_is_yours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AGENT_SETTING", "17")
    said = python("import os; print(os.environ['AGENT_SETTING'])").complete(REQUEST, "k")
    assert said.text == "17\n"
    assert "SOLVERSMITH_CALL" not in os.environ
