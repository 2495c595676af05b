"""The few Linux calls that the standard library has no door to, through `ctypes`."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import socket
from collections.abc import Iterable, Iterator
from pathlib import Path

CLONE_NEWNS = 0x00020000
MS_RDONLY, MS_BIND, MS_REC, MS_PRIVATE, MS_REMOUNT = 1, 4096, 16384, 1 << 18, 32
MS_NOSUID, MS_NODEV = 2, 4
PR_SET_PDEATHSIG, PR_SET_NO_NEW_PRIVS, PR_SET_CHILD_SUBREAPER = 1, 38, 36
LANDLOCK_CREATE_RULESET = 444

_libc = ctypes.CDLL(None, use_errno=True)


def _check(result: int, what: str) -> int:
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{what}: {os.strerror(code)}")
    return result


def unshare_mounts() -> None:
    """Give this process its own mount namespace, from which nothing travels back."""
    _check(_libc.unshare(CLONE_NEWNS), "unshare(CLONE_NEWNS)")
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
