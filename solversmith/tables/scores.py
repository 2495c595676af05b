"""One program's score as a table, and the lines below it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from solversmith.contract.problem import Problem
from solversmith.records.score import CaseScore, Score
from solversmith.records.verdict import Verdict
from solversmith.tables.model import Bounded, Cell, Column, Table, loss_text, seconds_text

_COLUMNS = (
    Column("case", "case"),
    Column("verdict", "verdict"),
    Column("loss", "loss", "loss"),
    Column("objective", "objective", "count"),
    Column("best_known", "best known", "count"),
    Column("curve", "gap over time"),
    Column("wall_s", "wall", "seconds"),
)


def title_of(name: str, parameters: Mapping[str, str]) -> str:
    """A problem as one writes it on the command line."""
    tail = ",".join(f"{key}={value}" for key, value in parameters.items())
    return f"{name}:{tail}" if tail else name


def reference_error(reference: Mapping[str, Any]) -> float | None:
    """The reference's own error, where it is known."""
    error = reference.get("error")
    return float(error) if isinstance(error, int | float) else None


def reference_line(reference: Mapping[str, Any]) -> str:
    """What losses are measured against, in one line; lists of cases become their sources."""
    simple = {key: value for key, value in reference.items() if not isinstance(value, Mapping | list | tuple)}
    parts = [str(simple.pop("kind"))] if "kind" in simple else []
    parts += [f"{key} {_short(value)}" for key, value in simple.items() if value not in (None, "")]
    cases = reference.get("cases")
    if isinstance(cases, Mapping):
        parts += _sources([case for split in cases.values() for case in split])
    return "reference: " + ", ".join(parts)


def _sources(cases: Sequence[Mapping[str, Any]]) -> list[str]:
    """Where best-known values come from, and how many cases have none."""
    sources = dict.fromkeys(str(case["source"]) for case in cases if case.get("source"))
    without = sum(case.get("best_known") is None for case in cases)
    return [*sources, *([f"{without} cases without a best-known value"] if without else [])]


def case_table(problem: Problem, split: str, score: Score) -> Table:
    """A row per case; columns that no case has anything for are left out."""
    floor = reference_error(problem.reference)
    rows = [_row(case, floor) for case in score.cases]
    used = {key for row in rows for key, cell in row.items() if cell is not None}
    columns = tuple(column for column in _COLUMNS if column.key in used | {"case", "verdict", "loss"})
    kept = {column.key for column in columns}
    shown = tuple({key: cell for key, cell in row.items() if key in kept} for row in rows)
    return Table(f"{title_of(problem.name, problem.parameters)} · {split}", columns, shown)


def total_line(problem: Problem, score: Score, level: str) -> str:
    """Verdict, loss and level of the whole."""
    wall_s = sum(float(case.measured.get("wall_s", 0.0)) for case in score.cases)
    loss = "none" if score.loss is None else Column("", "", "loss").show(_bounded(problem, score.loss))
    failed = f", {score.failed} of {len(score.cases)} cases failed" if score.failed else ""
    return f"verdict {score.verdict} · loss {loss}{failed} · {seconds_text(wall_s)} · level {level}"


def curve(trajectory: Sequence[Sequence[float]]) -> str:
    """An anytime program's way to its last solution, in one line: time and gap at a few steps."""
    if not trajectory:
        return ""
    steps = max(1, (len(trajectory) - 1) // 3)
    picked = [*trajectory[:-1:steps][:3], trajectory[-1]] if len(trajectory) > 1 else trajectory
    return " → ".join(f"{loss_text(float(gap))} @ {float(t_s):.2g} s" for t_s, gap in picked)


def _gaps(rows: Sequence[Sequence[Any]]) -> list[tuple[float, float]]:
    """Times and gaps of the feasible solutions in `[t_s, objective, gap]` rows."""
    return [(row[0], row[2]) for row in rows if row[2] is not None]


def _bounded(problem: Problem, loss: float) -> Bounded:
    return Bounded(loss, reference_error(problem.reference))


def _row(case: CaseScore, floor: float | None) -> dict[str, Cell]:
    metrics = case.metrics
    wall_s = case.measured.get("wall_s")
    return {
        "case": case.case,
        "verdict": str(case.verdict),
        "loss": None if case.loss is None else Bounded(case.loss, floor),
        "objective": _number(metrics.get("objective")) if case.verdict is Verdict.OK else None,
        "best_known": _number(metrics.get("best_known")),
        "curve": curve(_gaps(metrics.get("trajectory") or ())) or None,
        "wall_s": _number(wall_s),
    }


def _number(value: Any) -> float | int | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _short(value: Any) -> str:
    return f"{value:.2g}" if isinstance(value, float) else str(value)
