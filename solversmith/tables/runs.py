"""Runs and human programs as rows of one table, with a caption that says under what conditions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from solversmith.floors import stated_error
from solversmith.humans import HumanRow
from solversmith.imports import Imported
from solversmith.records.verdict import Verdict
from solversmith.summary import Result, Summary
from solversmith.tables.conditions import (
    LEVEL,
    SIGNALS,
    Conditions,
    differing,
    level_warning,
    limits_text,
    of_human,
    of_import,
    of_run,
    warnings,
)
from solversmith.tables.model import Bounded, Cell, Column, Noted, Table
from solversmith.tables.scores import reference_line, stand_ins_line

OFFLINE = "offline (no language model; derived from the human programs)"
HUMAN = "human program"
CHECKED = "imported, checked here"
CLAIMED = "claimed by somebody else and not checked (imported)"
NOT_INSTALLED = Noted(
    "not installed*",
    "not installed: a classical program's package is missing, pip install 'solversmith[baselines]'",
)

DIFFERS = "differs"
PART_COLUMNS = (Column("test_easy", "test, easy", "loss"), Column("test_hard", "test, hard", "loss"))
_DIFFERS = Column(DIFFERS, "measured with another")
COLUMNS = (
    Column("problem", "problem"),
    Column("who", "run or program"),
    Column("model", "model"),
    Column("method", "method"),
    Column("n", "n", "count"),
    Column("seed", "seed"),
    Column("dev_loss", "dev loss", "loss"),
    Column("test_loss", "test loss", "loss"),
    Column("gap", "test/dev"),
    *PART_COLUMNS,
    Column("valid_rate", "valid", "share"),
    Column("verdicts", "verdicts"),
    Column("calls", "calls", "count"),
    Column("tokens", "tokens", "count"),
    Column("usd", "USD", "usd"),
    Column("wall_s", "wall", "seconds"),
    Column("level", "level"),
    _DIFFERS,
    Column("start", "start", machine_only=True),
    Column("machine", "machine", machine_only=True),
    Column("reference_error", "reference error", "loss", machine_only=True),
    Column("program", "program", machine_only=True),
    Column("finished", "finished", machine_only=True),
)
RESULT_COLUMNS = (
    Column("who", "program"),
    Column("model", "written by"),
    Column("dev_loss", "dev loss", "loss"),
    Column("test_loss", "test loss", "loss"),
    *PART_COLUMNS,
    Column("verdicts", "verdict"),
    Column("wall_s", "its time", "seconds"),
)


@dataclass(frozen=True)
class _Row:
    cells: Mapping[str, Cell]
    conditions: Conditions


def runs_table(runs: Sequence[tuple[Summary, Sequence[HumanRow]]], imports: Sequence[Imported] = ()) -> Table:
    """One row per run, each problem's human rows and results from elsewhere below its runs.

    Nothing is averaged over runs.

    A row that was not measured as the first of its problem says in what it differs.
    """
    rows: list[_Row] = []
    named = [summary.setting("problem", "") for summary, _ in runs] + [found.problem for found in imports]
    for problem in dict.fromkeys(named):
        here = [(summary, humans) for summary, humans in runs if summary.setting("problem", "") == problem]
        own = [_Row(run_row(summary), of_run(summary)) for summary, _ in here]
        others = [_Row(_import_row(found), of_import(found)) for found in imports if found.problem == problem]
        rows += _marked([*own, *_humans(here), *others])
    return _table("", COLUMNS, [summary for summary, _ in runs], rows)


def result_table(summary: Summary, humans: Sequence[HumanRow]) -> Table:
    """The best candidate of one run beside the human programs, better ones first."""
    chosen = _Row(_chosen(summary), of_run(summary))
    rows = _marked([chosen, *_humans([(summary, humans)])])
    rows = _in_order(rows)
    return _table(str(summary.setting("problem", "")), RESULT_COLUMNS, [summary], rows)


def _marked(rows: Sequence[_Row]) -> list[_Row]:
    """The rows of one problem, each with what it differs in from the first."""
    found = [(row, differing(row.conditions, rows[0].conditions)) for row in rows]
    return [replace(row, cells={**row.cells, DIFFERS: what}) if what else row for row, what in found]


def _table(
    title: str, columns: Sequence[Column], summaries: Sequence[Summary], rows: Sequence[_Row]
) -> Table:
    """The rows under these columns, and the one that says where they differ if any does."""
    # Parts stand where some run was tested on several; a machine finds the columns in any case.
    empty = {c.key for c in PART_COLUMNS if not any(row.cells.get(c.key) is not None for row in rows)}
    columns = [replace(c, machine_only=True) if c.key in empty else c for c in columns]
    keys = {column.key for column in columns}
    if DIFFERS not in keys and any(DIFFERS in row.cells for row in rows):
        columns, keys = [*columns, _DIFFERS], {*keys, DIFFERS}
    elif not any(DIFFERS in row.cells for row in rows):
        columns = [replace(c, machine_only=True) if c.key == DIFFERS else c for c in columns]
    cells = tuple({key: cell for key, cell in row.cells.items() if key in keys} for row in rows)
    return Table(title, tuple(columns), cells, tuple(_caption(summaries, rows)))


def run_row(summary: Summary) -> dict[str, Cell]:
    """A run as a row."""
    error = stated_error(summary.around("reference", {}))
    counts = ", ".join(f"{count} {verdict}" for verdict, count in summary.verdicts.items())
    chosen, total = summary.selected or summary.best, summary.ledger.total
    return {
        "problem": summary.setting("problem"),
        "who": summary.name,
        "model": model_text(str(summary.setting("model", "")), "" if chosen is None else chosen.model),
        "method": summary.setting("method"),
        "n": summary.setting("candidates"),
        "seed": str(summary.setting("seed", "")),
        "dev_loss": _loss(chosen, error),
        "test_loss": _loss(summary.test, error),
        "gap": None if summary.gap is None else summary.gap.short,
        **_parts(summary.test),
        "valid_rate": summary.valid / summary.candidates if summary.candidates else None,
        "verdicts": counts if summary.finished else f"{counts} (not finished)".lstrip(),
        "calls": total.completed,
        "tokens": total.tokens,
        "usd": None if total.unpriced else total.usd,
        "wall_s": summary.wall_s,
        **_how(of_run(summary)),
        "reference_error": error if chosen is None or chosen.floor is None else chosen.floor,
        "program": None if chosen is None else chosen.program,
        "finished": "yes" if summary.finished else "no",
    }


def _import_row(found: Imported) -> dict[str, Cell]:
    """Results from elsewhere as a row."""
    failed = f"{found.failed} of {len(found.cases)} failed or missing" if found.failed else ""
    parts = found.parts if found.split == "test" else {}
    return {
        "problem": found.problem,
        "who": found.name,
        "model": CHECKED if found.verified else Noted("claimed*", CLAIMED),
        f"{found.split}_loss": None if found.loss is None else Bounded(found.loss),
        **{f"test_{name}": part["loss"] for name, part in parts.items() if name in ("easy", "hard")},
        "verdicts": ", ".join(filter(None, [str(found.verdict), failed])),
        "wall_s": found.wall_s,
        **_how(of_import(found)),
        "finished": "yes",
    }


def _parts(result: Result | None) -> dict[str, Cell]:
    parts = {} if result is None else result.parts
    return {f"test_{name}": part["loss"] for name, part in parts.items() if name in ("easy", "hard")}


def _how(conditions: Conditions) -> dict[str, Cell]:
    return {"level": conditions.level, "start": conditions.start, "machine": conditions.machine or None}


def model_text(model: str, member: str = "") -> str | Noted:
    """The model's name, with a plain word where it, or the member of it that wrote the program, is none."""
    return Noted(f"{model}*", OFFLINE) if "offline" in (model, member) else model


