"""One program's score as a table, and the lines below it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from solversmith.contract.problem import Problem
from solversmith.floors import floor_of, stated_error
from solversmith.records.score import CaseScore, Score
from solversmith.records.verdict import Verdict
from solversmith.tables.model import Bounded, Cell, Column, Table, seconds_text

_COLUMNS = (
    Column("case", "case"),
    Column("verdict", "verdict"),
    Column("loss", "loss", "loss"),
    Column("objective", "objective", "count"),
    Column("best_known", "best known", "count"),
    Column("curve", "gap over time"),
    Column("primal_integral", "primal integral", "loss"),
    Column("wall_s", "wall", "seconds"),
)


def title_of(name: str, parameters: Mapping[str, str]) -> str:
    """A problem as one writes it on the command line."""
    tail = ",".join(f"{key}={value}" for key, value in parameters.items())
    return f"{name}:{tail}" if tail else name


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
    # What stands behind a colon or semicolon says how one value was found; `--json` has all of it.
    stated = (str(case["source"]) for case in cases if case.get("source"))
    sources = dict.fromkeys(re.split("[:;]", source)[0].strip() for source in stated)
    without = sum(case.get("best_known") is None for case in cases)
    return [*sources, *([f"{without} cases without a best-known value"] if without else [])]


def case_table(problem: Problem, split: str, score: Score) -> Table:
    """A row per case; columns that no case has anything for are left out."""
    error = stated_error(problem.reference)
    rows = [_row(case, error) for case in score.cases]
    used = {key for row in rows for key, cell in row.items() if cell is not None}
    columns = tuple(column for column in _COLUMNS if column.key in used | {"case", "verdict", "loss"})
    kept = {column.key for column in columns}
    shown = tuple({key: cell for key, cell in row.items() if key in kept} for row in rows)
    return Table(f"{title_of(problem.name, problem.parameters)} · {split}", columns, shown)


def total_line(problem: Problem, score: Score, level: str) -> str:
    """Verdict, loss and level of the whole."""
    wall_s = sum(float(case.measured.get("wall_s", 0.0)) for case in score.cases)
    loss = Column("loss", "loss", "loss").show(_bounded(problem, score))
    failed = f", {score.failed} of {len(score.cases)} cases failed" if score.failed else ""
    return f"verdict {score.verdict} · loss {loss}{failed} · {seconds_text(wall_s)} · level {level}"


def curve(points: Sequence[tuple[float, float]]) -> str:
    """An anytime program's way down, `(t_s, gap)` of its feasible solutions: first, half-way, best, last."""
    if not points:
        return ""
    lowest = min(gap for _, gap in points)
    half = (points[0][1] + lowest) / 2
    picked = [points[0]]
    for target in (half, lowest):
        picked.append(next(point for point in points if point[1] <= target))
    if points[-1][1] != lowest:
        picked.append(points[-1])
    return " → ".join(_point(*point) for point in dict.fromkeys(picked))


def _point(t_s: float, gap: float) -> str:
    return f"{100 * gap:.3g} % @ {t_s:.2g} s"


def _gaps(rows: Sequence[Sequence[Any]]) -> list[tuple[float, float]]:
    """Times and gaps of the feasible solutions in `[t_s, objective, gap]` rows."""
    return [(row[0], row[2]) for row in rows if row[2] is not None]


def _bounded(problem: Problem, score: Score) -> Bounded | None:
    if score.loss is None:
        return None
    floor = floor_of([case.metrics for case in score.cases])
    return Bounded(score.loss, stated_error(problem.reference) if floor is None else floor)


def _row(case: CaseScore, error: float | None) -> dict[str, Cell]:
    metrics = case.metrics
    floor = floor_of([metrics])
    return {
        "case": case.case,
        "verdict": str(case.verdict) + (", regressed" if metrics.get("regressed") else ""),
        "loss": None if case.loss is None else Bounded(case.loss, error if floor is None else floor),
        "objective": _number(metrics.get("objective")) if case.verdict is Verdict.OK else None,
        "best_known": _number(metrics.get("best_known")),
        "curve": curve(_gaps(case.measured.get("trajectory") or ())) or None,
        "primal_integral": _number(case.measured.get("primal_integral")),
        "wall_s": _number(case.measured.get("wall_s")),
    }


def _number(value: Any) -> float | int | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _short(value: Any) -> str:
    return f"{value:.2g}" if isinstance(value, float) else str(value)
