"""A program that our scorer breaks on: the run is finished, and its exit code tells of the fault once."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from solversmith import errors

ANSWER = '    found = answer.last["u"]\n'
BREAKS = '        if found[0] == 666:\n            raise ValueError("the scorer fell over")\n'


@pytest.mark.parametrize("schedule", ["steady", "generational"])
def test_a_run_is_finished_before_it_tells_of_a_fault_and_is_then_over(
    call: Callable[..., Any], decay: str, tmp_path: Path, schedule: str
) -> None:
    broken = Path(shutil.copytree(decay, tmp_path / "broken"))
    source = (broken / "problem.py").read_text()
    assert ANSWER in source
    (broken / "problem.py").write_text(source.replace(ANSWER, ANSWER + BREAKS))
    script = tmp_path / "replies.jsonl"
    good = (broken / "solvers" / "expert.py").read_text()
    poison = good.replace("return [", "return [666 if t == 0 else ")
    replies = [
        {"text": f"```python\n{good}```", "round": None},
        {"text": f"```python\n{poison}```", "round": None, "sample": 0},
    ]
    script.write_text("".join(json.dumps(reply) + "\n" for reply in replies))
    options = ("-n", 2, "--schedule", schedule, "--no-humans", "--score-all", "--name", "r", "--json")
    first = call("run", broken, "--model", f"scripted:{script}", *options)
    assert first.code == errors.FAULT, first.err
    assert "internal fault: a fault of ours stayed in p0000: scoring failed: ValueError: " in first.sentence
    again = call("run", broken, "--model", f"scripted:{script}", *options)
    assert again.code == errors.DONE, again.err
    found = json.loads(again.out)
    assert (found["candidates"], found["valid"], found["finished"]) == (2, 2, True)
    assert [test["id"] for test in found["tests"]] == ["c0001", "c0002"]
