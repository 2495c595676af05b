"""The runs of a sweep beside each other: what they share, and how many there are at once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from typing import Any

from solversmith import session
from solversmith.broker import Pacer, Shared
from solversmith.contract.problem import Problem
from solversmith.contract.running import Sandbox
from solversmith.gated import Gated
from solversmith.session import Means, RunResult, Watcher
from solversmith.settings import Pacing, RunSettings, cores
from solversmith.sweeps.conduct import Ended, conducted
from solversmith.sweeps.spec import Planned, Sweep
from solversmith.sweeps.stopping import Stop

_MOST_RUNS = 32  # side by side: each has its problem in memory
Tell = Callable[[str], None]
Opened = Callable[[Problem, RunSettings], AbstractContextManager[Sandbox]]


def carried_out(
    sweep: Sweep, means: Means, *, workers: int, stop: Stop, tell: Tell, alone: bool = True
) -> list[Ended]:
    """Carry the sweep out with these means, `workers` attempts at once over all of its runs.

    Parameters
    ----------
    alone
        Runs share the workers out among themselves, and run no more programs at once than there are cores,
        or than one of them asks for. Where somebody else sees to that (a fleet), each run may have as many
        attempts under way as it has candidates.

    Raises
    ------
    RunLocked, KeyboardInterrupt
        As `conducted` does.
    """
    at_once = max(1, min(workers, len(sweep.runs), _MOST_RUNS))
    shared = Shared(replace(sweep.budget, wall_s=None))
    if alone:
        slots = max([cores(), *(run.settings.slots or 0 for run in sweep.runs)])
        means = replace(means, sandbox=_shared_out(means.sandbox, threading.BoundedSemaphore(slots)))
    pacers: dict[Pacing, Pacer] = {}
    for run in sweep.runs:
        pacers.setdefault(run.settings.pacing, session.pacer(run.settings.pacing))

    def carry_out(run: Planned) -> RunResult:
        most = workers // at_once if alone else min(workers, run.settings.wanted)
        settings = replace(run.settings, name=run.id, folder=sweep.folder, workers=max(1, most))
        told = Watcher(_nothing, _nothing, lambda text: tell(f"{run.id}: {text}"))
        own = replace(means, shared=shared, pacer=pacers[run.settings.pacing], halted=stop)
        return session.carried_out(settings, told, own)

    return conducted(sweep, carry_out, at_once=at_once, stop=stop, tell=tell, shared=shared)


def _shared_out(opened: Opened, slots: threading.BoundedSemaphore) -> Opened:
    """Sandboxes of several runs, with slots that all of them share."""

    @contextmanager
    def sandbox(problem: Problem, settings: RunSettings) -> Iterator[Sandbox]:
        with opened(problem, settings) as own:
            yield Gated(own, slots)

    return sandbox


def _nothing(*_: Any) -> None:
    """Of single records nothing is told."""
