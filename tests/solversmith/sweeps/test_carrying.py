"""Runs of one process share its cores."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from sandbox.spec import EndedBy, Outcome
from solversmith.session import Means
from solversmith.settings import RunSettings
from solversmith.sweeps import Planned, Sweep, carrying
from solversmith.sweeps.stopping import Stop


class Counting:
    """A sandbox that notes how many programs ran at once."""

    def __init__(self) -> None:
        self.most, self._running, self._lock = 0, 0, threading.Lock()

    def run(self, job: Any) -> Outcome:
        with self._lock:
            self._running += 1
            self.most = max(self.most, self._running)
        time.sleep(0.01)
        with self._lock:
            self._running -= 1
        return Outcome(EndedBy.RETURNED)


@pytest.mark.parametrize(("asked", "most"), [(None, 2), (3, 3)])
def test_runs_side_by_side_run_no_more_programs_than_there_are_cores(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asked: int | None, most: int
) -> None:
    sandbox = Counting()

    @contextmanager
    def opened(*_: Any) -> Iterator[Any]:
        yield sandbox

    def carry_out(settings: RunSettings, watcher: Any, means: Means) -> None:
        with means.sandbox(None, settings) as given:  # type: ignore[arg-type]
            for _ in range(5):
                given.run(None)  # type: ignore[arg-type]

    monkeypatch.setattr(carrying, "cores", lambda: 2)
    monkeypatch.setattr(carrying.session, "carried_out", carry_out)
    runs = tuple(Planned(f"r{n}", RunSettings("tsp", slots=asked)) for n in range(6))
    sweep = Sweep(Path("some.toml"), tmp_path, runs)
    ended = carrying.carried_out(sweep, Means(opened), workers=6, stop=Stop(), tell=lambda text: None)
    assert [each.state for each in ended] == ["done"] * 6
    assert sandbox.most == most
