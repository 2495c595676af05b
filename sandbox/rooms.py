"""Makes the box that the launcher lives in: namespaces, and a root file system that shows little.

Runs in processes forked from the supervisor, whose last step is to execute a fresh interpreter inside.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NoReturn

from sandbox import linux
from sandbox.backend import Plan

SCRATCH = "/box"
SOLVER = "/solver-env"
BOX_UID = 1000
CONTROL, PROC = 3, 4
_BASES = ("/tmp", "/mnt", "/var/tmp", "/run", "/opt")
DEVICES = ("null", "full", "random", "urandom")  # no /dev/zero: mapped, it is memory that nobody counts
_DEVICE_LINKS = {"fd": "/proc/self/fd", "stdin": "fd/0", "stdout": "fd/1", "stderr": "fd/2"}
_PRIVATE = linux.MS_NOSUID | linux.MS_NODEV
_RDONLY, _NOSUID, _NODEV = 1, 2, 4  # MOUNT_ATTR_*
_AT_FDCWD, _AT_RECURSIVE = -100, 0x8000
_FAILED = 125


@dataclass(frozen=True)
class Entry:
    """What is executed in the new box. `control` becomes its descriptor 3, `stderr` its 2."""

    argv: Sequence[str]
    environment: Mapping[str, str]
    control: int
    stderr: int


def namespaces(omit: Sequence[str]) -> int:
    """The flags of the namespaces that the launcher and each program get, but pid and user namespaces."""
    flags = linux.CLONE_NEWNS | linux.CLONE_NEWIPC | linux.CLONE_NEWUTS
    flags |= 0 if "net" in omit else linux.CLONE_NEWNET
    return flags | (0 if "cgroup" in omit else linux.CLONE_NEWCGROUP)


def start(plan: Plan, entry: Entry) -> int:
    """Fork the process that becomes the launcher's guardian; its pid. It dies with this process."""
    parent = os.getpid()
    pid = os.fork()
    if pid:
        return pid
    try:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)
        _keep_only(entry)
        linux.prctl(linux.PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() == parent:
            _enter(plan, entry)
    except BaseException as error:  # noqa: BLE001 - a fork of the supervisor must never go on as a second one
        os.write(2, f"{error}\n".encode())
    finally:
        os._exit(_FAILED)


def _keep_only(entry: Entry) -> None:
    """Descriptors 0 to 2, the control socket as 3 and /proc as 4; no others."""
    null = os.open(os.devnull, os.O_RDWR)
    proc = os.open("/proc", os.O_PATH | os.O_DIRECTORY)
    wanted = [null, null, entry.stderr, entry.control, proc]
    high = [os.dup2(fd, 100 + number) for number, fd in enumerate(wanted)]
    for number, fd in enumerate(high):
        os.dup2(fd, number)
    os.closerange(5, 1 << 16)


def _enter(plan: Plan, entry: Entry) -> NoReturn:
    """Guardian, pid 1 of the namespace, and the launcher: three processes, each the parent of the next."""
    uid, gid = os.getuid(), os.getgid()
    linux.unshare(linux.CLONE_NEWUSER)
    linux.prctl(linux.PR_SET_DUMPABLE, 1)  # who was root before does not own its files in /proc
    _write_proc("self/setgroups", "deny")
    _write_proc("self/uid_map", f"{BOX_UID} {uid} 1")
    _write_proc("self/gid_map", f"{BOX_UID} {gid} 1")
    linux.prctl(linux.PR_SET_DUMPABLE, 0)
    linux.unshare(namespaces(plan.omit) | linux.CLONE_NEWPID)
    _go_on_as_child()
    _make_root(plan)
    _go_on_as_child()
    linux.keep_capability_across_exec(linux.CAP_SYS_ADMIN)
    os.execve(entry.argv[0], list(entry.argv), dict(entry.environment))


def _write_proc(path: str, text: str) -> None:
    fd = os.open(path, os.O_WRONLY, dir_fd=PROC)
    try:
        os.write(fd, text.encode())
    finally:
        os.close(fd)


def _go_on_as_child() -> None:
    """Fork; the parent only waits, and both end together."""
    alive, held = os.pipe2(os.O_CLOEXEC)
    pid = os.fork()
    if pid:
        os.close(alive)
        for fd in (CONTROL, PROC):
            os.close(fd)
        _wait_for(pid)
    os.close(held)
    linux.prctl(linux.PR_SET_PDEATHSIG, signal.SIGKILL)
    if select.select([alive], [], [], 0)[0]:
        os._exit(0)  # the parent ended before the signal was asked for
    os.close(alive)


def _wait_for(pid: int) -> NoReturn:
    """Reap what becomes an orphan, until the child has ended."""
    while True:
        with contextlib.suppress(InterruptedError):
            ended, status = os.wait()
            if ended == pid:
                os._exit(os.waitstatus_to_exitcode(status) & 0xFF)


def _make_root(plan: Plan) -> None:
    """A read-only root that shows what the plan says, and nothing else."""
    linux.mount("none", "/", "", linux.MS_REC | linux.MS_PRIVATE)
    base = next(path for path in _BASES if os.path.isdir(path) and not os.path.islink(path))
    linux.mount("tmpfs", base, "tmpfs", _PRIVATE, "mode=755,size=1m")
    os.mkdir(f"{base}/old")
    os.mkdir(f"{base}/new")
    linux.syscall("pivot_root", base.encode(), f"{base}/old".encode())
    os.chdir("/")
    linux.mount("tmpfs", "/new", "tmpfs", _PRIVATE, "mode=755,size=1m")
    _fill(plan)
    _seal("/new", _RDONLY | _NOSUID | _NODEV)
    for name in DEVICES:
        linux.mount(f"/old/dev/{name}", f"/new/dev/{name}", "", linux.MS_BIND)
        _seal(f"/new/dev/{name}", _RDONLY | _NOSUID)
    if "proc" not in plan.omit:  # before the old one goes: the kernel shows no more than could be seen before
        linux.mount("proc", "/new/proc", "proc", _PRIVATE | linux.MS_NOEXEC)
    os.chdir("/new")
    linux.syscall("pivot_root", b".", b".")
    linux.unmount(".", linux.MNT_DETACH)
    os.chdir("/")


def _fill(plan: Plan) -> None:
    for target, path in plan.links:
        os.makedirs(os.path.dirname(f"/new{path}"), exist_ok=True)
        os.symlink(target, f"/new{path}")
    for source, path in plan.shown:
        _bind(f"/old{source}", f"/new{path}")
    for path in plan.hidden:
        linux.mount("tmpfs", f"/new{path}", "tmpfs", _PRIVATE, "mode=755,size=4k,nr_inodes=1")
    os.makedirs(f"/new{SOLVER}")
    for source, relative in plan.solver:
        _bind(f"/old{source}", f"/new{SOLVER}/{relative}")
    for path in ("/proc", "/dev", "/dev/shm", SCRATCH):
        os.makedirs(f"/new{path}", exist_ok=True)
    for name in DEVICES:
        _touch(f"/new/dev/{name}")
    for name, target in _DEVICE_LINKS.items():
        os.symlink(target, f"/new/dev/{name}")


def _bind(source: str, target: str) -> None:
    if not os.path.lexists(target):
        os.makedirs(os.path.dirname(target), exist_ok=True)
        if os.path.isdir(source):
            os.mkdir(target)
        else:
            _touch(target)
    linux.mount(source, target, "", linux.MS_BIND | linux.MS_REC)


def _touch(path: str) -> None:
    os.close(os.open(path, os.O_CREAT | os.O_WRONLY | os.O_CLOEXEC))


def _seal(path: str, attributes: int) -> None:
    """Set mount attributes for all that is mounted at and below a path; others stay as they are."""
    wanted = struct.pack("<QQQQ", attributes, 0, 0, 0)
    linux.syscall("mount_setattr", _AT_FDCWD, path.encode(), _AT_RECURSIVE, wanted, len(wanted))
