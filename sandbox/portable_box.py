"""The supervisor of level L1 on any POSIX system: one thread, one program at a time, in a process group.

Only what POSIX has is used: `poll`, `posix_spawn`, `killpg`, `wait4` and signals.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import resource
import signal
import sys
import time
from collections.abc import Mapping, Sequence
from typing import Any

from sandbox import backend, confined, ending, wire
from sandbox.backend import ADDRESS_SPACE_EXTRA, OwnerGone
from sandbox.conversation import Conversation
from sandbox.request import Request, Result
from sandbox.spec import EndedBy, Limits

IN, OUT = 0, 1
_HIGH_FD = 50
_RSS_UNIT = 1 if sys.platform == "darwin" else 1024  # of ru_maxrss


def main(arguments: Sequence[str]) -> None:
    """Serve one owner, whose pid is the only argument, until it is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the owner
    signal.signal(signal.SIGTERM, _stop)
    os.umask(0o022)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    deaths = _deaths()
    if os.getppid() != int(arguments[0]):
        return
    folder = ""
    try:
        while True:
            header, blobs = wire.receive(IN)
            folder = header["folder"]
            run = Run(Place(header), Request.from_message(header, blobs), deaths)
            result = run.result()
            wire.send(OUT, *run.reply(result))
    except (wire.Closed, OwnerGone):
        pass
    finally:
        confined.remove(folder)


def _stop(number: int, frame: object) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # once is enough; what follows must not be interrupted
    raise OwnerGone


def _deaths() -> int:
    """A descriptor that is readable when a child has died."""
    readable, writable = os.pipe()
    os.set_blocking(readable, False)
    os.set_blocking(writable, False)
    signal.signal(signal.SIGCHLD, lambda number, frame: None)
    signal.set_wakeup_fd(writable, warn_on_full_buffer=False)
    return readable


class Place:
    """Where a program runs: its interpreter, folders and what it can import."""

    def __init__(self, header: Mapping[str, Any]) -> None:
        self.python: str = header["python"]
        self.search: list[str] = header["search"]
        self.cap_memory: bool = header["cap_memory"]
        self.folder: str = header["folder"]
        self.solver = f"{self.folder}/solver-env"
        self.scratch = f"{self.folder}/scratch"
        for folder in (self.solver, self.scratch):
            confined.remove(folder)
            os.mkdir(folder)
        for source, relative in header["solver"]:
            link = f"{self.solver}/{relative}"
            os.makedirs(os.path.dirname(link), exist_ok=True)
            os.symlink(source, link)

    def settings(self, limits: Limits) -> dict[str, Any]:
        """What the shim applies to itself: limits and paths, nothing that only Linux has."""
        return {
            "die_with": 0,
            "rlimits": limits_of(limits, self.cap_memory),
            "landlock": None,
            "seccomp": "",
            "scratch": self.scratch,
            "path": [*self.search, self.solver],
            "solver_environment": self.solver,
        }

    def clean(self) -> None:
        """Remove the scratch folder, whatever a program did to it."""
        confined.remove(self.scratch)


def limits_of(limits: Limits, cap_memory: bool) -> list[list[int]]:
    """(resource, soft, hard) for the shim. The processor time is set later, when the program starts.

    Without `cap_memory` those of memory are left out: macOS takes them and does not hold to them, or refuses.
    The number of processes is not limited, as that would count all of the user's.
    """
    pairs = {
        resource.RLIMIT_NOFILE: limits.open_files,
        resource.RLIMIT_FSIZE: limits.scratch_bytes,
        resource.RLIMIT_CORE: 0,
    }
    if cap_memory:
        pairs |= {
            resource.RLIMIT_DATA: limits.memory_bytes,
            resource.RLIMIT_AS: limits.memory_bytes + ADDRESS_SPACE_EXTRA,
        }
    return [[number, *[_within(number, value)] * 2] for number, value in pairs.items()]


def _within(number: int, value: int) -> int:
    hard = resource.getrlimit(number)[1]
    return value if hard == resource.RLIM_INFINITY else min(value, hard)


