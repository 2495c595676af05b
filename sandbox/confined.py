"""Level L2: Landlock, the system call filter and limits, where namespaces are refused.

L1 is the same without Landlock, L0 also without filter and limits: for those who accept anything.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import tempfile
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from sandbox import backend, landlock, linux, seccomp, tree
from sandbox.backend import Ends, Launched, Order, Plan
from sandbox.spec import Limits

_DEVICES = ("/dev/null", "/dev/full", "/dev/random", "/dev/urandom")  # no /dev/zero: see rooms.py
_FACTS = ("/proc/cpuinfo", "/proc/meminfo", "/sys/devices/system/cpu")
_PREFIX = "sandbox-slot-"
_TEMPORARY = ("/tmp", "/var/tmp", "/usr/tmp")  # where files are temporary for whom no variable tells it
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_AT_ONCE = 1000
_REMEDY = (
    "install Python and its packages where every user can read them (such as /opt or /usr/local), "
    "or run as an ordinary user"
)


class Confined:
    """Programs as ordinary processes that may reach little."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self._made = ""
        self._scratch = ""
        self._uid_holder: socket.socket | None = None
        self._rules: list[tuple[str, int]] = []

    @property
    def folder(self) -> str:
        """Where this slot's links and scratch folders lie."""
        return self._made

    def prepare(self, before_drop: Callable[[int], None]) -> None:
        """As root become an unprivileged user; make the folder that imports come from."""
        if self.plan.level != "L0":
            seccomp.machine()
        if os.geteuid() == 0:
            self._become_slot_user()
        self._made = f"{tempfile.gettempdir()}/{_PREFIX}{self.plan.token}"
        os.mkdir(self._made, 0o700)
        library, solver = self._library, self._solver
        os.mkdir(library)
        os.mkdir(solver)
        hidden = set(self.plan.hidden)
        for name in os.listdir(self.plan.search[0]):
            path = f"{self.plan.search[0]}/{name}"
            if path not in hidden:
                os.symlink(path, f"{library}/{name}")
        for source, relative in self.plan.solver:
            link = f"{solver}/{relative}"
            os.makedirs(os.path.dirname(link), exist_ok=True)
            os.symlink(source, link)
        self._rules = [*self._readable(), *((path, landlock.DEVICE) for path in _DEVICES)]

    @property
    def _library(self) -> str:
        return f"{self.folder}/lib"

    @property
    def _solver(self) -> str:
        return f"{self.folder}/solver-env"

    def _become_slot_user(self) -> None:
        uid, self._uid_holder = linux.claim_slot_uid()
        needed = [self.plan.python, *self.plan.search, *(source for source, _ in self.plan.solver)]
        unreachable = linux.unreadable_for(uid, needed)
        if not unreachable:
            linux.drop_to(uid)
        elif self.plan.level == "L2":
            raise OSError(f"an unprivileged user can't read {unreachable}: {_REMEDY}")

    def _readable(self) -> Iterator[tuple[str, int]]:
        hidden = [os.path.realpath(path) for path in self.plan.hidden]
        for source, _ in self.plan.shown:
            for path in around(source, hidden):
                yield path, landlock.READ
        for path in (*(source for source, _ in self.plan.solver), self._library, self._solver, *_FACTS):
            yield path, landlock.READ

    def launch(self, ends: Ends, order: Order) -> Launched:
        """Start the interpreter as leader of its own session, which it can't leave."""
        self._scratch = tempfile.mkdtemp(prefix="box-", dir=self.folder)
        box = backend.box_environment(order.limits.threads, order.environment, self._scratch)
        argv = [self.plan.python, *backend.PYTHON_OPTIONS, "-c", order.shim]
        fds = [ends.stdin, ends.stdout, ends.stderr, ends.into, ends.out]
        try:
            with linux.affinity(order.cores):
                pid = backend.spawn(argv, box, fds, session=True)
            pidfd = backend.held(pid)
        except OSError:
            self.clean()
            raise
        return Launched(pid, pidfd, pid, pidfd)

    def settings(self, launched: Launched, limits: Limits) -> dict[str, Any]:
        """Everything that the level has; where it has no Landlock, files are not confined."""
        abi = linux.landlock_abi()
        rules = [*self._rules, (self._scratch, landlock.SCRATCH)]
        call_filter = b""
        if self.plan.level != "L0":
            call_filter = seccomp.program_filter(
                seccomp.machine(), namespaces=False, landlock_abi=abi, pid=launched.pid
            )
        processes = limits.processes + tree.tasks_of(os.getuid())
        return {
            "die_with": os.getpid(),
            "rlimits": [] if self.plan.level == "L0" else backend.limits_of(limits, processes),
            "landlock": landlock.ruleset(abi, rules) if self.plan.level == "L2" else None,
            "seccomp": call_filter.hex(),
            "scratch": self._scratch,
            "path": [self._library, *self.plan.search[1:], self._solver],
            "solver_environment": self._solver,
        }

    def memory_folders(self, launched: Launched) -> Sequence[int]:
        """None of its own."""
        return []

    def members(self, launched: Launched) -> list[int]:
        """All below this process, which adopts every orphan."""
        return tree.descendants(os.getpid())

    def kill(self, launched: Launched) -> None:
        """The whole session, then whatever else is below this supervisor."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(launched.pid, signal.SIGKILL)
        linux.signal_pidfd(launched.pidfd, signal.SIGKILL)

    def reap(self, launched: Launched) -> tuple[int, float]:
        """Wait for the child."""
        return backend.reaped(launched.pid)

    def kill_rest(self, launched: Launched) -> None:
        """Whatever is below this process."""
        tree.kill_all_below(os.getpid())

    def clean(self) -> None:
        """Remove the scratch folder, whatever a program did to it."""
        remove(self._scratch)

    def close(self) -> None:
        """Remove the slot's folder."""
        remove(self.folder)


