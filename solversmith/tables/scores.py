"""One program's score as a table, and the lines below it."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

from solversmith.contract.problem import Problem
from solversmith.floors import floor_of, stated_error
from solversmith.records.score import CaseScore, Score, by_part
from solversmith.records.verdict import Verdict
from solversmith.tables.model import Bounded, Cell, Column, Table, counted, loss_text, seconds_text

_COLUMNS = (
    Column("case", "case"),
    Column("verdict", "verdict"),
    Column("loss", "loss", "loss"),
    Column("objective", "objective", "count"),
    Column("best_known", "best known", "count"),
    Column("convention", "convention"),
    Column("published_score", "published score", "loss"),
    Column("curve", "gap over time"),
    Column("primal_integral", "primal integral", "loss"),
    Column("time_to_1_percent_s", "to 1 %", "seconds"),
    Column("par2_1_percent_s", "PAR-2 (1 %)", "seconds", machine_only=True),
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
    # What stands behind a colon, semicolon or comma says how one value was found; `--json` has all of it.
    stated = (str(case["source"]) for case in cases if case.get("source"))
    sources = dict.fromkeys(re.split("[:;,]", source)[0].strip() for source in stated)
    without = sum(case.get("best_known") is None for case in cases)
    return [*sources, *([f"{without} cases without a best-known value"] if without else [])]


def stand_ins_line(stand_ins: Mapping[str, Any]) -> str:
    """That some dev cases are measured against a human program, and how many; empty if none are."""
    if not stand_ins:
        return ""
    programs = ", ".join(sorted({str(one["program"]) for one in stand_ins.values()}))
    return (
        f"{counted(len(stand_ins), 'dev case')} without a best-known value: measured against the best human "
        f"program's objective ({programs})"
    )


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


def mean_lines(problem: Problem, score: Score) -> list[str]:
    """Easy and hard apart, where the split has both, and the means over time; nothing for other problems."""
    lines = []
    parts = by_part(score, problem.failure_loss)
    if parts:
        lines.append(" · ".join(_part_text(name, part) for name, part in parts.items()))
    without = sum(case.verdict is Verdict.OK and case.loss is None for case in score.cases)
    if without:
        lines.append(f"{counted(without, 'case')} without a best-known value: left out of every mean")
    measured = [case for case in score.cases if case.verdict is not Verdict.OK or case.loss is not None]
    if any(_number(case.measured.get("primal_integral")) is not None for case in measured):
        lines.append(_over_time(measured))
    return lines


def _over_time(cases: Sequence[CaseScore]) -> str:
    """Means in which a case without any solution counts 1, and twice its limit."""
    integral = math.fsum(_or(case.measured.get("primal_integral"), 1.0) for case in cases) / len(cases)
    par2_s = math.fsum(_par2_s(case) for case in cases) / len(cases)
    reached = sum(_number(case.measured.get("time_to_1_percent_s")) is not None for case in cases)
    return (
        f"mean primal integral {loss_text(integral)} · a gap of 1 % reached in {reached} of "
        f"{counted(len(cases), 'case')}, PAR-2 {seconds_text(par2_s)}"
    )


def _par2_s(case: CaseScore) -> float:
    limit_s = _or(case.measured.get("limit_s"), 0.0)
    return _or(case.measured.get("par2_1_percent_s"), 2 * limit_s)


def _part_text(name: str, part: Score) -> str:
    loss = "none" if part.loss is None else loss_text(part.loss)
    failed = f", {part.failed} failed" if part.failed else ""
    return f"{name}: loss {loss} ({counted(len(part.cases), 'case')}{failed})"


def _or(value: Any, otherwise: float) -> float:
    number = _number(value)
    return otherwise if number is None else float(number)


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
        "convention": metrics.get("convention"),
        "published_score": _number(metrics.get("published_score")),
        "curve": curve(_gaps(case.measured.get("trajectory") or ())) or None,
        "primal_integral": _number(case.measured.get("primal_integral")),
        "time_to_1_percent_s": _to_target(case),
        "par2_1_percent_s": _number(case.measured.get("par2_1_percent_s")),
        "wall_s": _number(case.measured.get("wall_s")),
    }


def _to_target(case: CaseScore) -> Cell:
    if _number(case.measured.get("par2_1_percent_s")) is None:  # there was nothing to reach
        return None
    reached_s = _number(case.measured.get("time_to_1_percent_s"))
    return "not reached" if reached_s is None else reached_s


def _number(value: Any) -> float | int | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _short(value: Any) -> str:
    return f"{value:.2g}" if isinstance(value, float) else str(value)
