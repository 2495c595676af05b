"""Files that are durable when the call returns: appended lines, and files written beside and renamed."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from solversmith.errors import BadJournal, InternalFault, MissingPrerequisite


class AppendFile:
    """A file of lines that only grows, with one writer. A line is there whole or not at all."""

    def __init__(self, path: Path) -> None:
        self.path = path
        is_new = not path.exists()
        self._fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o644)
        self._end = os.fstat(self._fd).st_size
        self._broken = ""
        if is_new:
            sync_folder(path.parent)

    def append(self, line: bytes) -> int:
        """Write one line with its newline; the offset where it begins. Durable on return.

        Raises
        ------
        MissingPrerequisite
            The disk is full or failed. Nothing of the line stays.
        InternalFault
            Another process wrote into the file, or an earlier failure could not be undone.
        """
        if self._broken:
            raise InternalFault(self._broken)
        if os.fstat(self._fd).st_size != self._end:
            self._broken = f"{self.path} was changed by another process while this one was writing it"
            raise InternalFault(self._broken)
        try:
            write_all(self._fd, line)
            os.fsync(self._fd)
        except OSError as error:
            self._take_back()
            raise _write_error(self.path, error) from error
        begin, self._end = self._end, self._end + len(line)
        return begin

    def read(self, begin: int, size: int) -> bytes:
        """What stands there."""
        return os.pread(self._fd, size, begin)

    def close(self) -> None:
        """Close the file; further appends fail."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd, self._broken = -1, f"{self.path} is closed"

    def _take_back(self) -> None:
        # A half line that stays would become an inner line with the next record.
        try:
            os.ftruncate(self._fd, self._end)
            os.fsync(self._fd)
        except OSError as error:
            self._broken = f"{self.path} can't be written any more: {error.strerror or error}"


def write_all(fd: int, data: bytes) -> None:
    """Write every byte; a short write is continued."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(fd, rest) :]


def write_beside(path: Path, data: bytes) -> None:
    """Write a file whole or not at all: beside, synced, renamed into place."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with beside.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        with contextlib.suppress(OSError):
            beside.unlink()
        raise _write_error(path, error) from error


def move_torn_tail(path: Path) -> int:
    """Move what follows the last whole line to `NAME.torn` beside; how many bytes that was.

    A last line with a NUL byte is torn too: JSON has none, but a file system that lost power leaves some.
    """
    if not path.exists():
        return 0
    data = path.read_bytes()
    end = whole_lines(data)
    if end == len(data):
        return 0
    torn = AppendFile(path.with_suffix(".torn"))
    try:
        torn.append(data[end:] + b"\n")  # kept before it is cut off: nothing is ever lost
    finally:
        torn.close()
    with path.open("r+b") as file:
        file.truncate(end)
        os.fsync(file.fileno())
    return len(data) - end


def read_lines(path: Path) -> bytes:
    """What a file of lines holds, nothing if it is not there. Raises `BadJournal` if it can't be read."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""
    except OSError as error:
        raise BadJournal(f"{path} can't be read: {error.strerror or error}") from error


def whole_lines(data: bytes) -> int:
    """How many bytes the whole lines at the beginning take."""
    end = data.rfind(b"\n") + 1
    while end and b"\0" in data[(start := data.rfind(b"\n", 0, end - 1) + 1) : end]:
        end = start
    return end


def sync_folder(folder: Path) -> None:
    """Make the folder's entries durable, where the file system can."""
    fd = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        with contextlib.suppress(OSError):  # some network file systems can't sync a folder
            os.fsync(fd)
    finally:
        os.close(fd)


def _write_error(path: Path, error: OSError) -> MissingPrerequisite:
    return MissingPrerequisite(
        f"can't write {path}: {error.strerror or error}; nothing that is recorded is lost: "
        "make room and give the same command again"
    )
