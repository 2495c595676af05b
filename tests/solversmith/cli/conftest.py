"""A problem folder of a user's own, a finished run of it, and a way to call the command line."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from solversmith.cli.main import main

DECAY = str(Path(__file__).parent / "decay")


@dataclass(frozen=True)
class Called:
    """What a call of the command line left behind."""

    code: int
    out: str
    err: str

    @property
    def sentence(self) -> str:
        """The one line of an error: that it is one, and no traceback, is part of every test that asks."""
        lines = [line for line in self.err.splitlines() if line.startswith(("error: ", "internal fault: "))]
        assert len(lines) == 1, self.err
        assert "Traceback" not in self.err + self.out
        return lines[0]


Call = Callable[..., Called]


def called(*arguments: object) -> Called:
    """Call the command line in this process."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main([str(argument) for argument in arguments])
    return Called(code, out.getvalue(), err.getvalue())


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Call:
    """Call the command line from an empty folder."""
    monkeypatch.chdir(tmp_path)
    return called


@pytest.fixture
def decay() -> str:
    """The path of the toy problem."""
    return DECAY


@dataclass(frozen=True)
class Finished:
    """A run of the toy problem with one repaired candidate."""

    folder: Path
    name: str
    called: Called

    @property
    def path(self) -> Path:
        """Its directory."""
        return self.folder / self.name


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Finished:
    """Made once; nobody may change it."""
    folder = tmp_path_factory.mktemp("runs")
    options = ("-n", 6, "--seed", 0, "--schedule", "generational", "--dir", folder, "--name", "six")
    return Finished(folder, "six", called("run", DECAY, *options))
