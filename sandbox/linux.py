"""The few Linux calls that the standard library has no door to, through `ctypes`."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import signal
import socket
import struct
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from sandbox import seccomp, syscalls

CLONE_NEWNS, CLONE_NEWCGROUP, CLONE_NEWUTS, CLONE_NEWIPC = 0x00020000, 0x02000000, 0x04000000, 0x08000000
CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET = 0x10000000, 0x20000000, 0x40000000
MS_BIND, MS_REC, MS_PRIVATE = 4096, 16384, 1 << 18
MS_NOSUID, MS_NODEV, MS_NOEXEC = 2, 4, 8
MNT_DETACH = 2
CAP_SYS_ADMIN = 21
_CAPABILITY_VERSION = 0x20080522
_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE = 47, 2
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_CHILD_SUBREAPER = 1, 4, 36
LANDLOCK_CREATE_RULESET = 444

_libc = ctypes.CDLL(None, use_errno=True)
_libc.syscall.restype = ctypes.c_long


def _check(result: int, what: str) -> int:
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{what}: {os.strerror(code)}")
    return result


def syscall(name: str, *arguments: int | bytes) -> int:
    """A system call that the C library has no function for. Raises `OSError`."""
    number = syscalls.number(name, seccomp.machine())
    if number is None:
        raise OSError(errno.ENOSYS, f"this machine has no {name}")
    wide = [ctypes.c_long(value) if isinstance(value, int) else value for value in arguments]
    return _check(_libc.syscall(ctypes.c_long(number), *wide), name)


def unshare(flags: int) -> None:
    """Give this process namespaces of its own. Raises `OSError`."""
    _check(_libc.unshare(flags), f"unshare({flags:#x})")


def unmount(target: str, flags: int) -> None:
    """umount2(2)."""
    _check(_libc.umount2(os.fsencode(target), flags), f"umount {target}")


def keep_capability_across_exec(capability: int) -> None:
    """Let what this process executes next have this capability, as far as this process has it."""
    header, words = struct.pack("<Ii", _CAPABILITY_VERSION, 0), ctypes.create_string_buffer(24)
    syscall_buffer = ctypes.c_long(syscalls.number("capget", seccomp.machine()) or 0)
    _check(_libc.syscall(syscall_buffer, header, words), "capget")
    sets = list(struct.unpack("<6I", words.raw))  # effective, permitted, inheritable; low words, then high
    sets[2 if capability < 32 else 5] |= 1 << capability % 32
    syscall("capset", header, struct.pack("<6I", *sets))
    raised = _libc.prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE, ctypes.c_ulong(capability), 0, 0)
    _check(raised, "prctl(PR_CAP_AMBIENT)")


def unshare_mounts() -> None:
    """Give this process its own mount namespace, from which nothing travels back."""
    unshare(CLONE_NEWNS)
    mount("none", "/", "", MS_REC | MS_PRIVATE)


def mount(source: str, target: str, kind: str, flags: int, data: str = "") -> None:
    """mount(2)."""
    result = _libc.mount(
        os.fsencode(source), os.fsencode(target), kind.encode(), ctypes.c_ulong(flags), data.encode()
    )
    _check(result, f"mount {source} on {target}")


def prctl(option: int, value: int) -> None:
    """prctl(2) with one argument."""
    _check(_libc.prctl(option, ctypes.c_ulong(value), 0, 0, 0), f"prctl({option})")


def landlock_abi() -> int:
    """The Landlock version that the kernel has; 0 if none."""
    return max(0, int(_libc.syscall(LANDLOCK_CREATE_RULESET, None, 0, 1)))


def become_subreaper() -> None:
    """Orphans of this process's tree become its children, so that none gets away."""
    prctl(PR_SET_CHILD_SUBREAPER, 1)


def drop_to(uid: int) -> None:
    """Become an unprivileged user for good."""
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)


def signal_pidfd(pidfd: int, number: int = signal.SIGKILL) -> None:
    """Send a signal; a process that is gone already is no error."""
    with contextlib.suppress(ProcessLookupError):
        signal.pidfd_send_signal(pidfd, number)


@contextlib.contextmanager
def affinity(cores: Sequence[int]) -> Iterator[None]:
    """What is started meanwhile runs on these cores; on all that this process has if there are none."""
    if not cores:
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def pid_of(pidfd: int) -> int:
    """The pid that a pidfd stands for, as /proc here counts them. Raises `ProcessLookupError`."""
    for line in Path(f"/proc/self/fdinfo/{pidfd}").read_text().splitlines():
        name, _, value = line.partition(":")
        if name == "Pid" and int(value) > 0:
            return int(value)
    raise ProcessLookupError(errno.ESRCH, "the process is gone")


def unreadable_for(uid: int, paths: Iterable[str]) -> str | None:
    """The first path that this user can't read; to be asked by root."""
    group = os.getegid()
    os.setegid(uid)
    os.seteuid(uid)
    try:
        return next((path for path in paths if not os.access(path, os.R_OK, effective_ids=True)), None)
    finally:
        os.seteuid(0)
        os.setegid(group)


SLOT_UIDS = range(61600, 64600)  # free on common systems; below 65536, so also inside user namespaces


def claim_slot_uid() -> tuple[int, socket.socket]:
    """A uid that no process has and no other run holds, and the socket that holds it.

    Raises
    ------
    OSError
        If there is none.
    """
    used = set(_used_uids())
    for uid in SLOT_UIDS:
        if uid in used or not _is_mapped(uid):
            continue
        holder = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            holder.bind(f"\0sandbox-slot-uid-{uid}")
        except OSError:
            holder.close()
            continue
        return uid, holder
    raise OSError("no free uid for a sandbox slot")


def _used_uids() -> Iterator[int]:
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                yield entry.stat().st_uid
    with contextlib.suppress(OSError):
        for line in Path("/etc/passwd").read_text(errors="replace").splitlines():
            fields = line.split(":")
            if len(fields) > 2 and fields[2].isdigit():
                yield int(fields[2])


def _is_mapped(uid: int) -> bool:
    try:
        lines = Path("/proc/self/uid_map").read_text().splitlines()
    except OSError:
        return True
    spans = [[int(word) for word in line.split()] for line in lines]
    return any(first <= uid < first + count for first, _, count in spans)
