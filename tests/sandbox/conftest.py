"""Fixtures for tests of the sandbox: other users, and jobs."""

from __future__ import annotations

import importlib.util
import os
import shlex
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from specimen_place import opened

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
UID = 12_347


@pytest.fixture(scope="session")
def scenarios() -> ModuleType:
    """The module of that name beside this file."""
    spec = importlib.util.spec_from_file_location("sandbox_scenarios", HERE / "scenarios.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["sandbox_scenarios"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def make_job(scenarios: ModuleType) -> Callable[..., Any]:
    """`make_job(program, **changes)`."""
    return scenarios.make_job  # type: ignore[no-any-return]


class PlainUser:
    """Runs scripts of this folder as an ordinary user: this one, or for root another one.

    Root binds this clone, the installed packages and this interpreter where that user can read them.
    """

    def __init__(self, place: Path) -> None:
        self.python = str(Path(getattr(sys, "_base_executable", sys.executable)).resolve())
        self.clone, self.packages, self.prefix = place / "clone", place / "packages", place / "python"
        for folder in (self.clone, self.packages, self.prefix):
            folder.mkdir()
        place.chmod(0o755)

    def command(self, *words: str, python: str | None = None, first: Sequence[str] = ()) -> list[str]:
        """The command for an interpreter with these words: `*.py` are scripts of this folder.

        `first` are commands for root to carry out before.
        """
        if os.geteuid() != 0:
            return [python or sys.executable, *(str(HERE / w) if w.endswith(".py") else w for w in words)]
        folder = self.clone / HERE.relative_to(ROOT)
        words = tuple(str(folder / word) if word.endswith(".py") else word for word in words)
        environment = [f"PYTHONPATH={self.clone}:{self.packages}", "PATH=/usr/bin:/bin", "LANG=C.UTF-8"]
        become = ["setpriv", f"--reuid={UID}", f"--regid={UID}", "--clear-groups", "env", "-i", *environment]
        lines = [
            "set -e",
            f"mount --bind {shlex.quote(str(ROOT))} {self.clone}",
            f"mount --bind {shlex.quote(sysconfig.get_path('purelib'))} {self.packages}",
            f"mount --bind {shlex.quote(sys.base_prefix)} {self.prefix}",
            *opened(sys.base_prefix, str(self.prefix)),
            *first,
            "cd /",
            "exec " + shlex.join([*become, python or self.python, "-B", *words]),
        ]
        return ["unshare", "--mount", "--propagation", "private", "bash", "-c", "\n".join(lines)]

    def run(self, *words: str, python: str | None = None) -> subprocess.CompletedProcess[str]:
        """That command, run to its end."""
        command = self.command(*words, python=python)
        return subprocess.run(command, capture_output=True, text=True, timeout=240, check=False, cwd="/")


@pytest.fixture(scope="session")
def plain_user() -> Iterator[PlainUser]:
    """Somebody who is not root."""
    with tempfile.TemporaryDirectory(prefix="plain-user-") as place:
        yield PlainUser(Path(place))
