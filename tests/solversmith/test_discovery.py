"""Modules by name, and files of somebody's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from solversmith import discovery, methods
from solversmith.contract import Signal
from solversmith.errors import UsageError

OWN = """
from dataclasses import dataclass
from solversmith.contract import Signal
SUMMARY = "never proposes anything"

@dataclass(frozen=True)
class Idle:
    name: str = "idle"
    generation: int = 1
    def settings(self): return {}
    def propose(self, history, number): return Signal.DONE

def build(options): return Idle()
"""


def test_a_file_of_ones_own_is_a_method(tmp_path: Path) -> None:
    file = tmp_path / "idle.py"
    file.write_text(OWN)
    for _ in range(2):
        assert methods.build(str(file), {}).propose(None, 0) is Signal.DONE


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("SUMMARY = 'x'\n", "lacks build at module level"),
        ("1 / 0\n", "ZeroDivisionError"),
        ("def f(:\n", "SyntaxError"),
        ("SUMMARY = 'x'\ndef build(options): return 3\n", "returned a int"),
    ],
)
def test_a_file_that_is_no_method_is_refused_in_one_sentence(
    tmp_path: Path, source: str, message: str
) -> None:
    file = tmp_path / "own.py"
    file.write_text(source)
    with pytest.raises(UsageError, match=message):
        methods.build(str(file), {})


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no file"):
        methods.build(str(tmp_path / "none.py"), {})


def test_modules_without_what_a_door_needs_are_not_listed() -> None:
    assert set(discovery.summaries("solversmith.pools")) >= {"serial", "threads"}
    assert discovery.summaries("solversmith.records") == {}
