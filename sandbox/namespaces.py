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
from sandbox.backend import Ends, Launched, Order, OwnerGone, Plan
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


class _NotReady(OSError):
    """The launcher says that it can't serve."""


class Namespaces:
    """Programs in their own user, pid, mount, network, IPC, UTS and cgroup namespaces."""

    def __init__(self, plan: Plan, owner_fds: Sequence[int] = ()) -> None:
        self.plan = plan
        self._owner_fds = owner_fds  # readable when nobody waits any more
        self._uid_holder: socket.socket | None = None
        self._guardian: tuple[int, int] | None = None  # pid and pidfd
        self._control: socket.socket | None = None
        self._said: int = -1  # what the launcher writes to stderr
        self._serves: Mapping[str, str] | None = None
        self._warm = plan.warm
        self._imported = False
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

    def _need_launcher(self, environment: Mapping[str, str], shim: str, warm: bool) -> None:
        """Start a launcher if there is none that serves this environment. Raises `OSError`."""
        serves = {name: text for name, text in environment.items() if name.startswith(_OF_LAUNCHER)}
        if self._control is not None and (not warm or (self._imported and serves == self._serves)):
            return
        self._end_launcher()
        self._start_launcher(serves, shim, warm)
        self._serves, self._imported = serves, warm

    def _start_launcher(self, environment: Mapping[str, str], shim: str, warm: bool) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._said = os.memfd_create("said", os.MFD_CLOEXEC)
        python = [self.plan.python, *backend.PYTHON_OPTIONS, "-c", _TEXT]
        entry = rooms.Entry(python, environment, theirs.fileno(), self._said)
        try:
            pid = rooms.start(self.plan, entry)
            self._guardian = pid, backend.held(pid)
        finally:
            theirs.close()
        self._control = ours
        settings = {
            "shim": shim,
            "path": self._path(),
            "preload": list(self.plan.preload) if warm else [],
            "namespaces": rooms.namespaces(self.plan.omit),
            "proc": "proc" not in self.plan.omit,
            "last_namespace": "disable-userns" not in self.plan.omit,
            "scratch": SCRATCH,
            "uid": rooms.BOX_UID,
            "gid": rooms.BOX_UID,
            "capset": syscalls.number("capset", seccomp.machine()),
            "python": [self.plan.python, *backend.PYTHON_OPTIONS, "-c"],
        }
        self._tell(settings)
        report, _ = self._hear(_START_S)
        if not report["ready"]:
            raise _NotReady(report["why"])

    def _tell(self, message: Mapping[str, Any], fds: Sequence[int] = ()) -> None:
        assert self._control is not None
        try:
            socket.send_fds(self._control, [json.dumps(message).encode()], list(fds))
        except (BrokenPipeError, ConnectionResetError):
            raise OSError(f"the launcher ended: {self._last_words() or 'it does not say why'}") from None

    def _hear(self, within_s: float) -> tuple[dict[str, Any], list[int]]:
        """The launcher's next message. Raises `OSError` if it is gone or silent."""
        if self._control is None:
            raise OSError("the launcher is gone")
        poller = select.poll()
        for fd in (self._control.fileno(), *self._owner_fds):
            poller.register(fd, select.POLLIN)
        ready = [fd for fd, _ in poller.poll(1000 * within_s)]
        if set(ready) & set(self._owner_fds):
            raise OwnerGone
        if not ready:
            raise OSError(f"the launcher did not answer within {within_s:g} s")
        try:
            text, fds, _, _ = socket.recv_fds(self._control, _MOST_MESSAGE, 1)
        except ConnectionResetError:
            text, fds = b"", []
        if not text:
            raise OSError(f"the launcher ended: {self._last_words() or 'it does not say why'}")
        return json.loads(text), fds

    def _last_words(self) -> str:
        """The end of what it wrote to stderr."""
        size = os.fstat(self._said).st_size
        return os.pread(self._said, 1000, max(0, size - 1000)).decode(errors="replace").strip()

    def _end_launcher(self) -> None:
        """Kill it and its namespace, with whatever is in there."""
        if self._control is not None:
            self._control.close()
            self._control = None
        if self._said >= 0:
            os.close(self._said)
            self._said = -1
        if self._guardian is not None:
            (pid, pidfd), self._guardian = self._guardian, None
            try:
                _end_guardian(pid, pidfd)
            finally:
                os.close(pidfd)

    # -- a program

    def launch(self, ends: Ends, order: Order) -> Launched:
        """Have the launcher start a program.

        A launcher that is gone is started anew; if that dies too, this start is cold. Only one that says that
        it can't import the packages makes all later ones cold.
        """
        environment = backend.box_environment(order.limits.threads, order.environment, SCRATCH)
        failures: list[OSError] = []
        for warm in (True, True, False, False) if self._warm else (False, False):
            if warm and not self._warm:
                continue
            try:
                self._need_launcher(environment, order.shim, warm)
                return self._launched(ends, environment, order, warm)
            except _NotReady as error:
                self._warm, self._why_cold = False, str(error)
                failures.append(error)
            except OSError as error:
                failures.append(error)
            self._end_launcher()
        raise failures[-1]

    def _launched(self, ends: Ends, environment: Mapping[str, str], order: Order, warm: bool) -> Launched:
        limits = order.limits
        message = {
            "warm": warm,
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
        _, (pidfd,) = self._hear(_REPLY_S)
        self._reaped = False
        try:
            pid = linux.pid_of(pidfd)
        except OSError:
            os.close(pidfd)
            raise
        why_cold = self._why_cold or ("" if warm or not self.plan.warm else "its launcher died twice")
        return Launched(0, pidfd, pid, pidfd, "warm" if warm else "cold", why_cold)

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


def _end_guardian(pid: int, pidfd: int) -> None:
    """End this child and what is below it. Raises `StillAlive`."""
    with contextlib.suppress(ProcessLookupError):  # collected before: its number may be another's by now
        signal.pidfd_send_signal(pidfd, 0)
        tree.kill_all_below(pid)
        signal.pidfd_send_signal(pidfd, signal.SIGKILL)
        os.waitpid(pid, 0)
    tree.reap()  # what it left to this process


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
