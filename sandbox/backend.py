"""The seam between a supervisor and what isolates a program: start it, say what it may do, end it."""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sandbox.spec import Limits

ADDRESS_SPACE_EXTRA = 8 << 30  # jitted code maps far more than it uses; this is a backstop only
SHARED_MEMORY_BYTES = 64 << 20
PYTHON_OPTIONS = ("-s", "-P", "-S", "-B")  # not -I, which ignores the seed of hashes
_HIGH_FD = 50


class OwnerGone(Exception):
    """Nobody waits for this execution any more."""


@dataclass(frozen=True)
class Plan:
    """What every execution of a supervisor has in common; crosses to it as JSON."""

    level: str
    way: str  # "own", the launcher of ours; "bubblewrap"; or "confined", without namespaces
    python: str
    search: tuple[str, ...]
    shown: tuple[tuple[str, str], ...]
    links: tuple[tuple[str, str], ...]
    hidden: tuple[str, ...]
    solver: tuple[tuple[str, str], ...]
    bwrap: Mapping[str, Any] | None = None
    omit: tuple[str, ...] = ()  # namespaces and mounts that this machine refuses
    warm: bool = False
    preload: tuple[str, ...] = ()  # modules that a warm start has imported
    place: Mapping[str, Any] | None = None  # of its control groups, at L4
    token: str = ""  # of one supervisor: by it the owner finds what was made before anything was reported

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> Plan:
        """The plan that a message carries."""
        pairs = {key: tuple((a, b) for a, b in content[key]) for key in ("shown", "links", "solver")}
        lists = {key: tuple(content[key]) for key in ("search", "hidden", "omit", "preload")}
        return cls(**{**content, **pairs, **lists})


@dataclass(frozen=True)
class Order:
    """What a backend needs to know of a request to start it."""

    environment: Mapping[str, str]
    limits: Limits
    shim: str
    cores: tuple[int, ...] = ()


@dataclass
class Launched:
    """A started box. `pid` is the supervisor's child, or 0; `program_pid` the interpreter in the box."""

    pid: int
    pidfd: int
    program_pid: int
    program_pidfd: int
    start: str = "cold"  # or "warm"
    why_cold: str = ""  # where a warm start was wanted

    def close(self) -> None:
        """Let go of the file descriptors."""
        for fd in {self.pidfd, self.program_pidfd}:
            os.close(fd)


@dataclass(frozen=True)
class Ends:
    """The box's ends of the five pipes."""

    stdin: int
    stdout: int
    stderr: int
    into: int
    out: int

    def close(self) -> None:
        """Let go of them, once the box has them."""
        for fd in (self.stdin, self.stdout, self.stderr, self.into, self.out):
            os.close(fd)


class Backend(Protocol):
    """One way to isolate programs. All methods run in the supervisor's only thread."""

    def prepare(self, before_drop: Callable[[int], None]) -> None:
        """Once, before anything else: tell which user this will be, and become it. Raises `OSError`."""
        ...

    def launch(self, ends: Ends, order: Order) -> Launched:
        """Start the interpreter with the shim in a fresh box. Raises `OSError`."""
        ...

    def settings(self, launched: Launched, limits: Limits) -> dict[str, Any]:
        """What the shim applies to itself: limits, Landlock, system call filter, paths."""
        ...

    def memory_folders(self, launched: Launched) -> Sequence[int]:
        """Descriptors of the file systems in memory that the program can fill; asked for before it runs."""
        ...

    def members(self, launched: Launched) -> list[int]:
        """The processes of the box."""
        ...

    def kill(self, launched: Launched) -> None:
        """Send SIGKILL to everything in the box."""
        ...

    def reap(self, launched: Launched) -> tuple[int, float]:
        """Status and processor seconds of the box's dead process. Raises `OSError` if nobody knows."""
        ...

    def kill_rest(self, launched: Launched) -> None:
        """After `reap`: end whatever of the box is not certain to be dead."""
        ...

    def clean(self) -> None:
        """After an execution, when everything in the box is dead."""
        ...

    def close(self) -> None:
        """At the supervisor's end."""
        ...


def spawn(argv: Sequence[str], environment: Mapping[str, str], fds: Sequence[int], session: bool) -> int:
    """Start a process with `fds` as its descriptors 0, 1, 2, ... and no others; its pid."""
    high = [fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, _HIGH_FD) for fd in fds]
    try:
        actions = [(os.POSIX_SPAWN_DUP2, fd, number) for number, fd in enumerate(high)]
        return os.posix_spawn(
            argv[0], list(argv), dict(environment), file_actions=actions, setsid=session, setsigdef=[2, 13]
        )
    finally:
        for fd in high:
            os.close(fd)


def box_environment(threads: int, extra: Mapping[str, str], home: str) -> dict[str, str]:
    """The whole environment of a program: nothing is inherited."""
    count = str(threads)
    own = {
        "PATH": "/usr/bin:/bin",
        "HOME": home,
        "TMPDIR": home,
        "USER": "solver",
        "LOGNAME": "solver",
        "LANG": "C.UTF-8",
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        "JAX_PLATFORMS": "cpu",
        "NPROC": count,
    }
    names = ("OMP", "OPENBLAS", "MKL", "VECLIB_MAXIMUM", "NUMEXPR")
    own |= {f"{name}_NUM_THREADS" if name != "VECLIB_MAXIMUM" else f"{name}_THREADS": count for name in names}
    if threads == 1:
        own["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false"
    return {**extra, **own}


def limits_of(limits: Limits, processes: int) -> list[list[int]]:
    """(resource, soft, hard) for the shim. The processor time is set later, when the program starts."""
    import resource

    pairs = {
        resource.RLIMIT_AS: limits.memory_bytes + ADDRESS_SPACE_EXTRA,
        resource.RLIMIT_DATA: limits.memory_bytes,
        resource.RLIMIT_NPROC: processes,
        resource.RLIMIT_NOFILE: limits.open_files,
        resource.RLIMIT_FSIZE: limits.scratch_bytes,
        resource.RLIMIT_CORE: 1,  # with 0, a core pattern that is a pipe would still start its helper
        resource.RLIMIT_MEMLOCK: 0,
        resource.RLIMIT_MSGQUEUE: 0,
        resource.RLIMIT_SIGPENDING: 1000,  # queued signals and timers are memory of the kernel
        resource.RLIMIT_NICE: 0,
        resource.RLIMIT_RTPRIO: 0,
    }
    # An owner may itself live under harder limits: they can't be raised.
    return [[number, *[_within(number, value)] * 2] for number, value in pairs.items()]


def _within(number: int, value: int) -> int:
    import resource

    hard = resource.getrlimit(number)[1]
    return value if hard == resource.RLIM_INFINITY else min(value, hard)


def held(pid: int) -> int:
    """A handle on a child that was just started; one that can't be held is ended. Raises `OSError`."""
    try:
        return os.pidfd_open(pid)
    except OSError:
        os.kill(pid, signal.SIGKILL)  # not collected yet, so the number is still its own
        os.waitpid(pid, 0)
        raise


def reaped(pid: int) -> tuple[int, float]:
    """Wait for a child of this process: its status, and the processor time of it and those it waited for."""
    _, status, used = os.wait4(pid, 0)
    return status, used.ru_utime + used.ru_stime


def close_quietly(fds: Sequence[int]) -> None:
    """Close descriptors of which some may be closed already."""
    for fd in fds:
        with contextlib.suppress(OSError):
            os.close(fd)
