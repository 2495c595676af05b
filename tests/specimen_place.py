"""Starts specimen benches: as root or as a plain user, with an interpreter that this user can read.

For root, `staged` makes a private mount namespace in which interpreter, packages and a copy of this project
lie where everybody can traverse, and /tmp, /var/tmp and /dev/shm are empty and of their own.
"""

from __future__ import annotations

import contextlib
import json
import os
import shlex
import shutil
import stat
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
UID = 12_346
PARTS = ("sandbox", "solversmith", "codepde", "frontierco", "problems")
STAGE = "/mnt"
KEY = "SPECIMEN_KEY"


class Bench:
    """A running bench: orders in, results out."""

    def __init__(self, command: Sequence[str], environment: dict[str, str], cwd: Path) -> None:
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment, cwd=cwd
        )
        self.greeting = self._read()

    def run(self, order: dict[str, Any]) -> dict[str, Any]:
        """What came of one specimen."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return self._read()

    def _read(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, f"the bench died: exit code {self._process.wait()}"
        result: dict[str, Any] = json.loads(line)
        return result

    def close(self) -> int:
        """End it; its exit code."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.close()
        self._process.stdout.close()
        return self._process.wait(60)


def direct(way: str, key: str) -> Bench:
    """As this user, with this interpreter."""
    search = filter(None, [str(ROOT), str(ROOT / "tests"), os.environ.get("PYTHONPATH")])
    environment = {**os.environ, KEY: key, "PYTHONPATH": os.pathsep.join(search)}
    return Bench([sys.executable, "-m", "specimen_bench", way], environment, ROOT)


def staged(way: str, key: str, place: Path, plain: bool) -> Bench:
    """By root, in a mount namespace of its own; as root or as a plain user."""
    python = f"{sys.base_prefix}/bin/python{sys.version_info.major}.{sys.version_info.minor}"
    search = [f"{STAGE}/project", f"{STAGE}/packages", f"{STAGE}/project/tests"]
    start = f"import sys; sys.path[:0] = {search!r}; from specimen_bench import main; main({way!r})"
    user = ["setpriv", f"--reuid={UID}", f"--regid={UID}", "--clear-groups"] if plain else []
    home, alone = f"HOME={STAGE}/home", "SPECIMEN_ALONE=1"
    variables = [f"{KEY}={key}", alone, home, "PATH=/usr/bin:/bin", "LANG=C.UTF-8"]
    variables += ["SOLVERSMITH_CI=1"] if os.environ.get("SOLVERSMITH_CI") else []
    command = [*user, "env", "-i", *variables, python, "-c", start]
    script = "\n".join(
        [
            "set -e",
            f"mount --bind {shlex.quote(str(place))} {STAGE}",
            f"mount --bind {shlex.quote(sys.base_prefix)} {STAGE}/python",
            f"mount --bind {shlex.quote(sysconfig.get_path('purelib'))} {STAGE}/packages",
            *opened(sys.base_prefix, f"{STAGE}/python"),
            *(f"mount -t tmpfs -o mode=1777 none {folder}" for folder in ("/tmp", "/var/tmp", "/dev/shm")),
            f"cd {STAGE}",
            "exec " + shlex.join(command),
        ]
    )
    outer = ["unshare", "--mount", "--propagation", "private", "bash", "-c", script]
    return Bench(outer, {"PATH": os.environ["PATH"]}, ROOT)


def opened(prefix: str, bound: str) -> list[str]:
    """Commands that put an empty folder where the interpreter lies in a closed one, and it back inside.

    It must keep its place: where its shared library is looked for is written in it. `bound` is another place
    where it was bound before.
    """
    closed = [p for p in reversed(Path(prefix).parents) if not p.stat().st_mode & stat.S_IXOTH]
    if not closed:
        return []
    folder = shlex.quote(prefix)
    return [
        f"mount -t tmpfs -o mode=755 none {shlex.quote(str(closed[0]))}",
        f"mkdir -p {folder}",
        f"mount --bind {shlex.quote(bound)} {folder}",
    ]


def make_place() -> Path:
    """A folder that everybody can read, with a copy of the project and mount points for the rest."""
    place = Path(tempfile.mkdtemp(prefix="specimens-"))
    for name in ("python", "packages", "home", "project"):
        (place / name).mkdir()
    ignored = shutil.ignore_patterns("__pycache__")
    for part in PARTS:
        shutil.copytree(ROOT / part, place / "project" / part, ignore=ignored)
    (place / "project" / "tests").mkdir()
    shutil.copy(Path(__file__).with_name("specimen_bench.py"), place / "project" / "tests")
    subprocess.run(["chmod", "-R", "a+rX", place], check=True)
    os.chown(place / "home", UID, UID)
    return place