class Run(Conversation):
    """One execution."""

    def __init__(self, place: Place, request: Request, deaths: int) -> None:
        super().__init__(request, (IN,))
        self.memory_bytes = 0
        self._place, self._deaths = place, deaths
        self._pid, self._status = 0, -1

    def result(self) -> Result:
        """Until the process group is dead. Raises `OwnerGone`, then too with it dead."""
        try:
            try:
                self._start()
            except OSError as error:
                self._end(EndedBy.FAULT, f"the program could not be started: {error}")
            else:
                wire.send(OUT, {"started": self._pid})
            while self._result is None:
                self._step()
        finally:
            self.times.ended = time.monotonic()
            self._kill()
            self._drain()
            self._close_pipes()
            self._place.clean()
        return self._result

    def _start(self) -> None:
        request, place = self.request, self._place
        ends = self._open_pipes()
        self.times.launched = time.monotonic()
        try:
            box = backend.box_environment(request.limits.threads, request.environment, place.scratch)
            argv = [place.python, *backend.PYTHON_OPTIONS, "-c", request.shim]
            self._pid = spawn(argv, box, [ends.stdin, ends.stdout, ends.stderr, ends.into, ends.out])
        finally:
            ends.close()
        self._listen()
        self._watch(self._deaths, self._child_died)
        self._send_settings(place.settings(request.limits))

    def _measured(self) -> Mapping[str, int]:
        return {"memory_bytes": self.memory_bytes}

    # -- the end

    def _child_died(self) -> None:
        """What it said before counts, then how it went."""
        with contextlib.suppress(BlockingIOError):
            os.read(self._deaths, 64)
        if not self._wait(os.WNOHANG):
            return  # it was stopped, or an earlier death was told late
        if self._said_before_exit():
            return
        limits = self.request.limits
        found = ending.Exit(
            status=self._status,
            cpu_s=self.cpu_s,
            cpu_limit_s=self.request.cpu_s,
            address_space_bytes=0,
            address_space_limit=limits.memory_bytes + ADDRESS_SPACE_EXTRA,
            data_bytes=0,
            memory_bytes=self.memory_bytes,
            stderr=self.stderr.text(),
        )
        ended_by, message = ending.of_exit(found, limits)
        self._end(ended_by, message, found.code)

    def _wait(self, options: int = 0) -> bool:
        """Whether the program's first process is dead and collected."""
        if self._pid:
            if hasattr(os, "waitid"):  # while it is not collected, the number of its group can't be another's
                if os.waitid(os.P_PID, self._pid, os.WEXITED | os.WNOWAIT | options) is None:
                    return False
                self._kill_group(self._pid)
            pid, status, usage = os.wait4(self._pid, options)
            if not pid:
                return False
            self._status, self.cpu_s = status, usage.ru_utime + usage.ru_stime
            self.memory_bytes = usage.ru_maxrss * _RSS_UNIT
            if not hasattr(os, "waitid"):  # as on macOS before Python 3.13
                self._kill_group(self._pid)
            self._pid = 0
        return True

    def _kill(self) -> None:
        """The process group, then its first process is collected."""
        if self._pid:
            self._kill_group(self._pid)
            self._wait()

    def _kill_group(self, group: int) -> None:
        """Twice, as a process may be born while the first signal is on its way. macOS refuses for zombies."""
        for _ in range(2):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(group, signal.SIGKILL)


def spawn(argv: Sequence[str], environment: Mapping[str, str], fds: Sequence[int]) -> int:
    """Start a process as leader of a new group, with `fds` as its descriptors 0, 1, 2, ...; its pid."""
    high = [fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, _HIGH_FD) for fd in fds]
    try:
        actions = [(os.POSIX_SPAWN_DUP2, fd, number) for number, fd in enumerate(high)]
        return os.posix_spawn(
            argv[0],
            list(argv),
            dict(environment),
            file_actions=actions,
            setpgroup=0,
            setsigdef=[signal.SIGINT, signal.SIGPIPE],
        )
    finally:
        backend.close_quietly(high)
