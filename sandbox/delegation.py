"""Where this process may make cgroups with hard limits, found out by making one.

Version 2 only. A place is a cgroup that we may write to and whose children have the controllers for memory
and processes; a cgroup that holds processes can't give its children any (the root excepted). So the nearest
place is often an ancestor of our own cgroup, and otherwise our own, once its processes moved to a leaf of it.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import re
import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from sandbox import controls, tree

OWNER = "solversmith-owner"  # the leaf for whoever was in our cgroup before
PROBE = "solversmith-probe-"
_PROBE_BYTES = 1 << 28
_LOCK_S = 5.0
_GONE_S = 2.0

# What to do about a refusal: (words in its text, advice), the first that fits.
REMEDIES = (
    (
        "cgroup: version 1",
        "boot with systemd.unified_cgroup_hierarchy=1 (version 2 alone); until then a poller watches memory",
    ),
    ("cgroup: no version 2", "mount it: mount -t cgroup2 none /sys/fs/cgroup"),
    (
        "cgroup: the kernel has no",
        "boot a kernel with these controllers (cgroup_enable=memory on some boards)",
    ),
    (
        "cgroup: read-only",
        "have /sys/fs/cgroup mounted writable (docker run --privileged --cgroupns=private)",
    ),
    (
        "cgroup: ",
        "start it in a cgroup of its own: systemd-run --user --scope -p Delegate=yes solversmith ..., "
        "or run as root",
    ),
)


@dataclass(frozen=True)
class Place:
    """A cgroup in which this process may make children with limits of memory, processes, and `cpu` if so."""

    path: str
    cpu: bool = True


@dataclass(frozen=True)
class Located:
    """Where version 2 is mounted, and the folder of our own cgroup in it."""

    mount: str
    own: str


def find() -> Place:
    """The nearest place, probed by using it. What was enabled for it stays enabled.

    Raises
    ------
    OSError
        If there is none: what is missing, beginning with `cgroup: `. Nothing has changed then.
    """
    mounts = Path("/proc/self/mountinfo").read_text(errors="surrogateescape")
    own = Path("/proc/self/cgroup").read_text(errors="surrogateescape")
    return choose(locate(mounts, own))


def remedy(refusal: str) -> str:
    """What to do about the text of a refusal; empty if it is none of ours."""
    return next((advice for sign, advice in REMEDIES if sign in refusal), "")


def locate(mountinfo: str, cgroup: str) -> Located:
    """Our own cgroup's folder, from the texts of `/proc/self/mountinfo` and `/proc/self/cgroup`.

    Raises
    ------
    OSError
        Without version 2, without its memory controller, or if our cgroup is not below the mount.
    """
    first = set(re.findall(r"^\d+:([^:]*):", cgroup, re.MULTILINE))
    old = sorted(set(controls.NEEDED) & {name for names in first for name in names.split(",")})
    if old:
        raise OSError(f"cgroup: version 1 holds {' and '.join(old)} here, so version 2 can't limit them")
    own = next((line[3:] for line in cgroup.splitlines() if line.startswith("0::")), None)
    mounts = list(_mounts(mountinfo))
    if own is None or not mounts:
        raise OSError("cgroup: no version 2 mounted here")
    own = own.removesuffix(" (deleted)")
    for root, mount in mounts:
        relative = os.path.relpath(own, root)
        if relative != ".." and not relative.startswith("../") and "/../" not in f"{own}/":
            return Located(mount, os.path.normpath(f"{mount}/{relative}"))
    raise OSError(f"cgroup: our own, {own}, lies outside of what is mounted at {mounts[0][1]}")


def _mounts(mountinfo: str) -> Iterator[tuple[str, str]]:
    """(root of the mounted part, where) for each mount of version 2."""
    for line in mountinfo.splitlines():
        before, _, after = line.partition(" - ")
        fields = before.split()
        if after.split(" ")[0] == "cgroup2" and len(fields) > 4:
            yield _plain(fields[3]), _plain(fields[4])


def _plain(field: str) -> str:
    return re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), field)


def choose(located: Located, probe: Callable[[str], None] | None = None) -> Place:
    """The nearest place from our own cgroup upward. `probe` raises `OSError` for a cgroup that fails.

    Raises
    ------
    OSError
        If there is none; what was enabled and moved is as it was before.
    """
    probe = probe or use
    refused: list[str] = []
    open_to_us: list[str] = []
    holds_processes = False
    for folder in _upward(located):
        try:
            with _lock(folder), _child(folder):
                open_to_us.append(folder)
        except OSError as error:
            refused.append(_sentence(folder, error, "no cgroup can be made in it"))
            break
        try:
            with _lock(folder):
                return _enabled(folder, probe)
        except OSError as error:
            refused.append(_sentence(folder, error, "it can't be used"))
            holds_processes = error.errno == errno.EBUSY
    if open_to_us == [located.own] and holds_processes:
        try:
            return _emptied(located.own, probe)
        except OSError as error:
            refused[0] = _sentence(located.own, error, "its processes can't be moved to a leaf")
    raise OSError("cgroup: " + "; ".join(refused))


def _upward(located: Located) -> Iterator[str]:
    folder = located.own
    yield folder
    while folder != located.mount:
        folder = os.path.dirname(folder)
        yield folder


def _sentence(folder: str, error: OSError, what: str) -> str:
    if error.errno == errno.EROFS:
        return f"read-only at {folder}"
    return f"{folder}: {what}: {error.strerror or error}"


def _enabled(folder: str, probe: Callable[[str], None]) -> Place:
    """This cgroup as a place. Raises `OSError`, and then nothing was changed."""
    offered = controls.offered(folder)
    if missing := [name for name in controls.NEEDED if name not in offered]:
        raise OSError(f"it was given no controller for {' and '.join(missing)}")
    given = controls.enable(
        folder, [*controls.NEEDED, *(name for name in controls.WANTED if name in offered)]
    )
    try:
        probe(folder)
        return Place(folder, "cpu" in controls.enabled(folder))
    except OSError:
        controls.disable(folder, given)
        raise


def _emptied(folder: str, probe: Callable[[str], None]) -> Place:
    """Our own cgroup as a place, its processes moved to a leaf if they are all ours. Raises `OSError`."""
    leaf = f"{folder}/{OWNER}"
    moved: list[int] = []
    with _lock(folder):
        with contextlib.suppress(FileExistsError):
            os.mkdir(leaf)
        try:
            _move_ours(folder, leaf, moved)
            return _enabled(folder, probe)
        except OSError:
            for pid in moved:
                with contextlib.suppress(OSError):
                    controls.write(folder, "cgroup.procs", pid)
            controls.remove(leaf, _GONE_S)
            raise


def _move_ours(folder: str, leaf: str, moved: list[int]) -> None:
    """Again until nobody is left, since those who are not moved yet may fork."""
    end = time.monotonic() + _GONE_S
    while pids := controls.members(folder):
        if foreign := sorted(set(pids) - _kin(pids)):
            raise OSError(f"it holds processes that are not of this run ({_called(foreign[0])})")
        if time.monotonic() > end:
            raise OSError("processes appear in it faster than they can be moved")
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                controls.write(leaf, "cgroup.procs", pid)
                moved.append(pid)


def _kin(pids: list[int]) -> set[int]:
    """The furthest of our ancestors among these, which began what runs here, and all that it started."""
    oldest = pid = os.getpid()
    while pid > 1:
        pid = _parent(pid)
        oldest = pid if pid and pid in pids else oldest  # 0 stands for those of another pid namespace
    return {oldest, *tree.descendants(oldest)}


def _parent(pid: int) -> int:
    """0 if it is out of sight or gone."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(errors="replace")
    except OSError:
        return 0
    return int(text.rpartition(")")[2].split()[1])


