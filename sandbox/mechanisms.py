"""What isolation is made of, each probed by using it in a child of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

from sandbox import binary, levels, remedies, seccomp
from sandbox.choice import Probe
from sandbox.remedies import Facts

_TRY_S = 20

# Each is run by a fresh interpreter, and prints one line per mechanism: name, error number, what was done.
_PRELUDE = """
import ctypes, json, os, struct, sys
libc = ctypes.CDLL(None, use_errno=True)
def call(what, result):
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, what + ": " + os.strerror(code))
    return result
def attempt(name, act):
    try:
        print(json.dumps([name, 0, act()]), flush=True)
        return True
    except OSError as error:
        where = "" if error.filename is None else error.filename + ": "
        print(json.dumps([name, error.errno or -1, where + (error.strerror or str(error))]), flush=True)
        return False
def skip(names, why):
    for name in names:
        print(json.dumps([name, -1, why]), flush=True)
"""
_NAMESPACES = """
if os.geteuid() == 0:
    os.setgroups([])
    os.setresgid(65534, 65534, 65534)
    os.setresuid(65534, 65534, 65534)
    libc.prctl(4, 1, 0, 0, 0)  # so that it may write its own map
uid, gid = os.getuid(), os.getgid()
def write(name, text):
    with open("/proc/self/" + name, "w") as file:
        file.write(text)
def user():
    call("unshare", libc.unshare(0x10000000))
    write("setgroups", "deny")
    write("uid_map", f"{uid} {uid} 1")
    write("gid_map", f"{gid} {gid} 1")
    return "an ordinary user may make one"
def mounts():
    call("unshare", libc.unshare(0x00020000))
    call("mount", libc.mount(b"none", b"/", b"", ctypes.c_ulong((1 << 14) | (1 << 18)), None))
    call("mount", libc.mount(b"tmpfs", b"/tmp", b"tmpfs", ctypes.c_ulong(6), b"size=64k,nr_inodes=16"))
    with open("/tmp/probe", "w") as file:
        file.write("x")
    return "a file system with limits of bytes and files was mounted"
def network():
    call("unshare", libc.unshare(0x40000000))
    return "one was made"
def processes():
    call("unshare", libc.unshare(0x20000000))
    child = os.fork()
    if child == 0:
        os._exit(os.getpid())
    _, status = os.waitpid(child, 0)
    if os.waitstatus_to_exitcode(status) != 1:
        raise OSError(0, "its first process does not have the number 1")
    return "its first process has the number 1"
user_name, *rest = sys.argv[1:]
if attempt(user_name, user):
    for name, act in zip(rest, (mounts, network, processes)):
        attempt(name, act)
else:
    skip(rest, "not tried, as it needs a user namespace")
"""
_ROOT_MOUNTS = """
def mounts():
    call("unshare", libc.unshare(0x00020000))
    return "root may make a private one"
attempt(sys.argv[1], mounts)
"""
_SECCOMP = """
import socket
def install():
    code = bytes.fromhex(sys.argv[2])
    text = ctypes.create_string_buffer(code, len(code))
    program = ctypes.create_string_buffer(struct.pack("@HP", len(code) // 8, ctypes.addressof(text)))
    call("prctl", libc.prctl(38, 1, 0, 0, 0))
    call("prctl", libc.prctl(22, 2, program, 0, 0))
    try:
        socket.socket()
    except PermissionError:
        return "filter in force, sockets denied"
    raise OSError(0, "a socket could be made under the filter")
attempt(sys.argv[1], install)
"""
_LANDLOCK = """
def restrict():
    version = call("landlock_create_ruleset", libc.syscall(444, None, 0, 1))
    rules = struct.pack("<Q", 1 << 2)
    ruleset = call("landlock_create_ruleset", libc.syscall(444, rules, len(rules), 0))
    call("prctl", libc.prctl(38, 1, 0, 0, 0))
    call("landlock_restrict_self", libc.syscall(446, ruleset, 0))
    try:
        open(sys.executable, "rb")
    except PermissionError:
        covers = ["files"] + ["TCP"] * (version >= 4) + ["signals and abstract sockets"] * (version >= 6)
        return f"version {version}, covers " + ", ".join(covers)
    raise OSError(0, "a file could be read under it")
attempt(sys.argv[1], restrict)
"""
_HANDLES = """
def handle():
    fd = os.pidfd_open(os.getpid())
    os.close(fd)
    if os.fork() == 0:  # not the first process of a namespace, which adopts orphans anyway
        os._exit(libc.prctl(36, 1, 0, 0, 0) and ctypes.get_errno())
    _, status = os.wait()
    code = os.waitstatus_to_exitcode(status)
    if code:
        raise OSError(code, "adopting orphans: " + os.strerror(code))
    return "a process can be held on to, and orphans be adopted"
attempt(sys.argv[1], handle)
"""


def probe(found: Facts) -> list[Probe]:
    """Every mechanism, used, with what to do where it was refused on a system with these facts."""
    probes = [_bwrap()]
    namespaces = (remedies.USER, remedies.MOUNTS, remedies.NETWORK, remedies.PROCESSES)
    probes += _tried(namespaces, _NAMESPACES, found)
    if os.geteuid() == 0:
        probes += _tried(("private mount namespace",), _ROOT_MOUNTS, found)
    probes += _tried((remedies.LANDLOCK,), _LANDLOCK, found)
    probes += _seccomp(found)
    probes += _tried((remedies.HANDLES,), _HANDLES, found)
    return probes


def _bwrap() -> Probe:
    found, refused = binary.find()
    if found is None:
        return Probe("bwrap", False, "; ".join(refused), levels.remedy("no bwrap"))
    return Probe("bwrap", True, f"{found.path}, version {found.version}, sha256 {found.sha256}")


def _seccomp(found: Facts) -> list[Probe]:
    try:
        code = seccomp.program_filter(seccomp.machine(), namespaces=True, landlock_abi=0, pid=0)
    except OSError as error:
        return [Probe(remedies.FILTER, False, str(error))]
    return _tried((remedies.FILTER,), _SECCOMP, found, code.hex())


def _tried(names: tuple[str, ...], program: str, found: Facts, *arguments: str) -> list[Probe]:
    """Use these mechanisms in a child. One that the child did not come to is told with the child's end."""
    command = [sys.executable, "-I", "-S", "-c", _PRELUDE + program, *names, *arguments]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_TRY_S, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return [Probe(name, False, str(error)) for name in names]
    lines = {name: (code, detail) for name, code, detail in _read(done.stdout)}
    end = (done.stderr.strip().splitlines() or [f"its child ended with {done.returncode}"])[-1]
    return [_probe(name, *lines.get(name, (-1, end)), found) for name in names]


def _read(text: str) -> Iterator[list[Any]]:
    for line in text.splitlines():
        yield json.loads(line)


def _probe(name: str, code: int, detail: str, found: Facts) -> Probe:
    if code == 0:
        return Probe(name, True, detail)
    tried = "not tried" not in detail
    return Probe(name, False, detail, remedies.remedy(name, max(code, 0), found) if tried else "")
