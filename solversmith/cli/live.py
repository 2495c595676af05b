"""Live progress on stderr: rich on a terminal, plain lines anywhere else."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from typing import Any

from solversmith.cli.terminal import clean, note
from solversmith.progress import Standing, event, left_s, standing_of, status, step
from solversmith.records.run import CandidateRecord, Record


class Live:
    """Folds records into a standing and shows it. Thread-safe: records come from whoever appends them."""

    def __init__(
        self,
        show: Callable[[str], None],
        *,
        with_status: bool = True,
        clock: Callable[[], float] = time.monotonic,
        paused: Callable[[], AbstractContextManager[object]] = nullcontext,
    ) -> None:
        """Start without a run.

        `with_status`: every candidate's line ends with the status, where nothing else shows it. `paused`:
        the screen is somebody else's for as long as that block runs.
        """
        self.paused = paused
        self._write, self._with_status, self._clock = show, with_status, clock
        self._lock = threading.Lock()
        self._standing, self._before, self._start_s = Standing(0), 0, clock()
        self.recorded = False  # whether there is a record of this run that this process may add to

    def begin(self, records: tuple[Record, ...], wanted: int) -> None:
        """Start from what a run already holds."""
        with self._lock:
            self._standing, self._start_s = standing_of(records, wanted), self._clock()
            self._before, self.recorded = self._standing.done, True
            done = self._before
        if done:
            self._show(f"continuing: {done} of {wanted} candidates are done, nothing of them is paid again")

    def observe(self, record: Record) -> None:
        """One more record."""
        with self._lock:
            self._standing, self.recorded = step(self._standing, record), True
        text = event(record)
        if text is not None:
            told = self._with_status and isinstance(record, CandidateRecord)
            more = f" · {self.line()}" if told else ""
            self._show(text + more)

    def tell(self, text: str) -> None:
        """One line about something that takes long."""
        self._show(text)

    def _show(self, text: str) -> None:
        with suppress(OSError):  # a reader that has gone, or a closed terminal, ends no run
            self._write(text)

    def line(self) -> str:
        """The status as of now."""
        with self._lock:
            standing, elapsed_s = self._standing, self._clock() - self._start_s
            before = self._before
        if not standing.wanted:
            return "getting ready"
        missing = 0 if standing.selected else standing.wanted - standing.done
        return status(standing, elapsed_s, left_s(elapsed_s, standing.done - before, missing))


@contextmanager
def shown() -> Iterator[Live]:
    """Progress for as long as the block runs."""
    if not sys.stderr.isatty():
        yield Live(note)
        return
    with _rich() as live:
        yield live


@contextmanager
def _rich() -> Iterator[Live]:
    from rich.console import Console
    from rich.live import Live as Screen
    from rich.text import Text

    console = Console(stderr=True, highlight=False)

    @contextmanager
    def paused() -> Iterator[None]:
        screen.stop()
        try:
            yield
        finally:
            screen.start()

    live = Live(
        lambda text: console.print(Text(clean(text)), soft_wrap=True), with_status=False, paused=paused
    )

    class Status:
        """Drawn anew several times a second, so that the clock moves while nothing happens."""

        def __rich__(self) -> Any:
            return Text(clean(live.line()), style="bold", no_wrap=True, overflow="ellipsis")

    screen = Screen(Status(), console=console, refresh_per_second=4, transient=True)
    with screen:
        yield live