def _caption(summaries: Sequence[Summary], rows: Sequence[_Row]) -> list[str]:
    """Warnings where rows differ; machine, limits, isolation, solver environment and reference."""
    cells = [cell for row in rows for cell in row.cells.values()]
    noted = dict.fromkeys(cell.text for cell in cells if isinstance(cell, Noted))
    lines = [*(f"* {text}" for text in noted), *level_warning(row.conditions for row in rows)]
    for problem in dict.fromkeys(row.cells["problem"] for row in rows):
        own = [row.conditions for row in rows if row.cells["problem"] == problem]
        lines += warnings(str(problem), own)
    every = [row.conditions for row in rows]
    for label, texts in (
        ("machine", [conditions.machine for conditions in every]),
        ("limits", [_of_problem(summaries, s, limits_text(s.setting("limits", {}))) for s in summaries]),
        (LEVEL, sorted({conditions.level for conditions in every})),
        ("start", sorted({conditions.start for conditions in every})),
        ("solver environment", [conditions.packages for conditions in every]),
        ("", [_of_problem(summaries, s, _reference(s)) for s in summaries]),
        ("", [_of_problem(summaries, s, stand_ins_line(s.around("stand_ins", {}))) for s in summaries]),
    ):
        for text in dict.fromkeys(text for text in texts if text):
            lines.append(f"{label}: {text}" if label else text)
    if any(isinstance(cell, Bounded) and cell.saturated for cell in cells):
        lines.append("<= x: at or below the reference's own error; no ranking is implied below x")
    if any(conditions.dev_losses == SIGNALS for conditions in every):
        lines.append(f"dev losses are {SIGNALS}, test losses errors against it: they can't be compared")
    if any(str(row.cells.get("gap") or "").endswith("!") for row in rows):
        lines.append("!: the test loss is more than 3 times the dev loss")
    return lines


