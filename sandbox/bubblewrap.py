"""Level L3: namespaces by bubblewrap, and in them Landlock, the system call filter and limits."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sandbox import backend, linux, tree
from sandbox.backend import Ends, Launched, Order, Plan
from sandbox.namespaces import box_settings, open_folders
from sandbox.rooms import BOX_UID, SCRATCH, SOLVER
from sandbox.spec import Limits
from sandbox.stage import Stage

_INFO_FD = 5
_START_S = 30.0


class Bubblewrap:
    """Programs in their own user, pid, mount, network, IPC, UTS and cgroup namespaces."""

    def __init__(self, plan: Plan) -> None:
        assert plan.bwrap is not None
        self.plan = plan
        self._bwrap = plan.bwrap["path"]
        self._uid_holder: socket.socket | None = None

    def prepare(self, before_drop: Callable[[int], None]) -> None:
        """As root: show the interpreter where an unprivileged user can reach it, and become one."""
        if os.geteuid() != 0:
            before_drop(os.geteuid())
            return
        assert self.plan.bwrap is not None
        stage = Stage([source for source, _ in (*self.plan.shown, *self.plan.solver)])
        staged = {
            key: tuple((stage.bind(source), target) for source, target in pairs)
            for key, pairs in (("shown", self.plan.shown), ("solver", self.plan.solver))
        }
        self._bwrap = stage.bind_parts(self.plan.bwrap)
        self.plan = Plan(**{**vars(self.plan), **staged})
        uid, self._uid_holder = linux.claim_slot_uid()
        before_drop(uid)
        linux.drop_to(uid)

    def launch(self, ends: Ends, order: Order) -> Launched:
        """Start bubblewrap, and learn the pid of what it started."""
        info, info_end = os.pipe2(os.O_CLOEXEC)
        limits = order.limits
        box = backend.box_environment(limits.threads, order.environment, SCRATCH)
        python = [self.plan.python, *backend.PYTHON_OPTIONS, "-c", order.shim]
        argv = [self._bwrap, *arguments(self.plan, box, limits.scratch_bytes), *python]
        fds = [ends.stdin, ends.stdout, ends.stderr, ends.into, ends.out, info_end]
        try:
            with linux.affinity(order.cores):
                pid = backend.spawn(argv, {}, fds, session=False)
            pidfd = backend.held(pid)
        except OSError:
            os.close(info)
            raise
        finally:
            os.close(info_end)
        try:
            program = _child_pid(info)
            program_pidfd = os.pidfd_open(program)
        except (OSError, ValueError, KeyError):
            program, program_pidfd = pid, pidfd  # it will say why on stderr and exit
        finally:
            os.close(info)
        return Launched(pid, pidfd, program, program_pidfd)

    def settings(self, launched: Launched, limits: Limits) -> dict[str, Any]:
        """As in every box with namespaces."""
        return box_settings([*self.plan.search, SOLVER], limits, bool(self.plan.solver))

    def memory_folders(self, launched: Launched) -> Sequence[int]:
        """Scratch and shared memory."""
        return open_folders(launched.program_pid)

    def members(self, launched: Launched) -> list[int]:
        """All below this process but bubblewrap itself."""
        return [pid for pid in tree.descendants(os.getpid()) if pid != launched.pid]

    def kill(self, launched: Launched) -> None:
        """The end of pid 1 is the end of its namespace; then bubblewrap itself ends."""
        linux.signal_pidfd(launched.program_pidfd, signal.SIGKILL)

    def reap(self, launched: Launched) -> tuple[int, float]:
        """Bubblewrap's own end: it ends as its child did."""
        return backend.reaped(launched.pid)

    def kill_rest(self, launched: Launched) -> None:
        """Whatever is below this process."""
        tree.kill_all_below(os.getpid())

    def clean(self) -> None:
        """Nothing is left of a mount namespace."""

    def close(self) -> None:
        """Nor of this."""


def arguments(plan: Plan, environment: Mapping[str, str], scratch_bytes: int) -> list[str]:
    """Arguments for bwrap, up to the command.

    `plan.omit` may name what this machine refuses: `net`, `proc`, `disable-userns`; the system call filter
    denies sockets and namespaces as well.
    """
    args = ["--unshare-all", "--unshare-user", "--die-with-parent", "--new-session", "--as-pid-1"]
    args += ["--share-net"] if "net" in plan.omit else []
    args += [] if "disable-userns" in plan.omit else ["--disable-userns"]
    args += ["--uid", str(BOX_UID), "--gid", str(BOX_UID), "--hostname", "sandbox", "--clearenv"]
    for name, value in environment.items():
        args += ["--setenv", name, value]
    for target, path in plan.links:
        args += ["--symlink", target, path]
    for source, path in plan.shown:
        args += ["--ro-bind", source, path]
    for path in plan.hidden:
        args += ["--size", "4096", "--tmpfs", path, "--remount-ro", path]
    args += ["--dir", SOLVER]
    for source, relative in plan.solver:
        args += ["--ro-bind", source, f"{SOLVER}/{relative}"]
    args += [] if "proc" in plan.omit else ["--proc", "/proc"]
    args += ["--dev", "/dev", "--size", str(backend.SHARED_MEMORY_BYTES), "--tmpfs", "/dev/shm"]
    args += [
        "--ro-bind",
        "/dev/null",
        "/dev/zero",
        "--remount-ro",
        "/dev",
        "--size",
        str(scratch_bytes),
        "--tmpfs",
        SCRATCH,
    ]
    return [*args, "--remount-ro", "/", "--chdir", SCRATCH, "--info-fd", str(_INFO_FD), "--"]


def _child_pid(info: int) -> int:
    """The pid that bwrap reports; raises `ValueError` if it ended before."""
    text = b""
    poller = select.poll()
    poller.register(info, select.POLLIN)
    while poller.poll(_START_S * 1000):
        piece = os.read(info, 4096)
        if not piece:
            break
        text += piece
        with contextlib.suppress(ValueError):
            return int(json.loads(text)["child-pid"])
    raise ValueError("bwrap did not start")
