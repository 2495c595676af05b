"""Runs and human programs as rows of one table, with a caption that says under what conditions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from solversmith.floors import stated_error
from solversmith.humans import HumanRow
from solversmith.summary import Result, Summary
from solversmith.tables.model import Bounded, Cell, Column, Noted, Table, counted
from solversmith.tables.scores import reference_line

OFFLINE = "offline (no language model; derived from the human programs)"
HUMAN = "human program"

COLUMNS = (
    Column("problem", "problem"),
    Column("who", "run or program"),
    Column("model", "model"),
    Column("method", "method"),
    Column("n", "n", "count"),
    Column("seed", "seed"),
    Column("dev_loss", "dev loss", "loss"),
    Column("test_loss", "test loss", "loss"),
    Column("valid_rate", "valid", "share"),
    Column("verdicts", "verdicts"),
    Column("calls", "calls", "count"),
    Column("tokens", "tokens", "count"),
    Column("usd", "USD", "usd"),
    Column("wall_s", "wall", "seconds"),
    Column("level", "level"),
    Column("reference_error", "reference error", "loss", machine_only=True),
    Column("program", "program", machine_only=True),
    Column("finished", "finished", machine_only=True),
)
RESULT_COLUMNS = (
    Column("who", "program"),
    Column("model", "written by"),
    Column("dev_loss", "dev loss", "loss"),
    Column("test_loss", "test loss", "loss"),
    Column("verdicts", "verdict"),
    Column("wall_s", "its time", "seconds"),
)


def runs_table(runs: Sequence[tuple[Summary, Sequence[HumanRow]]]) -> Table:
    """One row per run, each problem's human rows below its runs. Nothing is averaged over runs."""
    rows: list[Mapping[str, Cell]] = []
    for problem in dict.fromkeys(summary.setting("problem", "") for summary, _ in runs):
        here = [(summary, humans) for summary, humans in runs if summary.setting("problem", "") == problem]
        rows += [run_row(summary) for summary, _ in here]
        rows += _humans(here)
    return Table("", COLUMNS, tuple(rows), tuple(caption([summary for summary, _ in runs], rows)))


def result_table(summary: Summary, humans: Sequence[HumanRow]) -> Table:
    """The best candidate of one run beside the human programs, better ones first."""
    rows = [_chosen(summary), *_humans([(summary, humans)])]
    rows.sort(key=lambda row: _rank(row.get("dev_loss")))
    keys = {column.key for column in RESULT_COLUMNS}
    shown = tuple({key: cell for key, cell in row.items() if key in keys} for row in rows)
    return Table(str(summary.setting("problem", "")), RESULT_COLUMNS, shown, tuple(caption([summary], rows)))


def run_row(summary: Summary) -> dict[str, Cell]:
    """A run as a row."""
    error = stated_error(summary.around("reference", {}))
    counts = ", ".join(f"{count} {verdict}" for verdict, count in summary.verdicts.items())
    chosen, total = summary.selected or summary.best, summary.ledger.total
    return {
        "problem": summary.setting("problem"),
        "who": summary.name,
        "model": model_text(str(summary.setting("model", ""))),
        "method": summary.setting("method"),
        "n": summary.setting("candidates"),
        "seed": str(summary.setting("seed", "")),
        "dev_loss": _loss(chosen, error),
        "test_loss": _loss(summary.test, error),
        "valid_rate": summary.valid / summary.candidates if summary.candidates else None,
        "verdicts": counts if summary.finished else f"{counts} (not finished)".lstrip(),
        "calls": total.completed,
        "tokens": total.tokens,
        "usd": None if total.unpriced else total.usd,
        "wall_s": summary.wall_s,
        "level": summary.setting("isolation"),
        "reference_error": error if chosen is None or chosen.floor is None else chosen.floor,
        "program": None if chosen is None else chosen.program,
        "finished": "yes" if summary.finished else "no",
    }


def model_text(model: str) -> str | Noted:
    """The model's name, with a plain word where it is none."""
    return Noted("offline*", OFFLINE) if model == "offline" else model


