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
    several = len({summary.setting("problem") for summary in summaries}) > 1

    def of_problem(text: str, summary: Summary) -> str:
        return f"{text} ({summary.setting('problem')})" if several and text else text

    for label, texts in (
        ("machine", [conditions.machine for conditions in every]),
        ("limits", [of_problem(limits_text(s.setting("limits", {})), s) for s in summaries]),
        (LEVEL, sorted({conditions.level for conditions in every})),
        ("start", sorted({conditions.start for conditions in every})),
        ("solver environment", [conditions.packages for conditions in every]),
        ("", [of_problem(_reference(s), s) for s in summaries]),
        ("", [of_problem(stand_ins_line(s.around("stand_ins", {})), s) for s in summaries]),
    ):
        for text in dict.fromkeys(text for text in texts if text):
            lines.append(f"{label}: {text}" if label else text)
    for text in dict.fromkeys(conditions.executions for conditions in every):
        if text != ONCE:
            lines.append(f"executions behind a loss: {text}")
    if any(conditions.dev_losses == SIGNALS for conditions in every):
        lines.append(f"dev losses are {SIGNALS}, test losses errors against it: they can't be compared")
    return lines


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
