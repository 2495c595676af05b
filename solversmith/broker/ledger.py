"""What was asked, what came back, and what it cost: added up from call records."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from solversmith.records.run import CallRecord


@dataclass(frozen=True)
class Totals:
    """Sums over tries at model calls.

    `tries` = `completed` + `failed` + `in_doubt` + those under way. `usd` and `tokens` are what is charged:
    completions as measured, tries in doubt and unreadable replies at their most. `in_doubt_usd` is the part
    of `usd` that may not have been charged after all. `unpriced` counts charged tries of unknown price.
    `from_cache` counts completions that were kept on disk, in no other sum; they had cost `saved_usd`.
    """

    tries: int = 0
    completed: int = 0
    failed: int = 0
    in_doubt: int = 0
    charged: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = 0
    reasoning_tokens: int = 0
    in_doubt_tokens: int = 0
    usd: float = 0.0
    in_doubt_usd: float = 0.0
    unpriced: int = 0
    from_cache: int = 0
    saved_usd: float = 0.0

    @property
    def tokens(self) -> int:
        """Every token that is charged."""
        return self.input_tokens + self.output_tokens + self.in_doubt_tokens

    @property
    def under_way(self) -> int:
        """Tries that were started and have no outcome."""
        return self.tries - self.completed - self.failed - self.in_doubt


@dataclass(frozen=True)
class Ledger:
    """The totals of a run, and of each model by its name on the command line."""

    total: Totals = field(default_factory=Totals)
    models: tuple[tuple[str, Totals], ...] = ()


def ledger_of(calls: Iterable[CallRecord]) -> Ledger:
    """The ledger of these records."""
    asked: dict[tuple[str, int], str] = {}
    models: dict[str, Totals] = {}
    total = Totals()
    for record in calls:
        known = str(record.measured.get("asked") or record.model or "?")
        name = asked.setdefault((record.id, record.attempt), known)
        models[name] = add(models.get(name, Totals()), record)
        total = add(total, record)
    return Ledger(total, tuple(sorted(models.items())))


def add(sums: Totals, record: CallRecord) -> Totals:
    """The totals with one more record."""
    match record.event:
        case "started":
            return replace(sums, tries=sums.tries + 1)
        case "completed" if record.from_cache:
            saved_usd = sums.saved_usd + (record.saved_usd or 0.0)
            return replace(sums, from_cache=sums.from_cache + 1, saved_usd=saved_usd)
        case "completed":
            return replace(
                sums,
                completed=sums.completed + 1,
                charged=sums.charged + 1,
                input_tokens=sums.input_tokens + record.input_tokens,
                output_tokens=sums.output_tokens + record.output_tokens,
                cached_tokens=sums.cached_tokens + record.cached_tokens,
                reasoning_tokens=sums.reasoning_tokens + record.reasoning_tokens,
                usd=sums.usd + (record.cost_usd or 0.0),
                unpriced=sums.unpriced + (record.cost_usd is None),
            )
        case "in_doubt":
            return _at_most(replace(sums, in_doubt=sums.in_doubt + 1), record)
        case "failed":
            failed = replace(sums, failed=sums.failed + 1)
            return failed if record.most_tokens is None else _at_most(failed, record)
        case _:
            raise ValueError(f"a call record can't be {record.event!r}")


def _at_most(sums: Totals, record: CallRecord) -> Totals:
    return replace(
        sums,
        charged=sums.charged + 1,
        in_doubt_tokens=sums.in_doubt_tokens + (record.most_tokens or 0),
        usd=sums.usd + (record.most_usd or 0.0),
        in_doubt_usd=sums.in_doubt_usd + (record.most_usd or 0.0),
        unpriced=sums.unpriced + (record.most_usd is None),
    )
