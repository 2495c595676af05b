"""Starts programs in fresh namespaces, cold or warm. Runs in a box of its own, where packages can be seen.

Only its text is used: a fresh interpreter is executed with it and a clean environment, so that no memory of
an owner, a reference or another program is ever in it. For each order it forks a process into namespaces of
that process's own, which gives up all that this needed, and then either becomes the shim (warm: it inherits
the packages that were imported here) or executes a new interpreter with the shim (cold).

No program runs in this process, and none can see it: theirs is a pid namespace below this one's.

File descriptor 3 is a socket of whole messages: the settings first, then orders, each with the program's
descriptors 0 to 4 and a file with its environment. The child alone reads that: what this process once had in
memory, every later program would find in its own. Back go what was imported, and for each order a pidfd and,
later, how the process ended.
Descriptor 4 is a /proc in which this process and all below find themselves.
"""

# ruff: noqa: BLE001, S102 - whatever goes wrong is reported, and running text is the purpose
from __future__ import annotations

import ctypes
import gc
import json
import os
import select
import socket
import struct
import sys
import types
import warnings

TYPE_CHECKING = False  # importing typing would cost some milliseconds
if TYPE_CHECKING:
    from typing import Any

CONTROL, PROC, PROC_OF_CHILD = 3, 4, 5
NEWPID, NEWUSER = 0x20000000, 0x10000000
MS_NOSUID, MS_NODEV, MS_NOEXEC = 2, 4, 8
PR_SET_PDEATHSIG, PR_CAPBSET_DROP, PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL = 1, 24, 47, 4
CAPABILITY_VERSION = 0x20080522
SIGKILL = 9
FAILED = 125
MOST_MESSAGE = 1 << 20
HOST = b"sandbox"

libc = ctypes.CDLL(None, use_errno=True)
libc.syscall.restype = ctypes.c_long


def check(what: str, result: int) -> int:
    """The result of a system call. Raises `OSError`."""
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{what}: {os.strerror(code)}")
    return result


def prctl(option: int, second: int, third: int = 0) -> int:
    """prctl(2); its result."""
    return int(libc.prctl(option, ctypes.c_ulong(second), ctypes.c_ulong(third), 0, 0))


def mount(kind: str, target: str, flags: int, data: str = "") -> None:
    """A new file system at a folder."""
    words = [kind.encode(), target.encode(), kind.encode()]
    check(f"mount {kind} on {target}", libc.mount(*words, ctypes.c_ulong(flags), data.encode()))


def write_proc(path: str, text: str) -> None:
    """In the child: write a file in the outer /proc."""
    fd = os.open(path, os.O_WRONLY, dir_fd=PROC_OF_CHILD)
    try:
        os.write(fd, text.encode())
    finally:
        os.close(fd)


