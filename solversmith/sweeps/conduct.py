"""A sweep carried out: runs side by side, until all are over or somebody says stop; the same call resumes."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from solversmith import errors, session
from solversmith.broker import Shared
from solversmith.errors import BadData, DiskFull, MissingPrerequisite, SharedBudgetExhausted, SolversmithError
from solversmith.records.codec import canonical_json
from solversmith.session import RunResult
from solversmith.store.files import write_beside
from solversmith.store.lease import Lease
from solversmith.sweeps.spec import Planned, Sweep
from solversmith.sweeps.stopping import Stop, clear, wish

STATES = "sweep.json"
DONE, FAILED, HALTED = "done", "failed", "halted"
_LOOK_S = 0.5  # how often to look for a wish to stop
_NOTE_S = 1.0  # between two notes: each tells of all runs
_MOST_ALIKE = 3  # prerequisites that are missing in so many runs on end are missing in all

Tell = Callable[[str], None]
CarryOut = Callable[[Planned], RunResult]


@dataclass(frozen=True)
class Ended:
    """How a run of a sweep ended in this session; `why` is empty for one that is done."""

    id: str
    state: str
    why: str = ""
    exit_code: int = errors.DONE


def conducted(
    sweep: Sweep, carry_out: CarryOut, *, at_once: int, stop: Stop, tell: Tell, shared: Shared | None = None
) -> list[Ended]:
    """Carry out every run that is not over, `at_once` at a time, in the order of the file.

    A run that fails is told, and the others go on, unless the disk is full: then what runs is finished as far
    as it can be. `carry_out` is called by several threads; it is to heed
    `stop` (`Means.halted`), which is set when somebody cancels the sweep, its time is over or its budget is
    spent: then nothing more is begun, and what was begun is finished.

    Raises
    ------
    RunLocked
        Another process carries this sweep out.
    DiskFull, MissingPrerequisite
        The sweep's folder can't be written; what was under way is over.
    KeyboardInterrupt
        At once, where it is raised here: what was recorded stays.
    """
    with _alone(sweep.folder):
        waiting = [run for run in sweep.runs if not _is_over(sweep, run)]
        tell(_begins(sweep, waiting))
        if shared is not None:
            _join(sweep, shared)
        left = {run.id for run in waiting}
        ended = [Ended(run.id, DONE) for run in sweep.runs if run.id not in left]
        _note(sweep.folder, ended)
        notes = _Notes(sweep.folder, stop)
        under_way = _Session(waiting, carry_out, lambda: stop.look(wish(sweep.folder)), stop)
        try:
            for each in under_way.ended(min(at_once, len(waiting))):
                ended.append(each)
                if each.state != HALTED:
                    tell(f"{len(ended)}/{len(sweep.runs)} {each.id}: {each.why or each.state}")
                notes.take(ended)
        finally:
            notes.take(ended, last=True)
        if notes.trouble is not None:
            raise notes.trouble
        return ended


class _Notes:
    """Notes of how runs ended, now and then; where one can't be written nothing more is begun."""

    def __init__(self, folder: Path, stop: Stop, clock: Callable[[], float] = time.monotonic) -> None:
        self._folder, self._stop, self._clock = folder, stop, clock
        self._next_s = clock() + _NOTE_S
        self.trouble: MissingPrerequisite | None = None

    def take(self, ended: Sequence[Ended], *, last: bool = False) -> None:
        """Write them down if it is time for it, or the last time."""
        if not last and self._clock() < self._next_s:
            return
        try:
            _note(self._folder, ended)
        except MissingPrerequisite as error:
            self.trouble = self.trouble or error
            self._stop.set(str(error))
        self._next_s = self._clock() + _NOTE_S


