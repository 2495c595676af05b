"""`refusing.py WHAT SCRIPT ARGUMENTS`: runs a script on a machine that refuses what isolation is made of.

A system call filter answers in the kernel's place. WHAT is

- `namespaces`: these and mounts, as in a container with the default profile;
- `landlock`: a kernel without it;
- `everything`: both;
- `mounts`: a user namespace may be made, and nothing be done in it, as Ubuntu 24.04 has it;
- `mount-attributes`: a kernel before 5.12;
- `user-namespaces`, `network-namespaces`: a limit of none of these, as at some sites;
- `settings`: `/proc/sys` is read-only, as in a container. For this one it is mounted, not filtered.
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct
import sys
from pathlib import Path

from sandbox import bpf, linux, seccomp, syscalls

LANDLOCK_CREATE_RULESET = 444
MS_RDONLY, MS_REMOUNT = 1, 32
CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000


def install(code: bytes) -> None:
    """From now on, for this process and its children."""
    libc = ctypes.CDLL(None, use_errno=True)
    text = ctypes.create_string_buffer(code, len(code))
    program = ctypes.create_string_buffer(struct.pack("@HP", len(code) // 8, ctypes.addressof(text)))
    if libc.prctl(38, 1, 0, 0, 0) or libc.prctl(22, 2, program, 0, 0):
        sys.exit("the filter could not be installed: " + os.strerror(ctypes.get_errno()))


def number(name: str) -> int:
    found = syscalls.number(name, seccomp.machine())
    assert found is not None
    return found


def checked(*checks: bpf.Check) -> bytes:
    machine = seccomp.machine()
    return bpf.assemble(syscalls.AUDIT_ARCH[machine], checks, x32=machine == "x86_64")


def none_left(flag: int) -> bytes:
    """A limit of none of one kind of namespace."""
    full = bpf.errno(errno.ENOSPC)
    flags = [bpf.Check(number(name), full, argument=0, mask=flag) for name in ("clone", "unshare")]
    return checked(*flags, bpf.Check(number("clone3"), bpf.errno(errno.ENOSYS)))


def read_only_settings() -> None:
    """In a mount namespace of this process's own, which takes a plain user a user namespace."""
    uid, gid = os.getuid(), os.getgid()
    if uid:
        linux.unshare(linux.CLONE_NEWUSER)
        for name, text in (
            ("setgroups", "deny"),
            ("uid_map", f"{uid} {uid} 1"),
            ("gid_map", f"{gid} {gid} 1"),
        ):
            Path(f"/proc/self/{name}").write_text(text)
    linux.unshare_mounts()
    linux.mount("/proc/sys", "/proc/sys", "", linux.MS_BIND)
    kept = linux.MS_NOSUID | linux.MS_NODEV | linux.MS_NOEXEC
    linux.mount("none", "/proc/sys", "", MS_REMOUNT | linux.MS_BIND | MS_RDONLY | kept)


FILTERS = {
    "namespaces": lambda: [seccomp.refusing_namespaces(seccomp.machine())],
    "landlock": lambda: [checked(bpf.Check(LANDLOCK_CREATE_RULESET, bpf.errno(errno.ENOSYS)))],
    "everything": lambda: [*FILTERS["namespaces"](), *FILTERS["landlock"]()],
    "mounts": lambda: [checked(bpf.Check(number("mount"), bpf.errno(errno.EACCES)))],
    "user-namespaces": lambda: [none_left(CLONE_NEWUSER)],
    "mount-attributes": lambda: [checked(bpf.Check(number("mount_setattr"), bpf.errno(errno.ENOSYS)))],
    "network-namespaces": lambda: [none_left(CLONE_NEWNET)],
}

if __name__ == "__main__":
    if sys.argv[1] == "settings":
        read_only_settings()
    else:
        for code in FILTERS[sys.argv[1]]():
            install(code)
    os.execv(sys.executable, [sys.executable, "-B", *sys.argv[2:]])
