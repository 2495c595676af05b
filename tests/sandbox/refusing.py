"""`refusing.py WHAT SCRIPT ARGUMENTS`: runs a script on a machine that refuses what isolation is made of.

A system call filter answers in the kernel's place. WHAT is

- `namespaces`: these and mounts, as in a container with the default profile;
- `landlock`: a kernel without it;
- `everything`: both;
- `mounts`: a user namespace may be made, and nothing be done in it, as Ubuntu 24.04 has it;
- `mount-attributes`: a kernel before 5.12;
- `user-namespaces`, `network-namespaces`: a limit of none of these, as at some sites.
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct
import sys

from sandbox import bpf, seccomp, syscalls

LANDLOCK_CREATE_RULESET = 444
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
    for code in FILTERS[sys.argv[1]]():
        install(code)
    os.execv(sys.executable, [sys.executable, "-B", *sys.argv[2:]])
