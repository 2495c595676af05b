"""What stands below a table of runs: under what conditions, against what, and what its marks mean."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from solversmith.summary import Summary
from solversmith.tables.conditions import (
    LEVEL,
    ONCE,
    SIGNALS,
    Conditions,
    level_warning,
    limits_text,
    warnings,
)
from solversmith.tables.model import Bounded, Cell, Noted
from solversmith.tables.scores import reference_line, stand_ins_line

SATURATED = "<= x: at or below the reference's own error; no ranking is implied below x"


def conditions_lines(summaries: Sequence[Summary], rows: Sequence[tuple[str, Conditions]]) -> list[str]:
    """Warnings where the rows of a problem differ; then machine, limits, isolation, environment, reference.

    Parameters
    ----------
    rows
        Problem and conditions of each row.
    """
    by_problem: dict[str, dict[Conditions, None]] = {}
    for problem, conditions in rows:
        by_problem.setdefault(problem, {}).setdefault(conditions)
    every = list(dict.fromkeys(conditions for _, conditions in rows))
    lines = level_warning(every)
    for problem, own in by_problem.items():
        lines += warnings(problem, list(own))
    limits, references, given = (
        _with_problems((of(s), s.setting("problem", "")) for s in summaries)
        for of in (
            lambda s: limits_text(s.setting("limits", {})),
            _reference,
            lambda s: stand_ins_line(s.around("stand_ins", {})),
        )
    )
    for label, texts in (
        ("machine", [conditions.machine for conditions in every]),
        ("limits", limits),
        (LEVEL, sorted({conditions.level for conditions in every})),
        ("start", sorted({conditions.start for conditions in every})),
        ("solver environment", [conditions.packages for conditions in every]),
        ("", references),
        ("", given),
    ):
        for text in dict.fromkeys(text for text in texts if text):
            lines.append(f"{label}: {text}" if label else text)
    for text in dict.fromkeys(conditions.executions for conditions in every):
        if text != ONCE:
            lines.append(f"executions behind a loss: {text}")
    if any(conditions.dev_losses == SIGNALS for conditions in every):
        lines.append(f"dev losses are {SIGNALS}, test losses errors against it: they can't be compared")
    return lines


def _with_problems(said: Iterable[tuple[str, str]]) -> list[str]:
    """Each text once, with the problems that it holds for where there are several in all."""
    said = list(said)
    problems: dict[str, dict[str, None]] = {}
    for text, problem in said:
        problems.setdefault(text, {})[problem] = None
    several = len({problem for _, problem in said}) > 1
    return [f"{text} ({', '.join(named)})" if several and text else text for text, named in problems.items()]


def marks(cells: Iterable[Cell]) -> tuple[list[str], list[str]]:
    """What marked words mean, for the beginning of a caption; and what `<=` does, for its end."""
    cells = list(cells)
    noted = dict.fromkeys(cell.text for cell in cells if isinstance(cell, Noted))
    saturated = any(isinstance(cell, Bounded) and cell.saturated for cell in cells)
    return [f"* {text}" for text in noted], [SATURATED] if saturated else []


def _reference(summary: Summary) -> str:
    """With the digest of all that it is made of: two tables with one digest measure against the same."""
    reference: Mapping[str, Any] = summary.around("reference", {})
    digest = summary.setting("content", {}).get("reference")
    told = f", digest {digest}" if digest else ""
    return reference_line(reference) + told if reference else ""
