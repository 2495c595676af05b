"""Slots of a sandbox, each lent to one execution at a time."""

from __future__ import annotations

import contextlib
import queue
from collections.abc import Iterator, Sequence
from typing import Generic, Protocol, TypeVar

from sandbox.errors import SandboxClosed

_STOP_S = 0.2


class Lendable(Protocol):
    """What a slot must be able to do."""

    def stop(self) -> None:
        """End what runs in it; from any thread."""
        ...

    def close(self) -> None:
        """End the slot itself, when nothing runs in it."""
        ...


S = TypeVar("S", bound=Lendable)


class Lending(Generic[S]):
    """Thread-safe."""

    def __init__(self, slots: Sequence[S]) -> None:
        self.slots, self.closed = tuple(slots), False
        self._free: queue.LifoQueue[S] = queue.LifoQueue()
        for slot in slots:
            self._free.put(slot)

    @contextlib.contextmanager
    def one(self) -> Iterator[S]:
        """A free slot, for the time of the block. Raises `SandboxClosed`."""
        slot = self._free.get()
        try:
            if self.closed:
                raise SandboxClosed("the sandbox is closed")
            yield slot
        finally:
            self._free.put(slot)

    def close(self) -> None:
        """End every execution and the slots."""
        self.closed = True
        idle: list[S] = []
        while len(idle) < len(self.slots):
            for slot in self.slots:
                slot.stop()
            try:
                idle.append(self._free.get(timeout=_STOP_S))
            except queue.Empty:
                continue  # it was just starting its supervisor; now there is something to stop
        for slot in idle:
            slot.close()
            self._free.put(slot)
