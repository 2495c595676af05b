"""What a proposal may have seen: everything so far (steady), or only whole generations (generational).

Both are read from the journal alone, so the search, a resumed search and the checker see the same.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from solversmith.contract.method import Event
from solversmith.errors import UsageError
from solversmith.history import Past, View, event_of
from solversmith.records.run import ProposalRecord, Record

STEADY, GENERATIONAL = "steady", "generational"
SCHEDULES = (STEADY, GENERATIONAL)


class Schedule(Protocol):
    """Follows a journal and says what the next proposal sees."""

    def read(self, position: int, record: Record) -> None:
        """Take note of the record at this position."""
        ...

    def next_saw(self, position: int, idle: bool) -> int | None:
        """The journal position that the next proposal sees; `None`: wait until what is under way is over."""
        ...

    def seen(self, saw: int) -> View:
        """What a proposal that recorded this position has seen."""
        ...

    def waits(self, idle: bool) -> bool:
        """The method wants to wait; False if there is nothing that it could wait for."""
        ...

    def reopen(self) -> None:
        """The next proposal is to see all that there is as soon as it may."""
        ...

    @property
    def may_read_spent(self) -> bool:
        """Whether stop criteria may look at what is spent now."""
        ...


class Steady:
    """A proposal sees every record that stands in the journal when it is made."""

    may_read_spent = True

    def __init__(self, past: Past) -> None:
        self._past = past

    def read(self, position: int, record: Record) -> None:
        """Add it if a method may see it."""
        if (event := event_of(record)) is not None:
            self._past.add(position, event)

    def next_saw(self, position: int, idle: bool) -> int | None:
        """All that there is."""
        return position

    def seen(self, saw: int) -> View:
        """The events before this position."""
        return self._past.view(saw)

    def waits(self, idle: bool) -> bool:
        """For whatever is under way."""
        return not idle

    def reopen(self) -> None:
        """It always does."""


class Generational:
    """A proposal sees the results of whole generations, and the proposals before it.

    A generation begins at one journal position, which all of its proposals record. Results come in order of
    their numbers, so nothing depends on which was ready first. A method that waits ends its generation.
    """

    def __init__(self, past: Past, size: int) -> None:
        self._past, self._size = past, size
        self._start: int | None = None
        self._members = 0
        self._ended = False
        self._pending: list[tuple[int, Event]] = []  # results that no generation has seen yet

    @property
    def may_read_spent(self) -> bool:
        """Only where a generation begins: a killed one would else be stopped in its middle."""
        return self._members == 0

    def read(self, position: int, record: Record) -> None:
        """Add a proposal now, a result when its generation is over."""
        event = event_of(record)
        if isinstance(event, ProposalRecord):
            self.seen(event.saw)
            self._add(event)
            self._members += 1
        elif event is not None:
            self._pending.append((position, event))

    def next_saw(self, position: int, idle: bool) -> int | None:
        """Where the generation began; or here, if it is full and all of it is over."""
        if self._start is not None and self._members < self._size and not self._ended:
            return self._start
        return position if idle else None

    def seen(self, saw: int) -> View:
        """The results before this position, and every proposal so far."""
        if saw != self._start:
            self._begin(saw)
        return self._past.view(len(self._past.events))

    def waits(self, idle: bool) -> bool:
        """End the generation, unless it has not even begun."""
        self._ended = True
        return self._members > 0

    def reopen(self) -> None:
        """End the generation."""
        self._ended = True

    def _begin(self, saw: int) -> None:
        ready = [event for position, event in self._pending if position < saw]
        self._pending = [(position, event) for position, event in self._pending if position >= saw]
        for event in sorted(ready, key=lambda event: event.number):
            self._add(event)
        self._start, self._members, self._ended = saw, 0, False

    def _add(self, event: Event) -> None:
        self._past.add(len(self._past.events), event)


def schedule_of(name: str, seed: int, text: Callable[[str], str], generation: int) -> Schedule:
    """The schedule of this name. Raises `UsageError`."""
    past = Past(seed, text)
    if name == STEADY:
        return Steady(past)
    if name == GENERATIONAL:
        return Generational(past, generation)
    raise UsageError(f"no schedule named {name!r}; known: {', '.join(SCHEDULES)}")
