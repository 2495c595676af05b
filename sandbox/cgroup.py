"""Hard limits for a whole process tree, by control groups (version 2).

A slot has a folder of its own at a place that `find` returned::

    <place>/solversmith-<pid>-<random>/supervisor     the supervisor, for as long as it lives
                                      /program-<n>    one execution, with its limits

Both lie side by side since a process may be moved only by who may write to the common ancestor of where it is
and where it goes. Nothing here asks for privileges after `Slot` was made.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import time

from sandbox import controls
from sandbox.delegation import OWNER, PROBE, Place, find, remedy
from sandbox.spec import Limits

__all__ = ["Place", "Slot", "find", "remedy", "remove", "sweep"]

PREFIX = "solversmith-"
SUPERVISOR, PROGRAM = "supervisor", "program"
_PERIOD_US = 100_000
_KILL_S, _REMOVE_S = 5.0, 2.0
_YOUNG_S = 30.0  # time for a supervisor to enter what it has just made
_TRIES = 3


class Slot:
    """The cgroups of one supervisor: made by it, before it drops privileges, and it lives in them.

    Parameters
    ----------
    place
        Where.
    uid
        The user that the supervisor will be; root makes its folders over to it.

    Raises
    ------
    OSError
        If the place is not one any more.
    """

    def __init__(self, place: Place, uid: int) -> None:
        self.path = _made_and_entered(place, uid)
        self._cpu = place.cpu
        self._count = 0
        self._program = ""
        _be_killable()

    def begin(self, limits: Limits) -> None:
        """Make the cgroup of the next execution, still empty. Raises `OSError`."""
        self._count += 1
        self._program = f"{self.path}/{PROGRAM}-{self._count}"
        os.mkdir(self._program)
        try:
            self._limit(limits)
        except OSError:
            self.finish()
            raise

    def _limit(self, limits: Limits) -> None:
        program = self._program
        controls.write(program, "memory.max", limits.memory_bytes)
        controls.write_if_there(program, "memory.swap.max", 0)
        controls.write_if_there(program, "memory.oom.group", 1)
        controls.write(program, "pids.max", limits.processes)
        if self._cpu:
            controls.write(program, "cpu.max", f"{limits.threads * _PERIOD_US} {_PERIOD_US}")

    def add(self, pid: int) -> None:
        """Put a process in; what it starts from now on is in too. Raises `OSError`."""
        controls.write(self._program, "cgroup.procs", pid)

    def oom_killed(self) -> bool:
        """Whether a process was killed because the execution reached its own limit of memory."""
        return self._event("memory", "oom") > 0 and self._event("memory", "oom_kill") > 0

    def killed_from_outside(self) -> bool:
        """Whether one was killed because the machine, or a cgroup above, had no memory: not its fault."""
        return self._event("memory", "oom") == 0 and self._event("memory", "oom_kill") > 0

    def memory_now(self) -> int:
        """Bytes charged at the moment, caches of files included."""
        return controls.number(self._program, "memory.current")

    def memory_peak(self) -> int:
        """The most bytes charged at once, 0 before Linux 5.19."""
        return controls.number(self._program, "memory.peak")

    def processes_peak(self) -> int:
        """The most threads at once, 0 before Linux 6.13."""
        return controls.number(self._program, "pids.peak")

    def forks_refused(self) -> int:
        """How often the limit of processes refused another one."""
        return self._event("pids", "max")

    def cpu_s(self) -> float:
        """Processor time of all that was ever in, in seconds."""
        return controls.entry(self._program, "cpu.stat", "usage_usec") / 1e6

    def _event(self, controller: str, key: str) -> int:
        return controls.entry(self._program, f"{controller}.events", key)

    def kill(self) -> bool:
        """SIGKILL all that is in; whether it is dead."""
        return controls.kill(self._program, _KILL_S)

    def finish(self) -> bool:
        """Remove the execution's cgroup, with all that is in it; whether it is gone.

        If it is not, it is in nobody's way, and `close` or `sweep` removes it.
        """
        if controls.remove(self._program, 0):
            return True
        controls.kill(self._program, _KILL_S)
        return controls.remove(self._program, _REMOVE_S)

    def close(self) -> None:
        """Remove what can be removed while this process is in it; the owner removes the rest."""
        with contextlib.suppress(OSError):
            for child in controls.children(self.path):
                if os.path.basename(child) != SUPERVISOR:
                    controls.kill(child, _KILL_S)
                    controls.remove(child, _REMOVE_S)


def _made_and_entered(place: Place, uid: int) -> str:
    """The slot's folder. A sweep that takes it for abandoned, just before we enter, costs another try."""
    for left in reversed(range(_TRIES)):
        folder = f"{place.path}/{PREFIX}{os.getpid()}-{secrets.token_hex(8)}"
        try:
            _make(folder, uid)
            controls.write(f"{folder}/{SUPERVISOR}", "cgroup.procs", os.getpid())
        except OSError as error:
            controls.remove(folder, 0)
            if not (left and isinstance(error, FileNotFoundError) and os.path.isdir(place.path)):
                raise
        else:
            return folder
    raise AssertionError("the last try returns or raises")


def _make(folder: str, uid: int) -> None:
    os.mkdir(folder)
    os.mkdir(f"{folder}/{SUPERVISOR}")
    controls.enable(folder, [name for name in (*controls.NEEDED, *controls.WANTED) if name in _given(folder)])
    if uid != os.geteuid():
        for path in (folder, f"{folder}/cgroup.procs", f"{folder}/{SUPERVISOR}/cgroup.procs"):
            os.chown(path, uid, uid)


def _given(folder: str) -> set[str]:
    given = controls.offered(folder)
    if missing := [name for name in controls.NEEDED if name not in given]:
        raise OSError(f"cgroup: {folder} was given no controller for {' and '.join(missing)} any more")
    return given


def _be_killable() -> None:
    """An owner that the kernel spares when memory runs out must not have programs that it spares."""
    with contextlib.suppress(OSError, ValueError), open("/proc/self/oom_score_adj", "r+") as file:
        if int(file.read()) < 0:
            file.seek(0)
            file.write("0")


def remove(path: str) -> None:
    """Remove the folder of a slot whose supervisor is known to be gone, with all that is still in it."""
    with contextlib.suppress(OSError):
        controls.kill(path, _KILL_S)
        controls.remove(path, _REMOVE_S)


def sweep(place: Place) -> None:
    """Remove the folders of slots whose supervisor and owner are gone, with all that is still in them."""
    with contextlib.suppress(OSError):
        for folder in controls.children(place.path):
            name = os.path.basename(folder)
            if name.startswith(PREFIX) and name != OWNER and _is_abandoned(folder, name):
                remove(folder)


def _is_abandoned(folder: str, name: str) -> bool:
    """The supervisor's own leaf is empty, and it is not just about to enter it."""
    keeper = folder if name.startswith(PROBE) else f"{folder}/{SUPERVISOR}"
    try:
        if controls.is_populated(keeper):
            return False
        age_s = time.time() - os.stat(folder).st_ctime
    except OSError:
        return False
    maker = name.removeprefix(PROBE).removeprefix(PREFIX).partition("-")[0]
    return age_s > _YOUNG_S or not os.path.exists(f"/proc/{maker}")
