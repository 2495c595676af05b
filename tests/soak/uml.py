"""A second kernel as an ordinary process: user-mode-linux on this machine's files, which it can't write.

Inside, version 2 of the control groups has all controllers, there is no Landlock and one processor. Scripts
of this folder run there with this interpreter, this clone and the installed packages. See `missing` for what
that needs.
"""

from __future__ import annotations

import contextlib
import json
import os
import shlex
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from specimen_place import opened

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
UID = 12_348
MEMORY = "1024M"
MARK = "RESULT-OF "
_STAGE = "/mnt"
_BOOT_S = 120


class NotRunning(Exception):
    """The kernel did not start, or a script in it gave no result."""


@cache
def missing() -> str:
    """Why it can't be used here; empty if it can."""
    if shutil.which("linux.uml") is None:
        return "user-mode-linux is not installed (apt-get install user-mode-linux)"
    if os.geteuid() != 0:
        return "a plain user's hostfs would not show the interpreter to other users"
    if _state_is_large() and shutil.which("cc") is None:
        return "user-mode-linux needs xstate.c on processors with AMX, and there is no C compiler (cc)"
    return ""


def _state_is_large() -> bool:
    return "amx_tile" in Path("/proc/cpuinfo").read_text()


def run(scripts: Sequence[tuple[str, str]], timeout_s: float) -> dict[str, Any]:
    """What scripts of this folder printed as JSON inside, by name.

    Parameters
    ----------
    scripts
        (name, bash command), one after the other as root, each in a subshell; `$PYTHON` is the interpreter,
        `as_user COMMAND` runs it as a plain user, `in_cgroup NAME COMMAND` there, `delegate NAME` gives that
        user a cgroup as a service manager would.

    Raises
    ------
    NotRunning
        If it did not boot, or a command gave nothing; with the end of what was seen on the console.
    """
    with tempfile.TemporaryDirectory(prefix="uml-") as folder:
        console = _boot(Path(folder), _init(scripts), timeout_s)
    found: dict[str, Any] = {}
    for line in console.splitlines():
        name, _, text = line.partition(MARK)[2].partition("\t")
        with contextlib.suppress(ValueError):
            found[name] = json.loads(text)
    if lost := [name for name, _ in scripts if name not in found]:
        raise NotRunning(f"no result of {', '.join(lost)}; the console ends with:\n{console[-6000:]}")
    return found


def _boot(folder: Path, init: str, timeout_s: float) -> str:
    start = folder / "init"
    start.write_text(init)
    start.chmod(0o755)
    environment = {"PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "TMPDIR": "/dev/shm", "HOME": str(folder)}
    if shutil.which("cc") is not None:  # where it is not needed it changes nothing
        library = folder / "xstate.so"
        subprocess.run(["cc", "-shared", "-fPIC", "-O2", "-o", library, HERE / "xstate.c"], check=True)
        environment["LD_PRELOAD"] = str(library)
    words = [f"mem={MEMORY}", "rootfstype=hostfs", "rootflags=/", "ro", f"init={start}", "loglevel=1"]
    words += ["con=null", "con0=fd:0,fd:1", f"umid={folder.name}", f"uml_dir={folder}/"]
    with subprocess.Popen(
        ["linux.uml", *words],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    ) as process:
        try:
            output, _ = process.communicate(timeout=_BOOT_S + timeout_s)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, 9)
            output, _ = process.communicate()
    return output.decode(errors="replace").replace("\r", "")


def _init(scripts: Sequence[tuple[str, str]]) -> str:
    """The first process. What is mounted is so only inside; this machine's files stay as they are."""
    python = f"{sys.base_prefix}/bin/python{sys.version_info.major}.{sys.version_info.minor}"
    paths = {"project": str(ROOT), "packages": sysconfig.get_path("purelib"), "python": sys.base_prefix}
    search = ":".join(f"{_STAGE}/{part}" for part in ("project", "project/tests", "packages"))
    lines = [
        "#!/bin/bash",
        "export PATH=/usr/bin:/bin:/usr/sbin:/sbin LANG=C.UTF-8 HOME=/tmp",
        "mount -t proc proc /proc",
        "mount -t sysfs sys /sys",
        "mount -t cgroup2 none /sys/fs/cgroup",
        "mount -t devpts none /dev/pts 2>/dev/null",
        "ip link set lo up 2>/dev/null",
        f"mount -t tmpfs -o mode=755 none {_STAGE}",
    ]
    for name, path in paths.items():
        lines += [f"mkdir {_STAGE}/{name}", f"mount --bind {shlex.quote(path)} {_STAGE}/{name}"]
    lines += opened(sys.base_prefix, f"{_STAGE}/python")
    for folder in ("/tmp", "/var/tmp", "/dev/shm"):
        lines += [f"mkdir -p {folder}", f"mount -t tmpfs -o mode=1777 none {folder}"]
    lines += [
        f"export PYTHON={shlex.quote(python)} PYTHONPATH={search} PYTHONDONTWRITEBYTECODE=1",
        'in_cgroup() { echo $BASHPID > "/sys/fs/cgroup/$1/cgroup.procs" || return; shift; "$@"; }',
        "delegate() {",
        f"  chown {UID} /sys/fs/cgroup/$1{{,/cgroup.procs,/cgroup.threads,/cgroup.subtree_control}}",
        "}",
        f'as_user() {{ setpriv --reuid={UID} --regid={UID} --clear-groups "$@"; }}',
        f"cd {_STAGE}/project/tests/soak",
        "tell() {",
        f'  printf "\\n{MARK}%s\\t%s\\n" "$1" "$2"',
        "}",
    ]
    for name, command in scripts:
        lines.append(f'tell {shlex.quote(name)} "$({{ {command}; }} | tail -n 1)"')
    return "\n".join([*lines, "sync", "echo o > /proc/sysrq-trigger", "sleep 60", ""])
