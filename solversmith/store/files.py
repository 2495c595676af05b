"""Files that are durable when the call returns: appended lines, and files written beside and renamed."""

from __future__ import annotations

import contextlib
import errno
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from solversmith.errors import BadJournal, DiskFull, InternalFault, MissingPrerequisite

_FULL = (errno.ENOSPC, errno.EDQUOT)


def _nothing(begin: int) -> None:
    """What happens to a line besides being there."""


@dataclass
class _Line:
    """A line that is written, and not known to be durable."""

    begin: int
    landed: Callable[[int], None]
    done: bool = False
    error: BaseException | None = None


class AppendFile:
    """A file of lines that only grows, with one writing process. A line is there whole or not at all.

    Thread-safe. While one thread waits for the disk, others write; the next sync is for all of them, so that
    many threads cost few syncs, and none goes on before its own line is durable.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        is_new = not path.exists()
        self._fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o644)
        self._end = os.fstat(self._fd).st_size  # of what is written
        self._synced = self._end  # of what is durable
        self._changed = threading.Condition()
        self._written: list[_Line] = []
        self._syncing = False
        self._broken = ""
        if is_new:
            sync_folder(path.parent)

    def append(self, line: bytes, landed: Callable[[int], None] = _nothing) -> int:
        """Write one line with its newline; the offset where it begins. Durable on return.

        Parameters
        ----------
        landed
            Called with that offset when the line is durable, before anybody's `append` returns that waited
            for the same sync, in the order of the file, by whichever thread did it. What it raises is raised
            here. It must be quick, and append nothing to this file.

        Raises
        ------
        DiskFull, MissingPrerequisite
            The disk is full, or failed. Nothing of the line stays.
        InternalFault
            Another process wrote into the file, or an earlier failure could not be undone.
        """
        with self._changed:
            mine = self._write(line, landed)
            while not mine.done:
                if self._syncing:
                    self._changed.wait()
                else:
                    self._sync()
        if mine.error is not None:
            raise mine.error
        return mine.begin

    def read(self, begin: int, size: int) -> bytes:
        """What stands there."""
        return os.pread(self._fd, size, begin)

    def close(self) -> None:
        """Close the file, when nothing is under way; further appends fail."""
        with self._changed:
            self._changed.wait_for(lambda: not self._syncing)
            if self._fd >= 0:
                os.close(self._fd)
                self._fd, self._broken = -1, f"{self.path} is closed"

    def _write(self, line: bytes, landed: Callable[[int], None]) -> _Line:
        if self._broken:
            raise InternalFault(self._broken)
        if os.fstat(self._fd).st_size != self._end:
            self._broken = f"{self.path} was changed by another process while this one was writing it"
            raise InternalFault(self._broken)
        try:
            write_all(self._fd, line)
        except OSError as error:
            self._take_back(self._end)
            raise write_error(self.path, error) from error
        mine = _Line(self._end, landed)
        self._end += len(line)
        self._written.append(mine)
        return mine

    def _sync(self) -> None:
        """Make all durable that is written now. The lock is given up while the disk works."""
        lines, end, self._written, self._syncing = self._written, self._end, [], True
        failure: OSError | None = None
        self._changed.release()
        try:
            os.fsync(self._fd)
        except OSError as error:
            failure = error
        except BaseException:  # interrupted: nobody knows, so the next sync is for these, too
            with self._changed:
                self._written[:0] = lines
                self._syncing = False
                self._changed.notify_all()
            raise
        finally:
            self._changed.acquire()
        self._syncing = False
        if failure is None:
            self._synced = end
        else:  # what was written meanwhile stands behind lines that are taken back
            lines, self._written = [*lines, *self._written], []
            self._take_back(self._synced)
        for line in lines:
            self._settle(line, failure)
        self._changed.notify_all()

    def _settle(self, line: _Line, failure: OSError | None) -> None:
        try:
            if failure is not None:
                raise write_error(self.path, failure) from failure
            line.landed(line.begin)
        except BaseException as error:  # noqa: BLE001 - raised again by the thread whose line it is
            line.error = error
        line.done = True

    def _take_back(self, end: int) -> None:
        # A half line that stays would become an inner line with the next record.
        self._end = end
        try:
            os.ftruncate(self._fd, end)
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
        raise write_error(path, error) from error


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


def write_error(path: Path, error: OSError) -> MissingPrerequisite:
    """What to raise where a file of ours can't be written; it says what to do."""
    full = error.errno in _FULL
    return (DiskFull if full else MissingPrerequisite)(
        f"can't write {path}: {error.strerror or error}; nothing that is recorded is lost: "
        f"{'make room' if full else 'mend that'} and give the same command again"
    )
