"""Cores of its own for a program that is timed, claimed over all processes of this machine.

A claim is an abstract socket with the core's number in its name: nothing has to be cleaned up, and no two
owners hold the same one. Containers that have a network of their own do not see each other's.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType

_TOPOLOGY = Path("/sys/devices/system/cpu")


class Claim:
    """`count` cores that nobody else has claimed; `cores` is empty if there are not so many."""

    def __init__(self, count: int) -> None:
        self.cores: tuple[int, ...] = ()
        self._held: list[socket.socket] = []
        for core in in_order(siblings(os.sched_getaffinity(0))):
            if len(self._held) == count:
                break
            if (held := _hold(core)) is not None:
                self._held.append(held)
                self.cores += (core,)
        if len(self.cores) < count:
            self.release()

    def release(self) -> None:
        """Let others have them."""
        for held in self._held:
            held.close()
        self._held, self.cores = [], ()

    def __enter__(self) -> Claim:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


def _hold(core: int) -> socket.socket | None:
    holder = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        holder.bind(f"\0sandbox-core-{core}")
    except OSError:
        holder.close()
        return None
    return holder


def siblings(cores: Iterable[int], topology: Path = _TOPOLOGY) -> Mapping[int, frozenset[int]]:
    """For each core those that share its hardware, itself included."""
    found = {}
    for core in cores:
        try:
            text = (topology / f"cpu{core}" / "topology" / "thread_siblings_list").read_text()
            found[core] = frozenset(numbers(text)) | {core}
        except (OSError, ValueError):
            found[core] = frozenset({core})
    return found


def numbers(text: str) -> list[int]:
    """The numbers of a list such as `0-3,8`. Raises `ValueError`."""
    found: list[int] = []
    for part in filter(None, text.strip().split(",")):
        first, _, last = part.partition("-")
        found += range(int(first), int(last or first) + 1)
    return found


def in_order(shared: Mapping[int, frozenset[int]]) -> list[int]:
    """Cores in the order in which they are handed out: first one of each pair that shares hardware."""
    rank = {core: sorted(shared[core]).index(core) for core in shared}
    return sorted(shared, key=lambda core: (rank[core], core))
