"""Runs and human programs as rows of one table, with a caption that says under what conditions."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from solversmith.candidates import best_of_k, funnel, losses_of
from solversmith.errors import UsageError
from solversmith.floors import stated_error
from solversmith.humans import HumanRow
from solversmith.imports import Imported
from solversmith.records.verdict import Verdict
from solversmith.summary import Result, Summary
from solversmith.tables.captions import conditions_lines, marks
from solversmith.tables.conditions import Conditions, differing, of_human, of_import, of_run
from solversmith.tables.model import Bounded, Cell, Column, Noted, Table

OFFLINE = "offline (no language model; derived from the human programs)"
HUMAN = "human program"
SIMPLE = "simple"
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
    Column("median_loss", "median", "loss", machine_only=True),
    Column("valid_rate", "valid", "share"),
    Column("funnel", "asked > code > runs > valid > good", machine_only=True),
    Column("verdicts", "verdicts"),
    Column("calls", "calls", "count"),
    Column("tokens", "tokens", "count"),
    Column("usd", "USD", "usd"),
    Column("wall_s", "wall", "seconds"),
    Column("cpu_s", "CPU", "seconds"),
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


def runs_table(
    runs: Sequence[tuple[Summary, Sequence[HumanRow]]],
    imports: Sequence[Imported] = (),
    *,
    at: Sequence[int] = (),
    shown: Sequence[str] = (),
) -> Table:
    """One row per run, each problem's human rows and results from elsewhere below its runs.

    Nothing is averaged over runs. A row that was not measured as the first of its problem says in what it
    differs.

    Parameters
    ----------
    at
        Numbers of candidates of whose best there is a column `best@K`.
    shown
        Keys of the columns that people see, in this order; by default the usual ones and those of `at`.

    Raises
    ------
    UsageError
        A column that there is not.
    """
    columns = _columns(at, shown)
    rows: list[_Row] = []
    named = [summary.setting("problem", "") for summary, _ in runs] + [found.problem for found in imports]
    for problem in dict.fromkeys(named):
        here = [(summary, humans) for summary, humans in runs if summary.setting("problem", "") == problem]
        own = [_Row({**run_row(s, rows_of), **_best_at(s, at)}, of_run(s)) for s, rows_of in here]
        others = [_Row(_import_row(found), of_import(found)) for found in imports if found.problem == problem]
        rows += _marked([*own, *_humans(here), *others])
    return _table("", columns, [summary for summary, _ in runs], rows)


def _columns(at: Sequence[int], shown: Sequence[str]) -> list[Column]:
    """The columns, those that were asked for first."""
    place = next(index for index, column in enumerate(COLUMNS) if column.key == "median_loss")
    best = [Column(f"best@{k}", f"best@{k}", "loss") for k in dict.fromkeys(at)]
    every = [*COLUMNS[:place], *best, *COLUMNS[place:]]
    if not shown:
        return every
    by_key = {column.key: column for column in every}
    if unknown := [key for key in shown if key not in by_key]:
        raise UsageError(f"there is no column {unknown[0]!r}; known: {', '.join(by_key)}")
    first = [replace(by_key[key], machine_only=False) for key in dict.fromkeys(shown)]
    return [*first, *(replace(c, machine_only=True) for c in every if c.key not in shown)]


def _best_at(summary: Summary, at: Sequence[int]) -> dict[str, Cell]:
    error = stated_error(summary.around("reference", {}))
    floor = error if summary.best is None or summary.best.floor is None else summary.best.floor
    found = {k: best_of_k(summary.every, k, summary.failure_loss, summary.independent) for k in at}
    return {f"best@{k}": None if loss is None else Bounded(loss, floor) for k, loss in found.items()}


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
    else:  # whoever chooses the columns is told where rows differ
        alike = not any(DIFFERS in row.cells for row in rows)
        columns = [replace(c, machine_only=alike) if c.key == DIFFERS else c for c in columns]
    cells = tuple({key: cell for key, cell in row.cells.items() if key in keys} for row in rows)
    return Table(title, tuple(columns), cells, tuple(_caption(summaries, rows)))


def run_row(summary: Summary, humans: Sequence[HumanRow] = ()) -> dict[str, Cell]:
    """A run as a row; the human program `simple` says what a good candidate is."""
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
        "median_loss": _median(summary, error),
        "valid_rate": summary.valid / summary.candidates if summary.candidates else None,
        "funnel": str(funnel(summary.every, good_loss(humans))) if summary.every else None,
        "verdicts": counts if summary.finished else f"{counts} (not finished)".lstrip(),
        "calls": total.completed,
        "tokens": total.tokens,
        "usd": None if total.unpriced else total.usd,
        "wall_s": summary.wall_s,
        "cpu_s": summary.cpu_s,
        **_how(of_run(summary)),
        "reference_error": error if chosen is None or chosen.floor is None else chosen.floor,
        "program": None if chosen is None else chosen.program,
        "finished": "yes" if summary.finished else "no",
    }


def good_loss(humans: Sequence[HumanRow]) -> float | None:
    """What a candidate must reach on dev to be good: the loss of the human program `simple`."""
    simple = (row for row in humans if row.name == SIMPLE and row.split == "dev" and not row.failed)
    return next((row.loss for row in simple), None)


def _median(summary: Summary, error: float | None) -> Bounded | None:
    """Over candidates, failures included."""
    if not summary.every:
        return None
    best = summary.best
    floor = error if best is None or best.floor is None else best.floor
    return Bounded(statistics.median(losses_of(summary.every, summary.failure_loss)), floor)


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
    """What marks mean, warnings where rows differ, conditions and reference."""
    noted, saturated = marks(cell for row in rows for cell in row.cells.values())
    lines = [*noted, *conditions_lines(summaries, [(str(r.cells["problem"]), r.conditions) for r in rows])]
    lines += saturated
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
