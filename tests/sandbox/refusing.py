"""`refusing.py WHAT SCRIPT ARGUMENTS`: runs a script on a machine that refuses what isolation is made of.

WHAT is `namespaces` (with mounts, as in a container with the default profile) or `everything` (Landlock
too). A system call filter answers in the kernel's place.
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct
import sys

from sandbox import bpf, seccomp, syscalls

LANDLOCK_CREATE_RULESET = 444


def install(code: bytes) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    text = ctypes.create_string_buffer(code, len(code))
    program = ctypes.create_string_buffer(struct.pack("@HP", len(code) // 8, ctypes.addressof(text)))
    if libc.prctl(38, 1, 0, 0, 0) or libc.prctl(22, 2, program, 0, 0):
        sys.exit("the filter could not be installed: " + os.strerror(ctypes.get_errno()))


install(seccomp.refusing_namespaces(seccomp.machine()))
if sys.argv[1] == "everything":
    arch = syscalls.AUDIT_ARCH[seccomp.machine()]
    absent = bpf.Check(LANDLOCK_CREATE_RULESET, bpf.errno(errno.ENOSYS))
    install(bpf.assemble(arch, [absent], x32=False))
os.execv(sys.executable, [sys.executable, "-B", *sys.argv[2:]])
