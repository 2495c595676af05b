"""Level L3 by a launcher of our own: a process in namespaces that starts every program in fresh ones.

Warm, the launcher has imported the large packages of the solver environment, and programs inherit them: a
start takes milliseconds where those imports take a second.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from sandbox import backend, landlock, linux, rooms, seccomp, syscalls, tree
from sandbox.backend import Ends, Launched, Order, Plan
from sandbox.rooms import SCRATCH, SOLVER
from sandbox.spec import Limits
from sandbox.stage import Stage

_START_S = 60.0
_REPLY_S = 20.0
_MOST_MESSAGE = 1 << 20
_TEXT = Path(__file__).with_name("launcher.py").read_text(encoding="utf-8")
# What an interpreter and libraries read when they start: a launcher serves one set of these values. Others,
# which may tell of a case, it never sees.
_OF_LAUNCHER = (
    *("PATH", "HOME", "TMPDIR", "LANG", "PYTHON", "OMP_", "OPENBLAS_", "MKL_", "VECLIB_", "NUMEXPR_"),
    *("JAX_", "XLA_", "NPY_", "NUMPY_"),
)


class Namespaces:
    """Programs in their own user, pid, mount, network, IPC, UTS and cgroup namespaces."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self._uid_holder: socket.socket | None = None
        self._guardian = 0
        self._control: socket.socket | None = None
        self._said: int = -1  # what the launcher writes to stderr
        self._serves: Mapping[str, str] | None = None
        self._warm = plan.warm
        self._reaped = True
        self._why_cold = ""

    def prepare(self, before_drop: Callable[[int], None]) -> None:
        """As root: show the interpreter where an unprivileged user can reach it, and become one."""
        seccomp.machine()
        if os.geteuid() != 0:
            before_drop(os.geteuid())
        else:
            stage = Stage([source for source, _ in (*self.plan.shown, *self.plan.solver)])
            staged = {
                key: tuple((stage.bind(source), target) for source, target in pairs)
                for key, pairs in (("shown", self.plan.shown), ("solver", self.plan.solver))
            }
            self.plan = Plan(**{**vars(self.plan), **staged})
            uid, self._uid_holder = linux.claim_slot_uid()
            before_drop(uid)
            linux.drop_to(uid)

    # -- the launcher

    def _need_launcher(self, environment: Mapping[str, str], shim: str) -> socket.socket:
        """The socket of a launcher that serves this environment, started if there is none."""
        serves = {name: text for name, text in environment.items() if name.startswith(_OF_LAUNCHER)}
        if self._control is not None and (serves == self._serves or not self._warm):
            return self._control
        self._end_launcher()
        try:
            self._start_launcher(serves, shim)
        except OSError as error:
            if not self._warm:
                raise
            self._end_launcher()
            self._warm, self._why_cold = False, str(error)
            self._start_launcher(serves, shim)
        self._serves = serves
        assert self._control is not None
        return self._control

    def _start_launcher(self, environment: Mapping[str, str], shim: str) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._said, said_end = os.pipe2(os.O_CLOEXEC)
        os.set_blocking(self._said, False)
        python = [self.plan.python, *backend.PYTHON_OPTIONS, "-c", _TEXT]
        entry = rooms.Entry(python, environment, theirs.fileno(), said_end)
        try:
            self._guardian = rooms.start(self.plan, entry)
        finally:
            theirs.close()
            os.close(said_end)
        self._control = ours
        settings = {
            "shim": shim,
            "path": self._path(),
            "preload": list(self.plan.preload) if self._warm else [],
            "namespaces": rooms.namespaces(self.plan.omit),
            "proc": "proc" not in self.plan.omit,
            "scratch": SCRATCH,
            "uid": rooms.BOX_UID,
            "gid": rooms.BOX_UID,
            "capset": syscalls.number("capset", seccomp.machine()),
            "python": [self.plan.python, *backend.PYTHON_OPTIONS, "-c"],
        }
        self._tell(settings)
        report, _ = self._hear(_START_S)
        if not report["ready"]:
            raise OSError(report["why"])

    def _tell(self, message: Mapping[str, Any], fds: Sequence[int] = ()) -> None:
        assert self._control is not None
        try:
            socket.send_fds(self._control, [json.dumps(message).encode()], list(fds))
        except (BrokenPipeError, ConnectionResetError):
            raise OSError(f"the launcher ended: {self._last_words() or 'it does not say why'}") from None

    def _hear(self, within_s: float) -> tuple[dict[str, Any], list[int]]:
        """The launcher's next message. Raises `OSError` if it is gone or silent."""
        assert self._control is not None
        poller = select.poll()
        poller.register(self._control, select.POLLIN)
        if not poller.poll(1000 * within_s):
            raise OSError(f"the launcher did not answer within {within_s:g} s")
        try:
            text, fds, _, _ = socket.recv_fds(self._control, _MOST_MESSAGE, 1)
        except ConnectionResetError:
            text, fds = b"", []
        if not text:
            raise OSError(f"the launcher ended: {self._last_words() or 'it does not say why'}")
        return json.loads(text), fds

    def _last_words(self) -> str:
        """What it wrote to stderr; its end has been seen, that of the pipe may be a moment later."""
        poller = select.poll()
        poller.register(self._said, select.POLLIN)
        poller.poll(1000)
        with contextlib.suppress(BlockingIOError):
            return os.read(self._said, 4096).decode(errors="replace").strip()[-1000:]
        return ""

    def _end_launcher(self) -> None:
        """Kill it and its namespace, with whatever is in there."""
        if self._control is not None:
            self._control.close()
            self._control = None
        if self._said >= 0:
            os.close(self._said)
            self._said = -1
        if self._guardian:
            tree.kill_all_below(self._guardian)
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._guardian, signal.SIGKILL)
            with contextlib.suppress(ChildProcessError):
                os.waitpid(self._guardian, 0)
            self._guardian = 0

    # -- a program

    def launch(self, ends: Ends, order: Order) -> Launched:
        """Have the launcher start a program. A launcher that is gone is started anew, once."""
        environment = backend.box_environment(order.limits.threads, order.environment, SCRATCH)
        for last in (False, True):
            try:
                self._need_launcher(environment, order.shim)
                return self._launched(ends, environment, order)
            except OSError:
                self._end_launcher()
                if last:
                    raise
        raise AssertionError("unreachable")

    def _launched(self, ends: Ends, environment: Mapping[str, str], order: Order) -> Launched:
        limits = order.limits
        message = {
            "warm": self._warm,
            "scratch_bytes": limits.scratch_bytes,
            "scratch_inodes": limits.scratch_inodes,
            "shared_bytes": backend.SHARED_MEMORY_BYTES,
            "cores": list(order.cores),
        }
        variables = _file_of(json.dumps(environment).encode())
        try:
            self._tell(message, [ends.stdin, ends.stdout, ends.stderr, ends.into, ends.out, variables])
        finally:
            os.close(variables)
        _, fds = self._hear(_REPLY_S)
        self._reaped = False
        pid = linux.pid_of(fds[0])
        return Launched(0, fds[0], pid, fds[0], "warm" if self._warm else "cold", self._why_cold)

    def settings(self, launched: Launched, limits: Limits) -> dict[str, Any]:
        """The box shows little, so that Landlock only needs to say where writing is allowed."""
        return box_settings(self._path(), limits, bool(self.plan.solver))

    def _path(self) -> list[str]:
        return [*self.plan.search, SOLVER]

    def memory_folders(self, launched: Launched) -> Sequence[int]:
        """Scratch and shared memory, by descriptors that stay whatever the program does."""
        return open_folders(launched.program_pid)

    def members(self, launched: Launched) -> list[int]:
        """The pid namespace: its pid 1 adopts every orphan."""
        return [launched.program_pid, *tree.descendants(launched.program_pid)]

    def kill(self, launched: Launched) -> None:
        """The end of pid 1 is the end of its namespace."""
        linux.signal_pidfd(launched.pidfd, signal.SIGKILL)

    def reap(self, launched: Launched) -> tuple[int, float]:
        """How it ended, from the launcher, whose child it was; the whole namespace died before it."""
        report, _ = self._hear(_REPLY_S)
        self._reaped = True
        return report["status"], report["cpu_s"]

    def kill_rest(self, launched: Launched) -> None:
        """The launcher with all its namespaces, unless it has said that all of the program is dead."""
        if not self._reaped:
            self._end_launcher()

    def clean(self) -> None:
        """Nothing is left of a mount namespace."""

    def close(self) -> None:
        """The launcher goes too."""
        self._end_launcher()


