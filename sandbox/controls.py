"""The files of one cgroup (version 2): read and write them, kill what is in it, remove it."""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import time
from collections.abc import Iterable

NEEDED = ("memory", "pids")
WANTED = ("cpu",)  # absent from some delegations; then threads are asked for, not enforced
_FIRST_NAP_S, _LONGEST_NAP_S = 0.0005, 0.02


def read(folder: str, name: str) -> str:
    """The text of a file. Raises `OSError`."""
    with open(f"{folder}/{name}", encoding="ascii", errors="replace") as file:
        return file.read()


def write(folder: str, name: str, value: object) -> None:
    """Set a file; one system call, as the kernel wants it. Raises `OSError`."""
    descriptor = os.open(f"{folder}/{name}", os.O_WRONLY | os.O_CLOEXEC)
    try:
        os.write(descriptor, str(value).encode())
    finally:
        os.close(descriptor)


def write_if_there(folder: str, name: str, value: object) -> None:
    """Set a file that not every kernel has. Raises `OSError` for any other reason."""
    with contextlib.suppress(FileNotFoundError):
        write(folder, name, value)


def number(folder: str, name: str) -> int:
    """A file that holds one number; 0 where the kernel has no such file."""
    try:
        return int(read(folder, name))
    except (FileNotFoundError, ValueError):
        return 0


def entry(folder: str, name: str, key: str) -> int:
    """One line of a file of `key number` lines; 0 where kernel or file lack it."""
    with contextlib.suppress(FileNotFoundError):
        for line in read(folder, name).splitlines():
            found, _, value = line.partition(" ")
            if found == key:
                return int(value)
    return 0


def offered(folder: str) -> set[str]:
    """Controllers that this cgroup may give its children."""
    return set(read(folder, "cgroup.controllers").split())


def enabled(folder: str) -> set[str]:
    """Controllers that the children have."""
    return set(read(folder, "cgroup.subtree_control").split())


def enable(folder: str, names: Iterable[str]) -> list[str]:
    """Give the children these controllers; those that they did not have before.

    Raises
    ------
    OSError
        If one of `NEEDED` can't be given; then none was. `EBUSY`: the cgroup holds processes.
    """
    before = enabled(folder)
    given: list[str] = []
    for name in names:
        if name in before:
            continue
        try:
            write(folder, "cgroup.subtree_control", f"+{name}")
        except OSError:
            if name in NEEDED:
                disable(folder, given)
                raise
        else:
            given.append(name)
    return given


def disable(folder: str, names: Iterable[str]) -> None:
    """Take controllers away from the children, as far as the kernel lets us."""
    for name in names:
        with contextlib.suppress(OSError):
            write(folder, "cgroup.subtree_control", f"-{name}")


def members(folder: str) -> list[int]:
    """The processes directly in this cgroup; 0 is one of another pid namespace."""
    return [int(word) for word in read(folder, "cgroup.procs").split()]


def is_populated(folder: str) -> bool:
    """Whether a process that is no zombie lives in or below this cgroup; one that is gone has none."""
    try:
        return entry(folder, "cgroup.events", "populated") == 1
    except OSError as error:
        if error.errno == errno.ENODEV:  # it went while its file was open
            return False
        raise


def kill(folder: str, within_s: float) -> bool:
    """SIGKILL everything in and below this cgroup; whether all of it is dead.

    Before Linux 5.14 there is no `cgroup.kill`: each process is killed by its pid, again and again until
    there is none, and may start no other meanwhile.
    """
    try:
        write(folder, "cgroup.kill", 1)
    except OSError:
        with contextlib.suppress(OSError):
            write(folder, "pids.max", 0)
    end = time.monotonic() + within_s
    for _ in _naps(end):
        if not is_populated(folder):
            return True
        if not os.path.exists(f"{folder}/cgroup.kill"):
            _kill_each(folder)
    return not is_populated(folder)


def _kill_each(folder: str) -> None:
    with contextlib.suppress(OSError):
        for child in children(folder):
            _kill_each(child)
        for pid in members(folder):
            if pid:  # 0 would be our own process group
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.kill(pid, signal.SIGKILL)


def children(folder: str) -> list[str]:
    """The cgroups directly below."""
    with os.scandir(folder) as found:
        return [item.path for item in found if item.is_dir(follow_symlinks=False)]


def remove(folder: str, within_s: float) -> bool:
    """Remove a cgroup and all below it, waiting for the dead to leave; whether it is gone."""
    end = time.monotonic() + within_s
    for _ in _naps(end):
        if _removed(folder):
            return True
    return _removed(folder)


def _removed(folder: str) -> bool:
    try:
        for child in children(folder):
            _removed(child)
        os.rmdir(folder)
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return True


def _naps(end: float) -> Iterable[None]:
    """Once at once, then after ever longer naps until `end`."""
    nap_s = _FIRST_NAP_S
    yield
    while time.monotonic() < end:
        time.sleep(nap_s)
        nap_s = min(2 * nap_s, _LONGEST_NAP_S)
        yield
