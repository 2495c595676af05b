"""Every candidate of several runs as a row, for spreadsheets and scripts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from solversmith.candidates import Counted
from solversmith.summary import Summary
from solversmith.tables.model import Cell, Column, Table

_COLUMNS = (
    Column("run", "run"),
    Column("problem", "problem"),
    Column("model", "model"),
    Column("method", "method"),
    Column("seed", "seed"),
    Column("candidate", "candidate"),
    Column("verdict", "verdict"),
    Column("dev_loss", "dev loss", "loss"),
    Column("failed_cases", "failed cases", "count"),
    Column("rounds", "rounds", "count"),
    Column("wall_s", "its time", "seconds"),
    Column("cpu_s", "CPU", "seconds"),
    Column("calls", "calls", "count"),
    Column("tokens", "tokens", "count"),
    Column("usd", "USD", "usd"),
    Column("spent_tokens", "tokens until then", "count"),
    Column("spent_usd", "USD until then", "usd"),
)


def candidates_table(runs: Sequence[Summary]) -> Table:
    """In the order of the runs, then by number; costs are those of all rounds of a candidate."""
    return Table("candidates", _COLUMNS, tuple(_row(run, one) for run in runs for one in run.every))


def _row(run: Summary, one: Counted) -> Mapping[str, Cell]:
    return {
        "run": run.name,
        "problem": str(run.setting("problem", "")),
        "model": str(run.setting("model", "")),
        "method": str(run.setting("method", "")),
        "seed": str(run.setting("seed", "")),
        "candidate": one.id,
        "verdict": str(one.verdict),
        "dev_loss": one.loss,
        "failed_cases": one.failed,
        "rounds": one.rounds,
        "wall_s": one.wall_s,
        "cpu_s": one.cost.cpu_s,
        "calls": round(one.cost.calls),
        "tokens": round(one.cost.tokens),
        "usd": one.cost.usd,
        "spent_tokens": round(one.spent.tokens),
        "spent_usd": one.spent.usd,
    }
