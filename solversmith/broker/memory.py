"""What the broker remembers of a journal: completions, tries, rounds, time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from solversmith.broker.calls import REPORTED, is_refused
from solversmith.broker.ledger import Totals, add
from solversmith.records.run import (
    CallRecord,
    ConfirmationRecord,
    Record,
    RoundRecord,
    SessionRecord,
    TestRecord,
)


class Memory:
    """An index of the journal, kept up record by record. Not thread-safe by itself."""

    def __init__(self, records: Iterable[Record]) -> None:
        self.completed: dict[str, CallRecord] = {}
        self.refused: dict[str, CallRecord] = {}
        self.tokens_per_byte: dict[str, float] = {}  # the most that was measured, by model as asked for
        self.answered: set[str] = set()  # models, as asked for, that completed anything in this run
        self.tries: dict[str, int] = {}
        self.pending: dict[tuple[str, int], CallRecord] = {}
        self.rounds: dict[str, list[RoundRecord]] = {}
        self.calls: list[CallRecord] = []
        self.totals = Totals()
        self.cpu_s = 0.0
        self._earlier_s = 0.0
        self._first_s: float | None = None
        self._last_s = 0.0
        for record in records:
            self.add(record)
        self.wall_before_s = self._earlier_s + self._of_session()

    def add(self, record: Record) -> None:
        """One more record."""
        self._time(record)
        if isinstance(record, CallRecord):
            self._call(record)
        elif isinstance(record, RoundRecord):
            self.rounds.setdefault(record.proposal, []).append(record)
        if isinstance(record, RoundRecord | ConfirmationRecord | TestRecord):
            self.cpu_s += _number(record.measured, "cpu_s")

    def _call(self, record: CallRecord) -> None:
        self.calls.append(record)
        self.totals = add(self.totals, record)
        if record.event == "started":
            self.tries[record.id] = max(self.tries.get(record.id, 0), record.attempt)
            self.pending[record.id, record.attempt] = record
            return
        start = self.pending.pop((record.id, record.attempt), record)
        if record.event == "completed":
            self.completed.setdefault(record.id, record)
            if not record.from_cache:
                self.answered.add(start.model or "")
                self._learn(start, record)
        elif is_refused(record):
            self.refused[record.id] = record

    def _learn(self, start: CallRecord, record: CallRecord) -> None:
        sent = _number(start.measured, "input_bytes")
        if sent and record.measured.get("usage") == REPORTED:
            name = start.model or ""
            known = self.tokens_per_byte.get(name, 0.0)
            self.tokens_per_byte[name] = max(known, record.input_tokens / sent)

    def _time(self, record: Record) -> None:
        at_s = _number(record.measured, "at_s")
        if isinstance(record, SessionRecord):
            self._earlier_s += self._of_session()
            self._first_s = None
        if at_s:
            self._first_s = at_s if self._first_s is None else self._first_s
            self._last_s = at_s

    def _of_session(self) -> float:
        return 0.0 if self._first_s is None else max(0.0, self._last_s - self._first_s)


def _number(measured: Mapping[str, Any], key: str) -> float:
    value = measured.get(key)
    return float(value) if isinstance(value, int | float) else 0.0
