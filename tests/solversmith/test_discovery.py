"""Modules by name, and files of somebody's own."""

from __future__ import annotations

import subprocess
import sys
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


def test_an_edited_file_is_taken_as_it_is_now(tmp_path: Path) -> None:
    file = tmp_path / "own.py"
    file.write_text(OWN)
    assert methods.build(str(file), {}).name == "idle"
    file.write_text(OWN.replace('"idle"', '"lazy"'))
    assert methods.build(str(file), {}).name == "lazy"


def test_names_are_listed_without_importing_the_package() -> None:
    code = (
        "import sys\nfrom solversmith.discovery import names\nfound = names('solversmith.methods')\n"
        "assert not {'numpy', 'solversmith.methods'} & sys.modules.keys()\nprint(*found)"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.split() == sorted(discovery.summaries("solversmith.methods"))


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no file"):
        methods.build(str(tmp_path / "none.py"), {})


def test_modules_without_what_a_door_needs_are_not_listed() -> None:
    assert set(discovery.summaries("solversmith.pools")) >= {"serial", "threads"}
    assert discovery.summaries("solversmith.records") == {}