def caption(summaries: Sequence[Summary], rows: Iterable[Mapping[str, Cell]] = ()) -> list[str]:
    """Machine, limits, isolation, solver environment and reference; a warning where runs differ in them."""
    rows = list(rows)
    noted = dict.fromkeys(cell.text for row in rows for cell in row.values() if isinstance(cell, Noted))
    lines = [*(f"* {text}" for text in noted), *_differences(summaries)]
    levels = sorted({str(summary.setting("isolation", "?")) for summary in summaries})
    if len(levels) > 1:
        lines.append(
            f"WARNING: isolation levels are mixed ({', '.join(levels)}): such rows can't be compared"
        )
    for label, texts in (
        ("machine", [_machine(summary.around("machine", {})) for summary in summaries]),
        ("limits", [_of_problem(summaries, s, _limits(s.setting("limits", {}))) for s in summaries]),
        ("isolation level", levels),
        ("solver environment", [_mapping(summary.around("solver_environment", {})) for summary in summaries]),
        ("", [_of_problem(summaries, s, _reference(s)) for s in summaries]),
    ):
        for text in dict.fromkeys(text for text in texts if text):
            lines.append(f"{label}: {text}" if label else text)
    if any(isinstance(cell, Bounded) and cell.saturated for row in rows for cell in row.values()):
        lines.append("<= x: at or below the reference's own error; no ranking is implied below x")
    return lines


def _humans(runs: Iterable[tuple[Summary, Sequence[HumanRow]]]) -> list[dict[str, Cell]]:
    """Each human program once for each set of conditions, in the problem's order."""
    found: dict[tuple[str, str], dict[str, Cell]] = {}
    for summary, humans in runs:
        error = stated_error(summary.around("reference", {}))
        for row in humans:
            cells: dict[str, Cell] = {
                "problem": summary.setting("problem"),
                "who": row.name,
                "model": HUMAN,
                "verdicts": str(row.verdict),
                "wall_s": row.wall_s,
                "level": row.level,
                "reference_error": error if row.floor is None else row.floor,
                f"{row.split}_loss": _loss(row, error),
            }
            found.setdefault((row.name, row.key), cells)
    return list(found.values())


def _chosen(summary: Summary) -> dict[str, Cell]:
    """The row of the candidate that a run ended with, or has as its best so far."""
    chosen = summary.selected or summary.best
    row = {**run_row(summary), "who": "no valid candidate", "verdicts": "–", "wall_s": None}
    if chosen is None:
        return row
    what = "best candidate" if summary.selected else "best so far"
    return {**row, "who": f"{what} {chosen.id}", "verdicts": str(chosen.verdict), "wall_s": chosen.wall_s}


def _loss(result: Result | HumanRow | None, error: float | None) -> Bounded | None:
    if result is None or result.loss is None:
        return None
    return Bounded(result.loss, error if result.floor is None else result.floor)


def _rank(cell: Cell) -> float:
    return cell.value if isinstance(cell, Bounded) else float("inf")


def _of_problem(summaries: Sequence[Summary], summary: Summary, text: str) -> str:
    """Text that belongs to a problem says which, where there are several."""
    several = len({other.setting("problem") for other in summaries}) > 1
    return f"{text} ({summary.setting('problem')})" if several and text else text


def _differences(summaries: Sequence[Summary]) -> list[str]:
    """A warning for each problem whose runs were not measured on the same cases under the same limits."""
    lines = []
    for problem in dict.fromkeys(summary.setting("problem") for summary in summaries):
        own = [summary for summary in summaries if summary.setting("problem") == problem]
        for what, key in (("cases or statements", "content"), ("limits", "limits")):
            if any(summary.setting(key) != own[0].setting(key) for summary in own):
                lines.append(f"WARNING: runs of {problem} differ in {what}: such rows can't be compared")
    return lines


def _reference(summary: Summary) -> str:
    reference: Mapping[str, Any] = summary.around("reference", {})
    return reference_line(reference) if reference else ""


def _machine(values: Mapping[str, Any]) -> str:
    if not values:
        return ""
    cores = counted(values.get("cores", "?"), "core")
    return f"{values.get('processor', '?')}, {cores}, {values.get('system', '?')}"


def _limits(values: Mapping[str, Any]) -> str:
    if not values:
        return ""
    wall_s, test_s = values.get("wall_s", 0.0), values.get("test_wall_s", 0.0)
    time = f"{wall_s:g} s" if wall_s == test_s else f"{wall_s:g} s on dev, {test_s:g} s on test"
    threads = counted(values.get("threads", "?"), "core")
    return f"{time} for each case, {threads}, {values.get('memory_mib')} MiB"


def _mapping(values: Mapping[str, Any]) -> str:
    return ", ".join(f"{key} {value}" for key, value in values.items())
