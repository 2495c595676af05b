"""`score` as a plain user, from a clone outside root's home, with an interpreter that the user can read.

Root makes the place: in a private mount namespace the interpreter and the installed packages are bound
under a folder that anybody can traverse (they may lie in a home that nobody else may enter), then root drops
to a plain uid.
A plain user who runs the whole suite has shown the same thing already.
"""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from specimen_place import opened

ROOT = Path(__file__).parents[1]
UID = 12_345
pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="needs uid 0 to become somebody else")


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    """A folder that anybody can enter, with a clone that belongs to the plain user."""
    with tempfile.TemporaryDirectory(prefix="plain-user-") as name:
        folder = Path(name)
        for part in ("python", "packages", "home", "clone"):
            (folder / part).mkdir()
        listed = subprocess.run(
            ["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=ROOT, capture_output=True, check=True
        )
        for entry in filter(None, listed.stdout.decode().split("\0")):
            if (ROOT / entry).is_file():
                target = folder / "clone" / entry
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / entry, target)
        subprocess.run(["chown", "-R", f"{UID}:{UID}", folder / "home", folder / "clone"], check=True)
        folder.chmod(0o755)
        yield folder


def as_plain_user(place: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """`solversmith ARGUMENTS` as the plain user, in the clone."""
    python = f"{sys.base_prefix}/bin/python{sys.version_info.major}.{sys.version_info.minor}"
    start = (
        f"import sys; sys.path[:0] = [{str(place / 'clone')!r}, {str(place / 'packages')!r}];"
        "from solversmith.cli.main import main; main()"
    )
    command = [
        *("setpriv", f"--reuid={UID}", f"--regid={UID}", "--clear-groups"),
        *("env", "-i", f"HOME={place / 'home'}", "PATH=/usr/bin:/bin", "LANG=C.UTF-8"),
        *(python, "-c", start, *arguments),
    ]
    script = "\n".join(
        [
            "set -e",
            f"mount --bind {shlex.quote(sys.base_prefix)} {place}/python",
            f"mount --bind {shlex.quote(sysconfig.get_path('purelib'))} {place}/packages",
            *opened(sys.base_prefix, f"{place}/python"),
            f"cd {place}/clone",
            "exec " + shlex.join(command),
        ]
    )
    return subprocess.run(
        ["unshare", "--mount", "--propagation", "private", "bash", "-c", script],
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )


@pytest.mark.parametrize("problem", ["burgers", "tsp"])
def test_score_works_as_a_plain_user(place: Path, problem: str) -> None:
    options = ["--samples", "1", "--time-limit", "5", "--json"]
    done = as_plain_user(place, "score", problem, "simple", *options)
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert (result["verdict"], result["level"]) == ("ok", "L3")


def test_the_same_figure_for_root_and_for_a_plain_user(place: Path) -> None:
    options = ["score", "burgers", "simple", "--samples", "1", "--json"]
    plain = as_plain_user(place, *options)
    assert plain.returncode == 0, plain.stderr
    cache = ["--cache", str(place / "home" / ".cache" / "solversmith")]
    command = [sys.executable, "-m", "solversmith.cli.main", *options, *cache]
    root = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert root.returncode == 0, root.stderr
    assert json.loads(plain.stdout)["loss"] == json.loads(root.stdout)["loss"]


def test_doctor_tells_a_plain_user_the_truth(place: Path) -> None:
    done = as_plain_user(place, "doctor", "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["level"] == "L3"
    # Where its shared library can't be read, an interpreter may silently run another one's.
    assert sys.version in json.dumps(told["interpreter"], ensure_ascii=False).replace("\\n", "\n")
