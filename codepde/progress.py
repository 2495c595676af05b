"""What is said while something takes long."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

Progress = Callable[[str], None]
_SILENT_S: Final = 3.0  # between two lines


def seldom(progress: Progress | None) -> Progress:
    """The same, but silent for a while after each line, and before the first; silent where nobody asked."""
    if progress is None:
        return _silent
    told = time.monotonic()

    def tell(line: str) -> None:
        nonlocal told
        now = time.monotonic()
        if now - told > _SILENT_S:
            told = now
            progress(line)

    return tell


def _silent(_: str) -> None:
    """Nobody asked."""
