"""How far a run is: a fold over its records, and what one says of it in a line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from solversmith.ranking import Result, beats, error_of, result
from solversmith.records.run import (
    CallRecord,
    CandidateRecord,
    ConfirmationRecord,
    ProposalRecord,
    Record,
    RoundRecord,
    SelectionRecord,
    TestRecord,
)
from solversmith.records.verdict import Verdict
from solversmith.tables.model import loss_text, usd_text

RECENT = 8


@dataclass(frozen=True)
class Standing:
    """What is known after some records. `best` is the id and dev loss of the best candidate so far."""

    wanted: int
    started: int = 0
    done: int = 0
    valid: int = 0
    best_id: str | None = None
    best_key: Result | None = None
    error: float = 0.0  # how well losses are known
    recent: tuple[Verdict, ...] = ()  # of the last rounds, newest last
    calls: int = 0
    tokens: int = 0
    usd: float = 0.0
    unpriced: int = 0  # charged tries of unknown price: with any, `usd` is no amount
    selected: bool = False

    @property
    def best_loss(self) -> float | None:
        """The dev loss of the best candidate; failed cases are counted in it."""
        return None if self.best_key is None else self.best_key[1]


def step(standing: Standing, record: Record) -> Standing:
    """The standing after one more record."""
    match record:
        case ProposalRecord():
            return replace(standing, started=standing.started + (record.what != "text"))
        case RoundRecord():
            if not record.is_scored:
                return standing
            return replace(standing, recent=(*standing.recent, record.verdict)[-RECENT:])
        case CallRecord():
            return _paid(standing, record)
        case CandidateRecord():
            return _finished(standing, record)
        case SelectionRecord():
            return replace(standing, selected=True)
        case _:
            return standing


def standing_of(records: Iterable[Record], wanted: int) -> Standing:
    """The standing after all of these."""
    standing = Standing(wanted)
    for record in records:
        standing = step(standing, record)
    return standing


def status(standing: Standing, elapsed_s: float, left_s: float | None) -> str:
    """Best loss, cost and time first: a narrow terminal cuts off the end."""
    best = "none yet" if standing.best_loss is None else loss_text(standing.best_loss)
    left = "" if left_s is None else f", about {clock_text(left_s)} left"
    recent = " ".join(standing.recent[-3:]) or "–"
    money = "price unknown" if standing.unpriced else f"{usd_text(standing.usd)} USD"
    return (
        f"best loss {best} · {money} · {clock_text(elapsed_s)}{left} · "
        f"{standing.done}/{standing.wanted} candidates · {standing.tokens:,} tokens · last: {recent}"
    )


def clock_text(seconds: float) -> str:
    """Minutes and seconds, hours where there are any: 0:07, 12:05, 3:00:00."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def left_s(elapsed_s: float, done_here: int, missing: int) -> float | None:
    """Seconds to go if the rest takes as long as what this process has done; `None` before the first."""
    if missing <= 0 or done_here <= 0:
        return None
    return elapsed_s / done_here * missing


def event(record: Record) -> str | None:
    """A record as a line of a log; `None` for one that is not news."""
    match record:
        case RoundRecord():
            # A round that went well ends its attempt, and the candidate's line says the same.
            if record.verdict is Verdict.OK:
                return None
            return f"{record.proposal} round {record.round} ({record.what}): {record.verdict}"
        case CandidateRecord():
            loss = "no loss" if record.loss is None else f"loss {loss_text(record.loss)}"
            rounds = "1 round" if record.rounds == 1 else f"{record.rounds} rounds"
            return f"{record.id} done after {rounds}: {record.verdict}, {loss}"
        case CallRecord(event="failed" | "in_doubt"):
            what = "may have been charged" if record.event == "in_doubt" else "failed"
            return f"{record.id} try {record.attempt} {what}: {record.error or 'no reason known'}"
        case SelectionRecord():
            chosen = record.candidate or "none"
            return f"the search is over ({record.reason}); chosen by {record.rule}: {chosen}"
        case ConfirmationRecord():
            loss = "no loss" if record.loss is None else f"loss {loss_text(record.loss)}"
            return f"{record.candidate} again, alone: {record.verdict}, {loss}"
        case TestRecord():
            loss = "no loss" if record.loss is None else f"loss {loss_text(record.loss)}"
            return f"{record.candidate} on test: {record.verdict}, {loss}"
        case _:
            return None


def _paid(standing: Standing, record: CallRecord) -> Standing:
    if record.from_cache:
        return standing
    if record.event == "completed":
        tokens, usd = record.input_tokens + record.output_tokens, record.cost_usd
    elif record.event in ("failed", "in_doubt") and record.most_tokens is not None:
        tokens, usd = record.most_tokens, record.most_usd
    else:  # under way, or not charged
        return standing
    return replace(
        standing,
        calls=standing.calls + (record.event == "completed"),
        tokens=standing.tokens + tokens,
        usd=standing.usd + (usd or 0.0),
        unpriced=standing.unpriced + (usd is None),
    )


def _finished(standing: Standing, record: CandidateRecord) -> Standing:
    if record.verdict is Verdict.INTERNAL_ERROR:
        return standing
    standing = replace(
        standing, done=standing.done + 1, valid=standing.valid + (record.verdict is Verdict.OK)
    )
    if record.loss is None:
        return standing
    key, error = result(record), max(standing.error, error_of((record,)))
    if standing.best_key is None or beats(key, standing.best_key, error):
        return replace(standing, best_id=record.id, best_key=key, error=error)
    return replace(standing, error=error)
