"""The door of the broker: the only place that calls models, keeps budgets and appends to the journal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Protocol, runtime_checkable

from numpy.typing import NDArray

from solversmith.contract.model import Completion, Request
from solversmith.contract.running import Spent
from solversmith.records.run import Record, RoundRecord


@runtime_checkable
class Broker(Protocol):
    """What the search and the attempts ask for. Thread-safe; answers only when the record is durable."""

    def complete(self, proposal: str, round: int, step: int, request: Request) -> Completion:
        """The completion of (proposal, round, step): the recorded one if there is one, else bought now.

        Raises
        ------
        BudgetExhausted
            Another call could go over a budget; nothing was asked for.
        ServerUnreachable
            No try reached the server.
        RequestRefused
            The server answers others, but never this request; that is recorded.
        MissingPrerequisite, UsageError
            The server refuses, or every try failed; the message says what to do.
        """
        ...

    def record(self, record: Record) -> int:
        """Append a record; its position in the journal, from 0."""
        ...

    def records(self, start: int = 0) -> Iterable[Record]:
        """The records from position `start` on, in journal order; cheap to ask again and again."""
        ...

    def rounds(self, proposal: str) -> Sequence[RoundRecord]:
        """The recorded rounds of a proposal, in journal order."""
        ...

    def put_text(self, text: str) -> str:
        """Keep a text; its SHA-256."""
        ...

    def text(self, sha: str) -> str:
        """A text by its SHA-256. Raises `KeyError`."""
        ...

    def put_array(self, array: NDArray[Any]) -> str:
        """Keep an array of ours; the SHA-256 of its file."""
        ...

    def array(self, sha: str) -> NDArray[Any]:
        """An array by its SHA-256. Raises `KeyError`."""
        ...

    def spent(self) -> Spent:
        """What the run has used over all its sessions, calls under way and in doubt at their most."""
        ...
