"""Ends this process, as `kill -9` would, at a chosen append to the journal or the texts of a run.

In a process of its own: `killing.at("journal.jsonl", 7, "torn")`, or `killing.from_environment()` with
`KILL_AT=journal.jsonl:7:torn`; then do the work. The session record at opening is append 0 of the journal.
"""

from __future__ import annotations

import os
from collections.abc import Callable

from solversmith.store import files

BEFORE = "before"  # nothing of the line is written
TORN = "torn"  # half of the line is
AFTER = "after"  # the line is durable, and nobody is told
MODES = (BEFORE, TORN, AFTER)
EXIT_CODE = 137


def at(name: str, index: int, mode: str) -> None:
    """End the process at append `index`, from 0, of this process to the file of this name."""
    append, count = files.AppendFile.append, 0

    def deadly(file: files.AppendFile, line: bytes, *landed: Callable[[int], None]) -> int:
        nonlocal count
        if file.path.name != name:
            return append(file, line, *landed)
        count += 1
        if count <= index:
            return append(file, line, *landed)
        if mode == AFTER:
            append(file, line, *landed)
        elif mode == TORN:
            files.write_all(file._fd, line[: len(line) // 2])
            os.fsync(file._fd)
        os._exit(EXIT_CODE)

    files.AppendFile.append = deadly  # type: ignore[method-assign]


def from_environment() -> None:
    """Do as the variable `KILL_AT` says, if it is set."""
    if told := os.environ.get("KILL_AT"):
        name, index, mode = told.rsplit(":", 2)
        at(name, int(index), mode)
