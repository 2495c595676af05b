"""What is compared: one number of an entry, where it has one, and else why it has none."""

from __future__ import annotations

import math
import re
import statistics
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from solversmith.candidates import best_of_k, losses_of
from solversmith.comparison.entries import Entry
from solversmith.errors import UsageError
from solversmith.records.verdict import Verdict
from solversmith.summary import Result, Summary

NOT_TESTED: Final = "not scored on test yet"
UNFINISHED: Final = "the run is not over"
DEV_ONLY: Final = "human programs are scored on dev only (--value dev compares with them)"
NO_RUN: Final = "there is no such run"
NOTHING_VALID: Final = "no candidate has a loss"
CASE_FAILED: Final = "the program failed on a case"
_AT_K = re.compile(r"best@(\d+)")


@dataclass(frozen=True)
class Value:
    """A number, lower is better, with the error of what it was measured against; or `why` there is none.

    `failed`: some case failed, so that it never outranks one where none did.
    """

    value: float | None
    floor: float | None = None
    failed: bool = False
    why: str = ""


Measure = Callable[[Entry], Value]


def measure(name: str) -> Measure:
    """What `name` means: test, dev, median, best@K (losses); time, cpu, tokens, usd (what it took).

    Raises
    ------
    UsageError
        None of these.
    """
    if (at := _AT_K.fullmatch(name)) is not None and int(at[1]) >= 1:
        return lambda entry: _best_at(entry, int(at[1]))
    if name not in _MEASURES:
        raise UsageError(f"{name!r} can't be compared; known: {', '.join(_MEASURES)}, best@K")
    return _MEASURES[name]


def is_loss(name: str) -> bool:
    """Whether the value is a loss, and no time or cost."""
    return name in ("test", "dev", "median") or _AT_K.fullmatch(name) is not None


def cases_of(entry: Entry, name: str) -> tuple[tuple[str, Verdict, float | None], ...]:
    """Name, verdict and loss of every case behind the value `test` or `dev`; empty where they are not known.

    Raises
    ------
    UsageError
        Another value, which has no cases.
    """
    if name not in ("test", "dev"):
        raise UsageError(f"--unit case goes with --value test or dev: {name} has no cases")
    if entry.summary is None or not entry.summary.finished:
        return ()
    result = entry.summary.test if name == "test" else entry.summary.selected
    return () if result is None else result.cases


def _test(entry: Entry) -> Value:
    if entry.summary is None:
        return _human(entry, "test")
    if not entry.summary.finished:
        return Value(None, why=UNFINISHED)
    if entry.summary.selected is None:
        return _failure(entry)
    found = entry.summary.test
    return Value(None, why=NOT_TESTED) if found is None else _loss(entry, found)


def _dev(entry: Entry) -> Value:
    if entry.summary is None:
        return _human(entry, "dev")
    if entry.summary.reason is None:
        return Value(None, why=UNFINISHED)
    chosen = entry.summary.selected or entry.summary.best
    return _failure(entry) if chosen is None else _loss(entry, chosen)


def _median(entry: Entry) -> Value:
    run = entry.summary
    if run is None:
        return _dev(entry)
    if run.reason is None or not run.every:
        return Value(None, why=UNFINISHED)
    middle = statistics.median(losses_of(run.every, run.failure_loss))
    return Value(middle, _floor(entry), all(one.failed for one in run.every))


def _best_at(entry: Entry, k: int) -> Value:
    """Expected loss of the best of k; of a search, whose candidates are no pool, that of its first k."""
    if entry.summary is None:
        return _dev(entry)
    run = entry.summary
    if run.reason is None:
        return Value(None, why=UNFINISHED)
    found = best_of_k(run.every, k, run.failure_loss, run.independent)
    if found is None:
        return Value(None, why=f"fewer than {k} candidates")
    among = run.every if run.independent else run.every[:k]
    return Value(found, _floor(entry), all(one.failed for one in among))


def _time(entry: Entry) -> Value:
    if entry.human is not None:
        failed = entry.human.failed > 0
        return Value(entry.human.wall_s, failed=failed, why=CASE_FAILED if failed else "")
    chosen = entry.summary.selected or entry.summary.best if entry.summary else None
    if chosen is None or chosen.wall_s is None:
        return Value(None, why=NOTHING_VALID)
    return Value(chosen.wall_s, failed=chosen.failed > 0, why=CASE_FAILED if chosen.failed else "")


def _cpu(entry: Entry) -> Value:
    return _of_run(entry, lambda run: run.cpu_s)


def _tokens(entry: Entry) -> Value:
    return _of_run(entry, lambda run: float(sum(one.cost.tokens for one in run.every)))


def _usd(entry: Entry) -> Value:
    def price(run: Summary) -> float | None:
        each = [one.cost.usd for one in run.every]
        return math.fsum(usd for usd in each if usd is not None) if None not in each else None

    return _of_run(entry, price)


def _of_run(entry: Entry, take: Callable[[Summary], float | None]) -> Value:
    if entry.summary is None:
        return Value(None, why="a human program is no run")
    found = take(entry.summary)
    return Value(found) if found is not None else Value(None, why="not known")


def _human(entry: Entry, split: str) -> Value:
    row = entry.human
    if row is None or row.split != split:
        return Value(None, why=DEV_ONLY)
    if row.loss is None:
        return _failure(entry, CASE_FAILED)
    floor = entry.error if row.floor is None else row.floor
    return Value(row.loss, floor, row.failed > 0, CASE_FAILED if row.failed else "")


def _loss(entry: Entry, found: Result) -> Value:
    if found.loss is None:
        return _failure(entry, CASE_FAILED)
    why = CASE_FAILED if found.failed else ""
    return Value(found.loss, entry.error if found.floor is None else found.floor, found.failed > 0, why)


def _failure(entry: Entry, why: str = NOTHING_VALID) -> Value:
    return Value(entry.failure_loss, None, True, why)


def _floor(entry: Entry) -> float | None:
    best = entry.summary.best if entry.summary else None
    return entry.error if best is None or best.floor is None else best.floor


_MEASURES: Mapping[str, Measure] = {
    "test": _test,
    "dev": _dev,
    "median": _median,
    "time": _time,
    "cpu": _cpu,
    "tokens": _tokens,
    "usd": _usd,
}