def around(folder: str, hidden: Sequence[str]) -> Iterator[str]:
    """Paths that together are `folder` without what is hidden in it."""
    if folder in hidden:
        return
    if not any(path.startswith(folder + "/") for path in hidden):
        yield folder
        return
    for name in os.listdir(folder):
        path = f"{folder}/{name}"
        if not os.path.islink(path):  # what a link leads to counts where it really lies
            yield from around(path, hidden)


def made_with(token: str) -> str:
    """The folder of a supervisor that was given this token; empty if there is none."""
    folders = (f"{place}/{_PREFIX}{token}" for place in _TEMPORARY)
    return next((folder for folder in folders if os.path.isdir(folder)), "") if token else ""


def remove(folder: str) -> None:
    """Remove a folder of ours, also one with parts unreadable, or deeper than a path can be long.

    It takes a time that grows with what lies in it, and memory for no more than `_AT_ONCE` names a level.
    """
    if not folder:
        return
    with contextlib.suppress(OSError):
        here = os.open(folder, _FOLDER)
        try:
            levels = [_swept(here)]
            while True:
                if levels[-1]:
                    os.chmod(levels[-1][-1], 0o700, dir_fd=here)
                    here = _moved(here, levels[-1][-1])
                    levels.append(_swept(here))
                elif more := _swept(here):
                    levels[-1] = more
                elif len(levels) > 1:
                    levels.pop()
                    here = _moved(here, "..")
                    os.rmdir(levels[-1].pop(), dir_fd=here)
                else:
                    break
        finally:
            os.close(here)
        os.rmdir(folder)


def _swept(folder: int) -> list[str]:
    """Remove files and empty folders from a folder; some of the folders left, none if there are none.

    Some at once: a file system may pass over what was removed each time that it lists a folder from its
    beginning; done for each of 10,000 that took 10 s where the program had needed half of one.
    """
    left: list[str] = []
    with os.scandir(folder) as entries:
        for entry in entries:
            if not entry.is_dir(follow_symlinks=False):
                os.unlink(entry.name, dir_fd=folder)
            elif not _removed(folder, entry.name):
                left.append(entry.name)
                if len(left) == _AT_ONCE:
                    break
    return left


def _removed(folder: int, name: str) -> bool:
    """Whether a folder could go as it is, being empty."""
    try:
        os.rmdir(name, dir_fd=folder)
    except OSError:
        return False
    return True


def _moved(here: int, name: str) -> int:
    there = os.open(name, _FOLDER, dir_fd=here)
    os.close(here)
    return there
