"""A process tree as /proc shows it: who is in it, and how much memory it uses."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sandbox.errors import StillAlive

_MOST_WAIT_S = 0.5
_DEATH_S = 30.0
_BETWEEN_KILLS_S = 0.002
_INODE_BYTES = 1024  # in the kernel, with its entry in a folder
_SOCKET_BYTES, _FREE_DESCRIPTORS = 212_992, 16  # usual net.core.wmem_default
_TICKS = os.sysconf("SC_CLK_TCK")
_FIELDS = (b"RssAnon:", b"RssShmem:", b"VmSwap:", b"VmSize:", b"VmData:", b"VmPTE:", b"Threads:")


def descendants(root: int) -> list[int]:
    """Every process below `root`, parents first."""
    if not Path(f"/proc/{root}/task/{root}/children").exists():
        return _descendants_by_parents(root)
    found: list[int] = []
    waiting = [root]
    while waiting:
        for child in _children(waiting.pop()):
            found.append(child)
            waiting.append(child)
    return found


def _children(pid: int) -> list[int]:
    children: list[int] = []
    with contextlib.suppress(OSError):
        for thread in os.listdir(f"/proc/{pid}/task"):
            with contextlib.suppress(OSError):
                text = Path(f"/proc/{pid}/task/{thread}/children").read_text()
                children += [int(word) for word in text.split()]
    return children


def _descendants_by_parents(root: int) -> list[int]:
    """Where the kernel keeps no lists of children."""
    below: dict[int, list[int]] = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            with contextlib.suppress(OSError, IndexError, ValueError):
                fields = Path(f"/proc/{name}/stat").read_text(errors="replace").rpartition(")")[2].split()
                below.setdefault(int(fields[1]), []).append(int(name))
    found: list[int] = []
    waiting = [root]
    while waiting:
        children = below.get(waiting.pop(), [])
        found += children
        waiting += children
    return found


@dataclass(frozen=True)
class Memory:
    """What a tree uses, in bytes: private memory once, shared memory as often as it is mapped.

    Page tables are the kernel's, and count: reading one byte of many untouched pages makes them large.
    """

    private: int = 0
    shared: int = 0
    largest_address_space: int = 0
    largest_data: int = 0
    largest: int = 0  # private memory and page tables of one process
    largest_shared: int = 0  # of one process
    threads: int = 0  # a count, not bytes
    page_tables: int = 0

    @property
    def total(self) -> int:
        """An upper bound of what the tree uses, but for files in memory that nobody has mapped."""
        return self.with_files(0)

    def with_files(self, files: int) -> int:
        """An upper bound with so many bytes of files in memory: what is shared is mapped from these.

        Programs are refused shared memory that is no file, so that the larger of both is all that there is.
        """
        return self.private + self.page_tables + max(self.shared, files)


def memory(pids: Iterable[int]) -> Memory:
    """Memory of these processes, from their status files."""
    private = shared = size = data = largest = largest_shared = threads = tables = 0
    for pid in pids:
        found = _status(pid)
        own, common = found.get(b"RssAnon:", 0) + found.get(b"VmSwap:", 0), found.get(b"RssShmem:", 0)
        table = found.get(b"VmPTE:", 0)
        private, shared, tables = private + own, shared + common, tables + table
        largest, largest_shared = max(largest, own + table), max(largest_shared, common)
        size = max(size, found.get(b"VmSize:", 0))
        data = max(data, found.get(b"VmData:", 0))
        threads += found.get(b"Threads:", 0) // 1024
    return Memory(private, shared, size, data, largest, largest_shared, threads, tables)


class Processor:
    """Adds up the processor time of a tree, of processes that are gone as it was when last seen.

    What they use after that is not seen: a lower bound.
    """

    def __init__(self) -> None:
        self._seen: dict[int, float] = {}
        self._gone = 0.0

    def look(self, pids: Iterable[int]) -> None:
        """Take note of what these processes, all of the tree that live, have used so far."""
        now = {pid: used for pid in pids if (used := processor_time(pid)) is not None}
        for pid, before in self._seen.items():
            if now.get(pid, -1.0) < before:  # gone, or its number is another one's
                self._gone += before
        self._seen = now

    @property
    def total_s(self) -> float:
        """Seconds."""
        return self._gone + sum(self._seen.values())


def processor_time(pid: int) -> float | None:
    """Seconds that a process has used itself, without its children; `None` if it is not there."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS
    except (OSError, IndexError, ValueError):
        return None


class Gauge:
    """Tells what a tree uses; looks exactly only where it matters, and no more often than is cheap.

    A program can make exact looks slow, by many processes with many mappings.
    """

    def __init__(self) -> None:
        self._soonest_s = self._latest_s = 0.0

    def total(self, pids: Sequence[int], found: Memory, files: int, room: int) -> int:
        """Bytes; between exact looks at least what the largest process has.

        Parameters
        ----------
        files
            Bytes of the files in memory, mapped or not.
        room
            What the tree may use: if even the upper bound is below that, an exact look can wait.
        """
        began = time.monotonic()
        if len(pids) < 2:
            return found.with_files(files)
        if began < (self._latest_s if found.with_files(files) <= room else self._soonest_s):
            return found.largest + max(found.largest_shared, files)
        private, shared = proportional_memory(pids)
        ended = time.monotonic()
        self._soonest_s = ended + min(10 * (ended - began), _MOST_WAIT_S)
        self._latest_s = ended + _MOST_WAIT_S
        return private + found.page_tables + max(shared, files)


