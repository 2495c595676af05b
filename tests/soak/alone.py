"""Runs a script of this folder where nobody else is: by root, in namespaces and folders of its own."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

import specimen_place
from specimen_place import STAGE, opened

HERE = Path(__file__).resolve().parent
# Of no other test: the kernel counts a user's processes over all pid namespaces. The network stays the same,
# since by its abstract sockets runs agree on who has which slot user.
UID = 12_349
_ALONE = ["--mount", "--pid", "--fork", "--mount-proc", "--ipc", "--propagation", "private"]


def make_place() -> Path:
    """A folder with a copy of the project, the specimens and the scripts of this folder, for everybody."""
    place = specimen_place.make_place()
    for name in ("soak", "specimens"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(HERE.parent / name, place / "project" / "tests" / name, ignore=ignored)
    subprocess.run(["chmod", "-R", "a+rX", place], check=True)
    return place


def as_root(place: Path, plain: bool, script: str, *words: str, timeout_s: float) -> dict[str, Any]:
    """What a script prints as JSON, run by root as itself or as a plain user."""
    python = f"{sys.base_prefix}/bin/python{sys.version_info.major}.{sys.version_info.minor}"
    search = ":".join(f"{STAGE}/{part}" for part in ("project", "packages", "project/tests"))
    user = ["setpriv", f"--reuid={UID}", f"--regid={UID}", "--clear-groups"] if plain else []
    variables = [f"PYTHONPATH={search}", f"HOME={STAGE}/home", "PATH=/usr/bin:/bin", "LANG=C.UTF-8"]
    command = [*user, "env", "-i", *variables, python, "-B", f"{STAGE}/project/tests/soak/{script}", *words]
    lines = [
        "set -e",
        f"mount --bind {shlex.quote(str(place))} {STAGE}",
        f"mount --bind {shlex.quote(sys.base_prefix)} {STAGE}/python",
        f"mount --bind {shlex.quote(sysconfig.get_path('purelib'))} {STAGE}/packages",
        *opened(sys.base_prefix, f"{STAGE}/python"),
        *(f"mount -t tmpfs -o mode=1777 none {folder}" for folder in ("/tmp", "/var/tmp", "/dev/shm")),
        f"cd {STAGE}",
        shlex.join(command),
        "exit $?",  # so that the shell stays the first process, which collects orphans
    ]
    return _told(
        ["unshare", *_ALONE, "bash", "-c", "\n".join(lines)], {"PATH": os.environ["PATH"]}, timeout_s
    )


def as_this_user(script: str, *words: str, timeout_s: float) -> dict[str, Any]:
    """The same as whoever this is, among others."""
    search = [str(HERE.parents[1]), str(HERE.parent), *filter(None, [os.environ.get("PYTHONPATH")])]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(search)}
    return _told([sys.executable, str(HERE / script), *words, "--shared"], environment, timeout_s)


def _told(command: list[str], environment: dict[str, str], timeout_s: float) -> dict[str, Any]:
    done = subprocess.run(
        command, capture_output=True, text=True, env=environment, timeout=timeout_s, check=False, cwd="/"
    )
    assert done.returncode == 0, done.stderr[-4000:]
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told