def _file_of(text: bytes) -> int:
    """A file without a name that holds this, at its beginning."""
    fd = os.memfd_create("environment", os.MFD_CLOEXEC)
    with os.fdopen(os.dup(fd), "wb") as file:
        file.write(text)
    os.lseek(fd, 0, os.SEEK_SET)
    return fd


def box_settings(path: list[str], limits: Limits, has_solver: bool) -> dict[str, Any]:
    """What the shim applies in a box with namespaces."""
    abi = linux.landlock_abi()
    rules = [
        ("/", landlock.READ),
        *((f"/dev/{name}", landlock.DEVICE) for name in rooms.DEVICES),
        (SCRATCH, landlock.SCRATCH),
        ("/dev/shm", landlock.SCRATCH),
    ]
    call_filter = seccomp.program_filter(seccomp.machine(), namespaces=True, landlock_abi=abi, pid=0)
    return {
        "die_with": 0,
        "rlimits": backend.limits_of(limits, limits.processes),
        "landlock": landlock.ruleset(abi, rules),
        "seccomp": call_filter.hex(),
        "scratch": SCRATCH,
        "path": path,
        "solver_environment": SOLVER if has_solver else "",
    }


def open_folders(pid: int) -> list[int]:
    """Descriptors of the folders in memory that a program can fill, taken before it runs."""
    root = f"/proc/{pid}/root"
    return [os.open(root + folder, os.O_PATH | os.O_CLOEXEC) for folder in (SCRATCH, "/dev/shm")]