def proportional_memory(pids: Iterable[int]) -> tuple[int, int]:
    """Private and shared memory with every page counted once over the tree: exact, and slower."""
    private = shared = 0
    for pid in pids:
        try:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_bytes().splitlines()
        except OSError:
            found = _status(pid)
            private += found.get(b"RssAnon:", 0)
            shared += found.get(b"RssShmem:", 0)
            continue
        for line in lines:
            if line.startswith((b"Pss_Anon:", b"SwapPss:")):
                private += 1024 * int(line.split()[1])
            elif line.startswith(b"Pss_Shmem:"):
                shared += 1024 * int(line.split()[1])
    return private, shared


def _status(pid: int) -> dict[bytes, int]:
    """Figures of a process. Where its first thread has ended, these stand with any other one that lives."""
    found: dict[bytes, int] = {}
    for task in _tasks(pid):
        with contextlib.suppress(OSError):
            # Not `splitlines`: a process may name itself with a carriage return, and a figure behind it.
            lines = Path(f"/proc/{task}/status").read_bytes().split(b"\n")
            found = {
                word: 1024 * int(line.split()[1])
                for line in lines
                for word in _FIELDS
                if line.startswith(word)
            }
        if b"VmSize:" in found:
            break
    return found


def _tasks(pid: int) -> Iterator[int]:
    """The process, and only if that was not enough, its threads."""
    yield pid
    with contextlib.suppress(OSError):
        yield from (thread for name in os.listdir(f"/proc/{pid}/task") if (thread := int(name)) != pid)


def tmpfs_bytes(folders: Sequence[int]) -> int:
    """Bytes that the file systems of these open folders hold, empty files included."""
    total = 0
    for folder in folders:
        found = os.statvfs(folder)
        total += (found.f_blocks - found.f_bfree) * found.f_frsize
        total += (found.f_files - found.f_ffree) * _INODE_BYTES
    return total


def descriptor_bytes(pids: Iterable[int]) -> int:
    """The most that buffers of socket pairs may hold, which no figure of a process shows.

    A few descriptors count nothing, so that honest programs are charged nothing. Kernels before 6.2 do not
    tell how many there are.
    """
    total = 0
    for pid in pids:
        total += _SOCKET_BYTES * max(0, _descriptors(pid) - _FREE_DESCRIPTORS)
    return total


def _descriptors(pid: int) -> int:
    """How many are open: all threads have the same, but one that has ended has none."""
    for task in _tasks(pid):
        with contextlib.suppress(OSError):
            if count := os.stat(f"/proc/{task}/fd").st_size:
                return count
    return 0


def tasks_of(uid: int) -> int:
    """How many threads this user's processes have, which is what the limit on processes counts."""
    count = 0
    for name in os.listdir("/proc"):
        if name.isdigit():
            with contextlib.suppress(OSError):
                if os.stat(f"/proc/{name}").st_uid == uid:
                    count += len(os.listdir(f"/proc/{name}/task"))
    return count


def kill_group(group: int, uid: int) -> None:
    """SIGKILL what is left of a process group, if it belongs to this user."""
    for name in os.listdir("/proc"):
        if name.isdigit():
            with contextlib.suppress(OSError, IndexError, ValueError):
                fields = Path(f"/proc/{name}/stat").read_text(errors="replace").rpartition(")")[2].split()
                if int(fields[2]) == group and os.stat(f"/proc/{name}").st_uid == uid:
                    os.kill(int(name), signal.SIGKILL)


def kill_all_below(root: int, within_s: float = _DEATH_S) -> None:
    """SIGKILL every process below `root`, until there are none.

    If that is this process, what it becomes the parent of is reaped. Below another one that is left to its
    owner: collected here, `root` itself could become somebody else's number.

    Raises
    ------
    StillAlive
        Some outlived this time: the kernel holds them, or somebody makes ever new ones.
    """
    deadline = time.monotonic() + within_s
    while pids := descendants(root):
        for pid in pids:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        if root == os.getpid():
            reap()
        if time.monotonic() > deadline:
            raise StillAlive(f"SIGKILL did not end {_described(pids)} within {within_s:g} s")
        time.sleep(_BETWEEN_KILLS_S)  # one that the kernel holds must not cost a processor


def _described(pids: Sequence[int]) -> str:
    """The first few processes, with the state that the kernel gives."""
    told = []
    for pid in pids[:5]:
        state = "gone"
        with contextlib.suppress(OSError, IndexError):
            state = Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()[0]
        told.append(f"{pid} (state {state})")
    return f"{len(pids)} processes: {', '.join(told)}"


def reap() -> None:
    """Collect children that are dead, until there are none left that are."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
