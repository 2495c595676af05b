"""The driver's side: joins a cluster, has a host carry out a run or a sweep, and tells what it says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Any

from solversmith.errors import SolversmithError
from solversmith.ray_pool.cluster import joined, secrets
from solversmith.ray_pool.host import Door, hosted
from solversmith.remote.conductor import BEGIN, BILL, ENDED, OBSERVE, TELL, Conductor
from solversmith.session import RunResult, Watcher
from solversmith.settings import RunSettings
from solversmith.sweeps.conduct import Ended
from solversmith.sweeps.spec import Sweep
from solversmith.sweeps.stopping import Stop

_NEWS_S = 0.5
Tell = Callable[[str], None]


def run_carried_out(settings: RunSettings, watcher: Watcher, stop: Stop, address: str | None) -> RunResult:
    """A run on a cluster, as `session.carried_out` has one here.

    When `stop` is set, what runs is finished, and the run is interrupted.

    Raises
    ------
    SolversmithError, KeyboardInterrupt
        As `session.carried_out` does.
    MissingPrerequisite
        No cluster, or no worker on it.
    """
    with _host(address) as door:
        door.ask("control", "run", settings)
        result: RunResult = _followed(door, watcher, stop)
        return result


def sweep_carried_out(sweep: Sweep, stop: Stop, tell: Tell, address: str | None) -> list[Ended]:
    """A sweep on a cluster, as `sweeps.carrying.carried_out` has one here; raises what that does."""
    with _host(address) as door:
        door.ask("control", "sweep", replace(sweep, folder=sweep.folder.absolute()))
        ended: list[Ended]
        ended, reason = _followed(door, Watcher(_nothing, _nothing, tell), stop)
        if reason:
            stop.set(reason)
        return ended


@contextmanager
def _host(address: str | None) -> Iterator[Door]:
    with joined(address):
        door = hosted(Conductor, secrets())
        try:
            yield door
        finally:
            with suppress(Exception):
                door.ask("control", "close")


def _followed(door: Door, watcher: Watcher, stop: Stop) -> Any:
    """Tell all that happens until it is over; the result, or whatever was raised there, or `HostGone`."""
    halted = False
    while True:
        for kind, said in door.ask("control", "news", _NEWS_S):
            if kind == ENDED:
                good, result = said
                if not good:
                    raise result
                return result
            _hand_on(kind, said, watcher, door)
        stop.look(None)
        if stop() and not halted:
            halted = True
            door.ask("control", "halt", stop.reason)


def _hand_on(kind: str, said: tuple[Any, ...], watcher: Watcher, door: Door) -> None:
    if kind == BILL:
        refusal: SolversmithError | None = None
        try:
            watcher.agree(*said)
        except SolversmithError as error:
            refusal = error
        door.ask("control", "consent", refusal)
        return
    told: dict[str, Callable[..., None]] = {
        TELL: watcher.tell,
        BEGIN: watcher.begin,
        OBSERVE: watcher.observe,
    }
    told[kind](*said)


def _nothing(*_: Any) -> None:
    """Of single records nothing is told."""
