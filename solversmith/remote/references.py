"""References solved once, on the host, and brought to every node once: into the cache that it has anyway."""

from __future__ import annotations

import fcntl
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from solversmith.contract.beside import Kept
from solversmith.contract.problem import DEV
from solversmith.errors import InternalFault
from solversmith.store.files import write_beside

Fetch = Callable[[Sequence[str]], Mapping[str, bytes]]


def brought(problem: Kept, fetch: Fetch) -> None:
    """Have the references of dev in this node's cache: fetch those that are not there.

    Processes of one node wait for each other, so that each file comes once. What `fetch` gives is read as
    everything in the cache is: a file that does not have the content that it states is made anew.
    """
    files = problem.kept(DEV)
    if all(path.is_file() for path in files.values()):
        return
    with _alone(next(iter(files.values())).parent.parent):
        missing = [name for name, path in files.items() if not path.is_file()]
        for name, data in fetch(missing).items() if missing else ():
            files[name].parent.mkdir(parents=True, exist_ok=True)
            write_beside(files[name], data)


class Shelf:
    """The host's side: problems by what their runs are called, and the files of their references."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._problems: dict[str, object] = {}

    def put(self, run: str, problem: object) -> None:
        """References of this problem may be asked for."""
        self._problems[run] = problem

    def drop(self, run: str) -> None:
        """Nobody asks for them any more: a sweep has more problems than fit into memory."""
        self._problems.pop(run, None)

    def references(self, run: str, names: Sequence[str]) -> dict[str, bytes]:
        """The files with these names, solved for where the host does not have them either.

        Raises
        ------
        MissingPrerequisite
            The host's cache can't be written to.
        InternalFault
            The run is over: whoever asks was given up.
        """
        problem = self._problems.get(run)
        if problem is None:
            raise InternalFault("this run is over, and nobody waits for this attempt")
        assert isinstance(problem, Kept), "only of such problems references are asked for"
        with self._lock:
            files = problem.kept(DEV)
            if not all(files[name].is_file() for name in names):
                problem.keep(DEV)
        return {name: files[name].read_bytes() for name in names if files[name].is_file()}


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One process of this node at a time."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
