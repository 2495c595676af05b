"""When a sweep is to stop: somebody interrupts or cancels it, its time is over, its budget is spent."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

from solversmith.errors import MissingPrerequisite

_FILE = "cancel"


class Stop:
    """Asked by whoever begins something: no more after it is set. Thread-safe."""

    def __init__(self, wall_s: float | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._event, self._clock = threading.Event(), clock
        self._ends_s = None if wall_s is None else clock() + wall_s
        self._wall_s = wall_s
        self.reason = ""

    def __call__(self) -> bool:
        """Whether nothing more is to be begun."""
        return self._event.is_set()

    def set(self, reason: str) -> None:
        """Stop; the first reason is kept."""
        if not self._event.is_set():
            self.reason = reason
            self._event.set()

    def look(self, wished: str | None) -> None:
        """Stop if somebody wishes it, or if the time is over."""
        if wished is not None:
            self.set(wished)
        if self._ends_s is not None and self._clock() >= self._ends_s:
            self.set(f"the {self._wall_s:g} s of max_wall are over")


def wish(folder: Path) -> str | None:
    """Why the sweep in this folder is to stop; `None` if nobody wishes it."""
    return "cancelled" if (folder / _FILE).exists() else None


def cancel(folder: Path) -> None:
    """Wish that the sweep in this folder stops, from whatever machine. Raises `MissingPrerequisite`."""
    try:
        (folder / _FILE).touch()
    except OSError as error:
        raise MissingPrerequisite(f"can't write into {folder}: {error.strerror}") from error


def clear(folder: Path) -> None:
    """Forget the wish. Raises `MissingPrerequisite`."""
    try:
        (folder / _FILE).unlink(missing_ok=True)
    except OSError as error:
        raise MissingPrerequisite(f"can't remove {folder / _FILE}: {error.strerror}") from error