def _called(pid: int) -> str:
    try:
        name = Path(f"/proc/{pid}/comm").read_text(errors="replace").strip()
    except OSError:
        return f"pid {pid}" if pid else "of another pid namespace"
    return f"pid {pid}, {name}"


@contextlib.contextmanager
def _lock(folder: str) -> Iterator[None]:
    """No two owners try the same cgroup at once: one could take back what the other has just enabled."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    end = time.monotonic() + _LOCK_S
    try:
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > end:
                    raise OSError("another owner holds it for too long") from None
                time.sleep(0.01)
        yield
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def _child(folder: str) -> Iterator[str]:
    made = f"{folder}/{PROBE}{os.getpid()}-{secrets.token_hex(4)}"
    os.mkdir(made)
    try:
        yield made
    finally:
        controls.remove(made, _GONE_S)


def use(folder: str) -> None:
    """Limit a process in a new child of this cgroup, and remove both. Raises `OSError`."""
    command = [sys.executable, "-I", "-S", "-c", "import sys; sys.stdin.read()"]
    with _child(folder) as made:
        controls.write(made, "memory.max", _PROBE_BYTES)
        controls.write(made, "pids.max", 16)
        with subprocess.Popen(command, stdin=subprocess.PIPE) as process:
            try:
                controls.write(made, "cgroup.procs", process.pid)
                if process.pid not in controls.members(made):
                    raise OSError("a process that was moved did not arrive")
            finally:
                process.kill()
