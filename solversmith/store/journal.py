"""The journal: records as JSON lines, appended only; the one truth about a run."""

from __future__ import annotations

import gc
import json
from collections.abc import Callable
from pathlib import Path

from solversmith.errors import BadJournal, InternalFault
from solversmith.records.codec import MOST_BYTES, from_json, to_json
from solversmith.records.run import Record
from solversmith.store.files import AppendFile, read_lines, whole_lines
from solversmith.store.texts import encoded


class Journal:
    """The records of a run, in memory and on disk. Thread-safe: `records` only grows, in the file's order."""

    def __init__(self, path: Path, *, writable: bool) -> None:
        """Read the records; a torn last line is left out. Raises `BadJournal` for any other bad line."""
        self.path = path
        self.records = _read(path)
        self._file = AppendFile(path) if writable else None

    def append(self, record: Record, observer: Callable[[Record], None] | None = None) -> int:
        """Write a record; its position. Durable on return. `observer` is told of it in the journal's order.

        Raises
        ------
        InternalFault
            The record is longer than 4096 bytes, or holds NaN: nothing is written.
        MissingPrerequisite
            The disk is full.
        """
        if self._file is None:
            raise InternalFault(f"{self.path} is open for reading only")
        position = -1

        def landed(begin: int) -> None:
            nonlocal position
            position = len(self.records)
            self.records.append(record)
            if observer is not None:
                observer(record)

        self._file.append(line_of(record), landed)
        return position

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()


def line_of(record: Record) -> bytes:
    """A record as the line that stands in the journal. Raises `InternalFault` if it can't."""
    try:
        line = encoded(to_json(record))
    except (ValueError, TypeError) as error:
        raise InternalFault(f"a {record.kind} record can't be written: {error}: {record}") from error
    if len(line) > MOST_BYTES:
        raise InternalFault(
            f"a {record.kind} record has {len(line)} bytes, at most {MOST_BYTES} are allowed: "
            f"long values belong into texts: {line[:200]!r}..."
        )
    return line


def _read(path: Path) -> list[Record]:
    data = read_lines(path)
    records: list[Record] = []
    # Nothing of what is made here is garbage, and looking for it takes up to a fifth of the time.
    collecting = gc.isenabled()
    gc.disable()
    try:
        _parse(path, data, records)
    finally:
        if collecting:
            gc.enable()
    return records


def _parse(path: Path, data: bytes, records: list[Record]) -> None:
    for number, line in enumerate(data[: whole_lines(data)].splitlines(), start=1):
        try:
            records.append(from_json(json.loads(line.decode("utf-8", "surrogatepass"))))
        except (ValueError, TypeError, AttributeError, RecursionError) as error:
            raise BadJournal(
                f"{path}, line {number}: {error}; restore it from a copy: no run goes on from it"
            ) from error