class Launcher:
    """What is kept between orders."""

    def __init__(self, control: socket.socket) -> None:
        self.control = control
        self.settings: dict[str, Any] = json.loads(control.recv(MOST_MESSAGE))
        self.shim = compile(self.settings["shim"], "<string>", "exec", dont_inherit=True)
        self.own_pids = os.open("self/ns/pid", os.O_RDONLY | os.O_CLOEXEC, dir_fd=PROC)

    def import_packages(self) -> list[str]:
        """What programs are likely to import: it stays in memory for all that are started warm."""
        sys.path[:] = self.settings["path"]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for name in self.settings["preload"]:
                __import__(name)
        if self.settings["preload"]:
            warnings.filterwarnings(
                "ignore", ".*fork", RuntimeWarning
            )  # jax warns; no backend is started here
            warnings.filterwarnings("ignore", ".*fork", DeprecationWarning)
        gc.collect()
        gc.freeze()
        return list(self.settings["preload"])

    def serve(self) -> tuple[types.CodeType, dict[str, str]]:
        """Carry out orders until nobody gives any. Returns in a child that is to become the shim."""
        poller = select.poll()
        poller.register(self.control, select.POLLIN)
        running: dict[int, int] = {}
        while True:
            for fd, _ in poller.poll():
                if fd in running:
                    poller.unregister(fd)
                    self.tell_end(running.pop(fd))
                    os.close(fd)
                    continue
                text, fds, _, _ = socket.recv_fds(self.control, MOST_MESSAGE, 6)
                if not text:
                    os._exit(0)
                order = json.loads(text)
                pid = self.fork(fds)
                if not pid:
                    return self.shim, self.enter(order, fds)
                pidfd = os.pidfd_open(pid)
                running[pidfd] = pid
                poller.register(pidfd, select.POLLIN)
                socket.send_fds(self.control, [b"{}"], [pidfd])

    def tell_end(self, pid: int) -> None:
        """Reap a process and say how it ended."""
        _, status, used = os.wait4(pid, 0)
        content = {"status": status, "cpu_s": used.ru_utime + used.ru_stime}
        self.control.send(json.dumps(content).encode())

    def fork(self, fds: list[int]) -> int:
        """Fork the first process of a new pid namespace; its pid, 0 in the child."""
        check("unshare(CLONE_NEWPID)", libc.unshare(NEWPID))
        pid = os.fork()
        if pid:
            check("setns", libc.setns(self.own_pids, NEWPID))
            for fd in fds:
                os.close(fd)
        return pid

    def enter(self, order: dict[str, Any], fds: list[int]) -> dict[str, str]:
        """In the child: isolate it, and give up all that this needs; if it is to start cold, start it.

        Returns its environment.
        """
        try:
            with os.fdopen(fds.pop(), "rb") as file:
                environment: dict[str, str] = json.loads(file.read())
            self.take(fds)
            os.setsid()
            check("unshare", libc.unshare(self.settings["namespaces"]))
            check("sethostname", libc.sethostname(HOST, len(HOST)))
            self.mount_own(order)
            if order["cores"]:
                os.sched_setaffinity(0, order["cores"])
            write_proc("self/oom_score_adj", "1000")  # where memory runs out, this goes before anything else
            self.become_nobody()
            os.chdir(self.settings["scratch"])
            if not order["warm"]:
                python = self.settings["python"]
                os.execve(python[0], [*python, self.settings["shim"]], environment)
        except BaseException as error:
            os.write(2, f"{type(error).__name__}: {error}\n".encode())
            os._exit(FAILED)
        return environment

    def take(self, fds: list[int]) -> None:
        """Make the order's descriptors 0 to 4, the outer /proc 5, and close all others."""
        self.control.detach()
        high = [os.dup2(fd, 50 + number) for number, fd in enumerate([*fds, PROC])]
        for number, fd in enumerate(high):
            os.dup2(fd, number)
        os.closerange(PROC_OF_CHILD + 1, 1 << 16)

    def mount_own(self, order: dict[str, Any]) -> None:
        """Scratch, shared memory and /proc of this process's namespaces."""
        flags = MS_NOSUID | MS_NODEV
        size, inodes = order["scratch_bytes"], order["scratch_inodes"]
        mount("tmpfs", self.settings["scratch"], flags, f"mode=700,size={size},nr_inodes={inodes}")
        mount("tmpfs", "/dev/shm", flags, f"mode=1777,size={order['shared_bytes']},nr_inodes=1024")
        if self.settings["proc"]:
            mount("proc", "/proc", flags | MS_NOEXEC)

    def become_nobody(self) -> None:
        """A user namespace of its own, in which no capability is left, and below which none can be made."""
        check("unshare(CLONE_NEWUSER)", libc.unshare(NEWUSER))
        uid, gid = self.settings["uid"], self.settings["gid"]
        write_proc("self/setgroups", "deny")
        write_proc("self/uid_map", f"{uid} {uid} 1")
        write_proc("self/gid_map", f"{gid} {gid} 1")
        if self.settings["last_namespace"]:
            write_proc("sys/user/max_user_namespaces", "0")
        os.close(PROC_OF_CHILD)
        capability = 0
        while prctl(PR_CAPBSET_DROP, capability) == 0:
            capability += 1
        prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL)
        header = struct.pack("<Ii", CAPABILITY_VERSION, 0)
        number = ctypes.c_long(self.settings["capset"])
        check("capset", libc.syscall(number, header, bytes(24)))
        check("prctl(PR_SET_PDEATHSIG)", prctl(PR_SET_PDEATHSIG, SIGKILL))


def main() -> tuple[types.CodeType, dict[str, str]]:
    """The whole life of the process. Returns in a child that is to become the shim."""
    control = socket.socket(fileno=CONTROL)
    try:
        launcher = Launcher(control)
        report = {"ready": True, "imported": launcher.import_packages()}
    except BaseException as error:
        control.send(json.dumps({"ready": False, "why": f"{type(error).__name__}: {error}"}).encode())
        os._exit(1)
    control.send(json.dumps(report).encode())
    return launcher.serve()


if __name__ == "__main__":
    code, variables = main()
    os.environ.clear()
    os.environ.update(variables)
    sys.modules["__main__"] = types.ModuleType("__main__")
    exec(code, sys.modules["__main__"].__dict__)
