"""Ctrl-C: once finishes what runs, twice stops at once."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING

from solversmith.cli.terminal import note

if TYPE_CHECKING:
    from solversmith.sweeps.stopping import Stop

INTERRUPTED = "interrupted"


@contextmanager
def interrupting(stop: Stop, tell: Callable[[str], None] = note) -> Iterator[None]:
    """Set `stop` at the first interrupt, raise `KeyboardInterrupt` at the second."""

    def heard(number: int, frame: FrameType | None) -> None:
        if stop():
            raise KeyboardInterrupt
        stop.set(INTERRUPTED)
        tell("finishing what runs, beginning nothing more; Ctrl-C once more stops at once")

    before = signal.signal(signal.SIGINT, heard)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
