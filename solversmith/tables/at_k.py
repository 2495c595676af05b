"""The best of k attempts of a run as a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from solversmith.stats.of_run import AtK
from solversmith.tables.model import Bounded, Cell, Column, Table

COLUMNS = (
    Column("k", "k", "count"),
    Column("best", "best@k, dev", "loss"),
    Column("low", "95 % from", "loss"),
    Column("high", "to", "loss"),
    Column("median", "median", "loss"),
    Column("passed", "pass@k", "share"),
    Column("test", "test", "loss"),
    Column("calls", "calls", "count"),
    Column("tokens", "tokens", "count"),
    Column("usd", "USD", "usd"),
    Column("cpu_s", "CPU", "seconds"),
)


def at_k_table(found: Sequence[AtK], floor: float | None = None, good: float | None = None) -> Table:
    """One row for each k. Columns in which nothing stands are for machines alone."""
    rows = tuple(_row(each, floor) for each in found)
    empty = {column.key for column in COLUMNS if all(row.get(column.key) is None for row in rows)}
    columns = tuple(Column(c.key, c.title, c.style, c.key in empty) for c in COLUMNS)
    what = "a valid program" if good is None else f"a loss of at most {good:g}"
    caption = [f"pass@k: the chance of {what} among k attempts"]
    if "test" not in empty:
        caption.append("test: of the attempt that is best of k on dev")
    return Table("best of k independent attempts", columns, rows, tuple(caption))


def at_k_objects(found: Sequence[AtK]) -> list[dict[str, Any]]:
    """The same as plain JSON values."""
    return [
        {
            **vars(each),
            "best": None if each.best is None else vars(each.best),
            "cost": vars(each.cost),
        }
        for each in found
    ]


def _row(each: AtK, floor: float | None) -> dict[str, Cell]:
    best, cost = each.best, each.cost
    return {
        "k": each.k,
        "best": None if best is None or best.value is None else Bounded(best.value, floor),
        "low": None if best is None else best.low,
        "high": None if best is None else best.high,
        "median": None if each.median is None else Bounded(each.median, floor),
        "passed": each.passed,
        "test": each.test,
        "calls": cost.calls,
        "tokens": cost.tokens,
        "usd": cost.usd,
        "cpu_s": cost.cpu_s,
    }
