"""One writer for a run directory: a lock of the kernel, and a lease that says who holds it."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import json
import os
import socket
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from solversmith.errors import MissingPrerequisite, RunLocked
from solversmith.store.files import write_error

_FILE = "lease.json"
_NO_LOCKS = {errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL}
_CHILDREN_S = 5.0  # how long the children of a killed holder may take to notice


@dataclass(frozen=True)
class Holder:
    """A process. `start` is when it began, in the kernel's ticks, since a pid is used again."""

    host: str
    pid: int
    boot_id: str
    start: str
    since: str  # UTC

    @classmethod
    def this_process(cls) -> Holder:
        """The holder that we are."""
        since = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime())
        return cls(socket.gethostname(), os.getpid(), _boot_id(), _start_of(os.getpid()), since)

    def is_gone(self) -> bool | None:
        """Whether the process has ended; `None` for one on another machine, of which nothing is known."""
        if self.boot_id != _boot_id():
            return True if self.host == socket.gethostname() else None
        return not self.start or _start_of(self.pid) != self.start


class Lease:
    """The right to write into a directory, until closed or until the process ends."""

    def __init__(self, folder: Path, *, sleep: Callable[[float], None] = time.sleep) -> None:
        """Take the lease.

        Raises
        ------
        RunLocked
            Somebody has it; the message names the holder.
        DiskFull, MissingPrerequisite
            It can't be written.
        """
        self.path = folder / _FILE
        try:
            self._fd = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise write_error(self.path, error) from error
        try:
            self._take(sleep)
        except OSError as error:
            os.close(self._fd)
            raise write_error(self.path, error) from error
        except BaseException:
            os.close(self._fd)
            raise

    def close(self) -> None:
        """Give the lease back."""
        if self._fd >= 0:
            with contextlib.suppress(OSError):
                os.ftruncate(self._fd, 0)
                # Children that were forked share the lock: closing alone would leave it to them.
                fcntl.flock(self._fd, fcntl.LOCK_UN)
            os.close(self._fd)
            self._fd = -1

    def _take(self, sleep: Callable[[float], None]) -> None:
        locked = self._lock(sleep)
        holder = self._holder()
        gone = holder is None or holder.is_gone()
        # Within one kernel the lock itself proves that nobody writes; without locks only the lease knows.
        same_kernel = holder is not None and holder.boot_id == _boot_id()
        if holder is not None and not gone and not (locked and same_kernel):
            raise _locked(self.path, holder, elsewhere=gone is None)
        self._write(Holder.this_process())
        if not locked and self._holder() != Holder.this_process():
            sleep(0.1)
            if (other := self._holder()) and other.pid != os.getpid():
                raise _locked(self.path, other)

    def _lock(self, sleep: Callable[[float], None]) -> bool:
        """True with the kernel's lock, False where the file system has none."""
        waited = 0.0
        while True:
            try:
                fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                holder = self._holder()
                # Held by children of a process that was killed: they end as soon as they notice.
                if (holder is None or holder.is_gone()) and waited < _CHILDREN_S:
                    sleep(0.05)
                    waited += 0.05
                    continue
                raise _locked(self.path, holder) from None
            except OSError as error:
                if error.errno in _NO_LOCKS:
                    return False
                raise MissingPrerequisite(f"can't lock {self.path}: {error.strerror}") from error
            return True

    def _holder(self) -> Holder | None:
        try:
            return Holder(**json.loads(os.pread(self._fd, 4096, 0)))
        except (ValueError, TypeError):
            return None

    def _write(self, holder: Holder) -> None:
        os.ftruncate(self._fd, 0)
        os.pwrite(self._fd, json.dumps(asdict(holder)).encode(), 0)
        os.fsync(self._fd)


def holder_of(folder: Path) -> Holder | None:
    """Who writes into a directory now, as far as can be seen from here; `None` if nobody does."""
    try:
        holder = Holder(**json.loads((folder / _FILE).read_bytes()))
    except (OSError, ValueError, TypeError):
        return None
    return None if holder.is_gone() else holder


def _locked(path: Path, holder: Holder | None, elsewhere: bool = False) -> RunLocked:
    if holder is None:
        return RunLocked(f"another process writes into {path.parent}; wait until it ends")
    advice = f"if it is gone for good, delete {path}" if elsewhere else "wait until it ends, or stop it"
    return RunLocked(
        f"process {holder.pid} on {holder.host} writes into {path.parent} since {holder.since}; {advice}"
    )


def _boot_id() -> str:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return ""


def _start_of(pid: int) -> str:
    """When a process began, in ticks since boot; empty if there is none."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(errors="replace")
    except OSError:
        return ""
    # The name in parentheses may itself hold spaces and parentheses; a zombie (Z) has ended.
    fields = stat.rpartition(")")[2].split()
    return "" if fields[0] == "Z" else fields[19]