class _Session:
    """Threads that take runs from a list, and what became of them."""

    def __init__(
        self, runs: Sequence[Planned], carry_out: CarryOut, look: Callable[[], None], stop: Stop
    ) -> None:
        self._carry_out, self._look, self._stop = carry_out, look, stop
        self._waiting = queue.SimpleQueue[Planned]()
        self._ended = queue.SimpleQueue[Ended]()
        self._count = len(runs)
        self._lock = threading.Lock()
        self._lacking: list[str] = []  # what runs lacked since one was done
        for run in runs:
            self._waiting.put(run)

    def ended(self, at_once: int) -> Iterator[Ended]:
        """Every run as it ends. The threads are daemons: whoever leaves here leaves them behind."""
        for number in range(at_once):
            threading.Thread(target=self._serve, name=f"runs-{number}", daemon=True).start()
        for _ in range(self._count):
            yield self._next()

    def _next(self) -> Ended:
        while True:
            self._look()
            try:
                return self._ended.get(timeout=_LOOK_S)
            except queue.Empty:
                continue

    def _serve(self) -> None:
        while True:
            try:
                run = self._waiting.get_nowait()
            except queue.Empty:
                return
            ended = self._of(run)
            self._stop_where_all_lack(ended)
            self._ended.put(ended)

    def _stop_where_all_lack(self, ended: Ended) -> None:
        with self._lock:
            if ended.exit_code == errors.PREREQUISITE:
                self._lacking.append(ended.why)
            elif ended.state != HALTED:
                self._lacking.clear()
            last = self._lacking[-_MOST_ALIKE:]
            if len(last) == _MOST_ALIKE and len(set(last)) == 1:
                self._stop.set(f"{_MOST_ALIKE} runs on end lacked the same: {ended.why}")

    def _of(self, run: Planned) -> Ended:
        if self._stop():
            return Ended(run.id, HALTED, "not begun")
        try:
            self._carry_out(run)
        except SharedBudgetExhausted as error:
            self._stop.set(str(error))
            return Ended(run.id, HALTED, str(error))
        except DiskFull as error:
            self._stop.set(str(error))
            return Ended(run.id, FAILED, str(error), error.exit_code)
        except SolversmithError as error:
            return Ended(run.id, FAILED, str(error), error.exit_code)
        except KeyboardInterrupt:
            return Ended(run.id, HALTED, "interrupted")
        except BaseException as error:  # noqa: BLE001 - one run of many: told, and the others go on
            place = _innermost(error)
            return Ended(
                run.id, FAILED, f"internal fault: {type(error).__name__}: {error}{place}", errors.FAULT
            )
        return Ended(run.id, DONE)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the sweep's folder; an old wish to stop it is no longer one."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise MissingPrerequisite(f"can't make the sweep's folder {folder}: {error.strerror}") from error
    lease = Lease(folder)
    try:
        clear(folder)
        yield
    finally:
        lease.close()


def _is_over(sweep: Sweep, run: Planned) -> bool:
    try:
        return session.over(sweep.folder / run.id, run.settings) is not None
    except SolversmithError:
        return False  # whatever is wrong with it is told when it is to be carried on


def _begins(sweep: Sweep, waiting: Sequence[Planned]) -> str:
    done = len(sweep.runs) - len(waiting)
    kept = f", {done} are done already" if done else ""
    return f"sweep of {len(sweep.runs)} runs in {sweep.folder}{kept}"


def _join(sweep: Sweep, shared: Shared) -> None:
    """What earlier sessions have spent counts, of runs that are over, too."""
    for run in sweep.runs:
        try:
            run_id, spent = session.spent_by(sweep.folder / run.id)
        except BadData:
            continue
        shared.settle(run_id, spent)  # until the run is opened


def _note(folder: Path, ended: Sequence[Ended]) -> None:
    """What `status` tells of runs that failed: derived, and made anew by every session."""
    states = {each.id: {"state": each.state, "why": each.why} for each in ended}
    written = {"at": time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime()), "runs": states}
    write_beside(folder / STATES, (canonical_json(written) + "\n").encode())


def _innermost(error: BaseException) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return ""
    return f" ({Path(trace.tb_frame.f_code.co_filename).name}, line {trace.tb_lineno})"
