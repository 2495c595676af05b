"""Fixtures for tests of the sandbox: other users, and jobs."""

from __future__ import annotations

import importlib.util
import os
import shlex
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

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

    Root binds this clone and the installed packages where that user can read them, and takes an
    interpreter that it can run: this one or the system's of the same version.
    """

    def __init__(self, place: Path) -> None:
        self.place = place
        version = f"python{sys.version_info.major}.{sys.version_info.minor}"
        base = str(Path(getattr(sys, "_base_executable", sys.executable)).resolve())
        self.pythons = [base, f"/usr/bin/{version}", f"/usr/local/bin/{version}"]
        for part in ("clone", "packages"):
            (place / part).mkdir()
        place.chmod(0o755)

    def run(
        self, script: str, *arguments: str, before: str = "", timeout_s: float = 240
    ) -> subprocess.CompletedProcess[str]:
        """`tests/sandbox/SCRIPT ARGUMENTS`; `before` is another script here that ends by exec."""
        if os.geteuid() != 0:
            scripts = [str(HERE / name) for name in (before, script) if name]
            return self._run([sys.executable, *scripts, *arguments], timeout_s)
        clone, packages = self.place / "clone", self.place / "packages"
        folder = clone / HERE.relative_to(ROOT)
        scripts = [str(folder / name) for name in (before, script) if name]
        environment = [f"PYTHONPATH={clone}:{packages}", "PATH=/usr/bin:/bin", "LANG=C.UTF-8"]
        user = ["setpriv", f"--reuid={UID}", f"--regid={UID}", "--clear-groups", "env", "-i", *environment]
        tries = " ".join(self.pythons)
        choose = f"for P in {tries}; do if {shlex.join(user)} $P -c 'import numpy' 2>/dev/null; then break; fi; done"
        lines = [
            "set -e",
            f"mount --bind {shlex.quote(str(ROOT))} {clone}",
            f"mount --bind {shlex.quote(sysconfig.get_path('purelib'))} {packages}",
            "cd /",
            choose,
            f'exec {shlex.join(user)} "$P" -B {shlex.join([*scripts, *arguments])}',
        ]
        command = ["unshare", "--mount", "--propagation", "private", "bash", "-c", "\n".join(lines)]
        return self._run(command, timeout_s)

    def _run(self, command: list[str], timeout_s: float) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command, capture_output=True, text=True, timeout=timeout_s, check=False, cwd="/"
        )


@pytest.fixture(scope="session")
def plain_user() -> Iterator[PlainUser]:
    """Somebody who is not root."""
    with tempfile.TemporaryDirectory(prefix="plain-user-") as place:
        yield PlainUser(Path(place))
