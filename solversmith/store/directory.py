"""The run directory: settings, journal, texts and arrays of one run."""

from __future__ import annotations

import hashlib
import io
import platform
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from solversmith.errors import BadJournal, InternalFault
from solversmith.records.codec import canonical_json
from solversmith.records.run import Record, SessionRecord
from solversmith.store import runfile
from solversmith.store.files import move_torn_tail, write_beside
from solversmith.store.journal import Journal
from solversmith.store.lease import Holder, Lease
from solversmith.store.runfile import ARRAYS, JOURNAL, OURS, TEXTS
from solversmith.store.settings import ENVIRONMENT, differences, resolved
from solversmith.store.texts import Texts

_MOST_CHANGES = 20
Observer = Callable[[Record], None]


class RunDirectory:
    """One run on disk, a `RunStore`. Thread-safe; `with` closes it. Made by `open` or `read`.

    Attributes
    ----------
    settings
        As recorded: `asked`, `identity`, `environment`.
    run_id
        Random, made with the run: tells its calls from those of every other run.
    """

    def __init__(
        self, path: Path, run: Mapping[str, Any], lease: Lease | None, observer: Observer | None
    ) -> None:
        self.path = path
        self.settings: Mapping[str, Any] = {k: v for k, v in run.items() if k not in ("format", "run_id")}
        self.run_id = str(run["run_id"])
        self._lease, self._observer, self._lock = lease, observer, threading.RLock()
        # In this order: a reader then finds every text that its records cite, also while somebody writes.
        self._journal = Journal(path / JOURNAL, writable=lease is not None)
        self._texts = Texts(path / TEXTS, writable=lease is not None)

    @classmethod
    def open(
        cls, path: Path, settings: Mapping[str, Any], *, observer: Observer | None = None
    ) -> RunDirectory:
        """The run for writing: made, or continued where it stands.

        Parameters
        ----------
        settings
            `identity`: what makes the run; it must be as recorded. `environment`: where it runs; a change is
            recorded. `asked`: as the person asked for it. Values of TOML, tables within tables.
        observer
            Called with every record once it is durable, in order, by one of the threads that append; it must
            be quick and append nothing.

        Raises
        ------
        RunLocked
            Another process writes into it.
        SettingsDiffer
            It exists with another identity.
        UsageError
            The folder is there and is no run.
        BadJournal
            A line inside can't be read.
        MissingPrerequisite
            The folder can't be made or written.
        """
        wanted = resolved(settings)
        runfile.made(path)
        lease = Lease(path)
        try:
            run = runfile.continued(path, wanted) or runfile.created(path, wanted)
            for name in (TEXTS, JOURNAL):
                move_torn_tail(path / name)
            store = cls(path, run, lease, observer)
            store.append(_session(differences(run[ENVIRONMENT], wanted[ENVIRONMENT])))
        except BaseException:
            lease.close()
            raise
        return store

    @classmethod
    def read(cls, path: Path) -> RunDirectory:
        """The run as it stands, for reading only; it may be under way. Raises `BadData` if there is none."""
        return cls(path, runfile.read(path), None, None)

    def append(self, record: Record) -> int:
        """Write a record; durable on return. Its position, from 0."""
        return self._journal.append(record, self._observer)

    def records(self, start: int = 0) -> Iterator[Record]:
        """The records that there are now from position `start` on, in order; those before it cost nothing."""
        return iter(self._journal.records[start:])

    def put_text(self, text: str) -> str:
        """Keep a text; durable on return. Its SHA-256."""
        self._writable()
        return self._texts.put(text)

    def text(self, sha: str) -> str:
        """A text by its SHA-256. Raises `MissingText`, which is a `KeyError`, too."""
        return self._texts.get(sha)

    def put_array(self, array: NDArray[Any]) -> str:
        """Keep an array of numbers; durable on return. The SHA-256 of its file."""
        self._writable()
        buffer = io.BytesIO()
        np.save(buffer, array, allow_pickle=False)
        data = buffer.getvalue()
        sha = hashlib.sha256(data).hexdigest()
        file = self._array_file(sha)
        with self._lock:
            if not file.exists():
                file.parent.mkdir(exist_ok=True)
                write_beside(file, data)
        return sha

    def array(self, sha: str) -> NDArray[Any]:
        """An array by its SHA-256. Raises `KeyError`, and `BadJournal` if the file was changed."""
        try:
            data = self._array_file(sha).read_bytes()
        except FileNotFoundError:
            raise KeyError(sha) from None
        if hashlib.sha256(data).hexdigest() != sha:
            raise BadJournal(f"{self._array_file(sha)} was changed; restore it from a copy")
        array: NDArray[Any] = np.load(io.BytesIO(data), allow_pickle=False)
        return array

    def write_derived(self, name: str, text: str) -> Path:
        """Write `best.py`, `summary.json` or the like: made from the journal, whole or not at all."""
        self._writable()
        if name in {*OURS, "", ".", ".."} or Path(name).name != name:
            raise InternalFault(f"{name!r} is no name for a derived file")
        with self._lock:
            write_beside(self.path / name, text.encode("utf-8", "surrogatepass"))
        return self.path / name

    def close(self) -> None:
        """Close the files and give the lease back. Twice is fine."""
        with self._lock:
            self._journal.close()
            self._texts.close()
            if self._lease is not None:
                self._lease.close()

    def __enter__(self) -> RunDirectory:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _writable(self) -> None:
        if self._lease is None:
            raise InternalFault(f"{self.path} is open for reading only")

    def _array_file(self, sha: str) -> Path:
        return self.path / ARRAYS / f"{sha}.npy"


def _session(changes: Mapping[str, tuple[str, str]]) -> SessionRecord:
    """Who writes from now on, and what is not as in `run.toml`."""
    holder = Holder.this_process()
    listed = {key[:100]: [was[:60], now[:60]] for key, (was, now) in list(changes.items())[:_MOST_CHANGES]}
    measured: dict[str, Any] = {
        "at_s": round(time.time(), 3),
        "host": holder.host,
        "pid": holder.pid,
        "boot_id": holder.boot_id,
        "python": platform.python_version(),
        "changed": listed,
        "changes": len(changes),
    }
    while len(canonical_json(measured)) > 3500:
        listed.popitem()
    return SessionRecord(measured=measured)
