"""The host's side of attempts elsewhere: their brokers, and who may still record.

An attempt has a ticket for as long as somebody waits for it. When its worker is given up, the ticket is
withdrawn before the proposal goes to another, so that a worker that only seemed to be lost can record
nothing beside it. A call that it had begun is finished and recorded all the same: it is paid.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Any, TypeVar

from numpy.typing import NDArray

from solversmith.contract.broker import Broker
from solversmith.errors import InternalFault
from solversmith.records.run import CandidateRecord, NoteRecord
from solversmith.remote.parcel import Ending, Parcel

Result = TypeVar("Result")


@dataclass
class _Ticket:
    broker: Broker
    valid: bool = True
    lock: threading.Lock = field(default_factory=threading.Lock)


class Desk:
    """Answers workers. Thread-safe.

    Parameters
    ----------
    asking
        Entered for as long as an attempt waits for a model.
    """

    def __init__(self, asking: Callable[[], AbstractContextManager[object]] = nullcontext) -> None:
        self._asking = asking
        self._tickets: dict[str, _Ticket] = {}

    def issued(self, broker: Broker, task: Any) -> Parcel:
        """A ticket for this attempt, with all that it needs to begin or to go on."""
        ticket = secrets.token_hex(8)
        rounds = tuple(broker.rounds(task.proposal.id))
        cited = {task.proposal.instruction, *(record.feedback for record in rounds)}
        texts = {sha: broker.text(sha) for sha in cited}
        self._tickets[ticket] = _Ticket(broker)
        return Parcel(ticket, task, rounds, texts)

    def withdraw(self, ticket: str) -> None:
        """Nothing is recorded under this ticket from now on. Twice is fine."""
        found = self._tickets.pop(ticket, None)
        if found is not None:
            with found.lock:
                found.valid = False

    def complete(self, ticket: str, *asked: Any) -> Any:
        """A completion; that it is paid is recorded even if the ticket is withdrawn meanwhile."""
        found = self._found(ticket)
        with self._asking():
            return found.broker.complete(*asked)

    def record(self, ticket: str, record: Any, texts: Sequence[str]) -> int:
        """Texts, then the record; its position."""

        def write(broker: Broker) -> int:
            for text in texts:
                broker.put_text(text)
            return broker.record(record)

        return self._valid(ticket, write)

    def put_array(self, ticket: str, array: NDArray[Any]) -> str:
        """Keep an array; its SHA-256."""
        return self._valid(ticket, lambda broker: broker.put_array(array))

    def array(self, ticket: str, sha: str) -> NDArray[Any]:
        """An array."""
        return self._found(ticket).broker.array(sha)

    def text(self, ticket: str, sha: str) -> str:
        """A text."""
        return self._found(ticket).broker.text(sha)

    def _valid(self, ticket: str, write: Callable[[Broker], Result]) -> Result:
        """Write while the ticket can't be withdrawn."""
        found = self._found(ticket)
        with found.lock:
            if not found.valid:
                raise _withdrawn()
            return write(found.broker)

    def _found(self, ticket: str) -> _Ticket:
        found = self._tickets.get(ticket)
        if found is None:
            raise _withdrawn()
        return found


def _withdrawn() -> InternalFault:
    return InternalFault("this attempt was given up, and is carried on elsewhere")


@dataclass(frozen=True)
class DeskShipping:
    """How a run's tasks leave the host."""

    desk: Desk
    broker: Broker

    def packed(self, task: Any) -> Parcel:
        """With a ticket."""
        return self.desk.issued(self.broker, task)

    def result(self, packed: Parcel, came: Ending) -> CandidateRecord | NoteRecord:
        """Its last record, once it is durable. Raises `InternalFault` if the ticket was withdrawn."""
        self.desk.record(packed.ticket, came.record, came.texts)
        return came.record

    def over(self, packed: Parcel) -> None:
        """The ticket is withdrawn."""
        self.desk.withdraw(packed.ticket)
