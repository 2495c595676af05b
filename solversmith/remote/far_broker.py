"""The broker as a worker has it: all is asked of the host, and answered when it is durable there.

All but an attempt's last record, behind which nothing is done: it goes back with the attempt.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from numpy.typing import NDArray

from solversmith.contract.model import Completion, Request
from solversmith.contract.running import Spent
from solversmith.errors import InternalFault
from solversmith.records.codec import sha256
from solversmith.records.run import CandidateRecord, NoteRecord, Record, RoundRecord
from solversmith.remote.parcel import Ending, Parcel

NOT_YET = -1  # the position of a record that waits here
CALLS, RECORDS = "calls", "records"  # what waits for a model, and what does not
Ask = Callable[..., Any]  # (group, name, *arguments)


class FarBroker:
    """For one attempt. A text is sent with the first record that may cite it, and is durable before that.

    The last record, of a candidate or a note, waits here and goes back with the attempt (`ending`): nothing
    is done between the two, so asking the host to append it would be one question more for nothing.
    """

    def __init__(self, ask: Ask, parcel: Parcel) -> None:
        self._ask, self._ticket, self._rounds = ask, parcel.ticket, list(parcel.rounds)
        self._texts = dict(parcel.texts)
        self._unsent: dict[str, str] = {}
        self._ending: Ending | None = None

    def complete(self, proposal: str, round: int, step: int, request: Request) -> Completion:
        """As the host's broker answers: recorded, or bought now."""
        found: Completion = self._ask(CALLS, "complete", self._ticket, proposal, round, step, request)
        return found

    def record(self, record: Record) -> int:
        """Append a record, behind the texts that were put before it; `NOT_YET` for the last one."""
        unsent, self._unsent = self._unsent, {}
        if isinstance(record, CandidateRecord | NoteRecord):
            self._ending = Ending(record, tuple(unsent.values()))
            return NOT_YET
        position: int = self._ask(RECORDS, "record", self._ticket, record, list(unsent.values()))
        if isinstance(record, RoundRecord):
            self._rounds.append(record)
        return position

    def ending(self) -> Ending:
        """What the attempt comes back with. Raises `InternalFault` before its last record."""
        if self._ending is None:
            raise InternalFault("an attempt came to its end without a last record")
        return self._ending

    def records(self, start: int = 0) -> Iterable[Record]:
        """An attempt sees its own proposal alone. Raises `NotImplementedError`."""
        raise NotImplementedError("an attempt looks at no other's records")

    def rounds(self, proposal: str) -> Sequence[RoundRecord]:
        """The recorded rounds of this attempt's proposal."""
        return [record for record in self._rounds if record.proposal == proposal]

    def put_text(self, text: str) -> str:
        """Keep a text until the next record is sent; its SHA-256."""
        sha = sha256(text)
        if sha not in self._texts:
            self._texts[sha] = self._unsent[sha] = text
        return sha

    def text(self, sha: str) -> str:
        """A text by its SHA-256. Raises `KeyError`."""
        if sha not in self._texts:
            self._texts[sha] = self._ask(RECORDS, "text", self._ticket, sha)
        return self._texts[sha]

    def put_array(self, array: NDArray[Any]) -> str:
        """Keep an array, now; its SHA-256."""
        sha: str = self._ask(RECORDS, "put_array", self._ticket, array)
        return sha

    def array(self, sha: str) -> NDArray[Any]:
        """An array by its SHA-256. Raises `KeyError`."""
        found: NDArray[Any] = self._ask(RECORDS, "array", self._ticket, sha)
        return found

    def spent(self) -> Spent:
        """Not for attempts. Raises `NotImplementedError`."""
        raise NotImplementedError("an attempt spends through `complete` alone")