def _humans(runs: Iterable[tuple[Summary, Sequence[HumanRow]]]) -> list[_Row]:
    """Each human program once for each set of conditions, in the problem's order."""
    found: dict[tuple[str, str, Conditions], _Row] = {}
    for summary, humans in runs:
        error = stated_error(summary.around("reference", {}))
        for row in humans:
            lacks = row.verdict is Verdict.IMPORT_ERROR  # what comes with a problem imports nothing else
            conditions = of_human(row, of_run(summary))
            cells: dict[str, Cell] = {
                "problem": summary.setting("problem"),
                "who": row.name,
                "model": HUMAN,
                "verdicts": NOT_INSTALLED if lacks else str(row.verdict),
                "wall_s": None if lacks else row.wall_s,
                **_how(conditions),
                "reference_error": error if row.floor is None else row.floor,
                f"{row.split}_loss": _loss(row, error),
            }
            found.setdefault((row.name, row.key, conditions), _Row(cells, conditions))
    return list(found.values())


def _chosen(summary: Summary) -> dict[str, Cell]:
    """The row of the candidate that a run ended with, or has as its best so far."""
    chosen = summary.selected or summary.best
    row = {**run_row(summary), "who": "no valid candidate", "verdicts": "–", "wall_s": None}
    if chosen is None:
        return row
    what = "best candidate" if summary.selected else "best so far"
    if chosen.model:
        row["model"] = model_text(chosen.model)
    return {**row, "who": f"{what} {chosen.id}", "verdicts": str(chosen.verdict), "wall_s": chosen.wall_s}


def _loss(result: Result | HumanRow | None, error: float | None) -> Bounded | None:
    if result is None or result.loss is None:
        return None
    return Bounded(result.loss, error if result.floor is None else result.floor)


def _in_order(rows: Sequence[_Row]) -> list[_Row]:
    """Better dev losses first; of those that differ by no more than the reference's error, the quicker."""
    waiting = sorted(rows, key=lambda row: _value(row.cells.get("dev_loss")))
    done: list[_Row] = []
    while waiting and _value(waiting[0].cells.get("dev_loss")) < float("inf"):
        best = waiting[0].cells.get("dev_loss")
        most = _value(best) + ((best.floor or 0.0) if isinstance(best, Bounded) else 0.0)
        equal = [row for row in waiting if _value(row.cells.get("dev_loss")) <= most]
        done += sorted(equal, key=lambda row: _value(row.cells.get("wall_s")))
        waiting = waiting[len(equal) :]
    return [*done, *waiting]


def _value(cell: Cell) -> float:
    number = cell.value if isinstance(cell, Bounded) else cell
    return float(number) if isinstance(number, int | float) else float("inf")


def _of_problem(summaries: Sequence[Summary], summary: Summary, text: str) -> str:
    """Text that belongs to a problem says which, where there are several."""
    several = len({other.setting("problem") for other in summaries}) > 1
    return f"{text} ({summary.setting('problem')})" if several and text else text


def _reference(summary: Summary) -> str:
    reference: Mapping[str, Any] = summary.around("reference", {})
    return reference_line(reference) if reference else ""
