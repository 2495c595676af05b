"""Search methods on one budget: from runs to one table a problem, with intervals over seeds. Pure."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from solversmith.ranking import beats
from solversmith.records.run import Record
from solversmith.stats.intervals import Interval, median_interval
from solversmith.stats.of_run import costs_of, steps_of
from solversmith.stats.paired import holm
from solversmith.stats.sequential import best_at_budget, curve
from solversmith.summary import Summary
from solversmith.tables.captions import conditions_lines
from solversmith.tables.conditions import of_run
from solversmith.tables.model import Bounded, Cell, Column, Table

BASELINE = "best-of-n"
COLUMNS = (
    Column("method", "method"),
    Column("runs", "runs", "count"),
    Column("dev", "dev, median", "loss"),
    Column("dev_between", "between"),
    Column("test", "test, median", "loss"),
    Column("test_between", "between"),
    Column("solved", "solved", "share"),
    Column("record", f"against {BASELINE}"),
    Column("p", "p"),
    Column("p_holm", "p, Holm"),
    Column("spent", "of the budget", "share"),
    Column("programs", "programs", "count"),
    Column("problem", "problem", machine_only=True),
    Column("test_low", "test, low", "loss", machine_only=True),
    Column("test_high", "test, high", "loss", machine_only=True),
)


@dataclass(frozen=True)
class RunCell:
    """One run: what it had reached when the budget was spent, and what that was worth on test.

    `None` among losses: nothing had solved every case. `floor` is the error of the reference.
    """

    problem: str
    method: str
    seed: int
    dev: float | None
    test: float | None
    spent: float
    programs: int
    floor: float | None = None
    summary: Summary | None = None  # of the run, for the conditions that stand below a table


def cell_of(summary: Summary, records: Collection[Record], method: str, unit: str, amount: float) -> RunCell:
    """A run that is over, as a cell. What is asked for behind its last program is spent, too."""
    steps = steps_of(records, unit)
    spent = math.fsum(float(getattr(cost, unit) or 0.0) for cost in costs_of(records).values())
    test, chosen = summary.test, summary.selected
    solved = test is not None and test.failed == 0
    return RunCell(
        problem=str(summary.setting("problem")),
        method=method,
        seed=int(summary.setting("seed", 0)),
        dev=best_at_budget(curve(steps), amount),
        test=test.loss if test is not None and solved else None,
        spent=spent,
        programs=summary.candidates,
        floor=None if chosen is None else chosen.floor,
        summary=summary,
    )


def tables(cells: Sequence[RunCell], budget: str, amount: float) -> list[Table]:
    """A table for each problem, methods in the order of their median on test."""
    return [
        _table(problem, [cell for cell in cells if cell.problem == problem], budget, amount)
        for problem in dict.fromkeys(cell.problem for cell in cells)
    ]


def as_one(found: Sequence[Table]) -> Table:
    """All rows under one heading, for machines: each says its problem."""
    lines = dict.fromkeys(line for table in found for line in (table.title, *table.caption))
    return Table("", COLUMNS, tuple(row for table in found for row in table.rows), tuple(lines))


def sign_test(wins: int, losses: int) -> float:
    """The exact two-sided p of so many wins and losses, if either were as likely. 1 without any."""
    from scipy.stats import binomtest

    return float(binomtest(wins, wins + losses).pvalue) if wins + losses else 1.0


def paired(one: Mapping[int, RunCell], other: Mapping[int, RunCell]) -> tuple[int, int, int]:
    """Seeds on which `one` is better on test, worse, and equal as far as the reference can tell."""
    counts = [0, 0, 0]
    for seed in one.keys() & other.keys():
        a, b = one[seed], other[seed]
        error = max(a.floor or 0.0, b.floor or 0.0)
        left, right = ((1, math.inf) if cell.test is None else (0, cell.test) for cell in (a, b))
        counts[0 if beats(left, right, error) else 1 if beats(right, left, error) else 2] += 1
    return counts[0], counts[1], counts[2]


def _table(problem: str, cells: Sequence[RunCell], budget: str, amount: float) -> Table:
    by_method: dict[str, dict[int, RunCell]] = {}
    for cell in cells:
        by_method.setdefault(cell.method, {})[cell.seed] = cell
    baseline = by_method.get(BASELINE, {})
    rows = [_row(found, amount) for found in by_method.values()]
    if baseline:
        others = [row for row in rows if row["method"] != BASELINE]
        _compare(others, [paired(by_method[str(row["method"])], baseline) for row in others])
    rows.sort(key=_order)
    seeds = sorted({cell.seed for cell in cells})
    summaries = [cell.summary for cell in cells if cell.summary is not None]
    return Table(
        f"{problem}, {budget}, {len(seeds)} seeds",
        COLUMNS,
        tuple(rows),
        (
            "between: a 95 % interval of the median over seeds (order statistics), where there are enough",
            *(_what_is_compared(len(by_method) - 1, len(seeds)) if baseline else ()),
            "dev: the best that was known when the budget was spent; test: of the program that was chosen",
            *conditions_lines(summaries, [(problem, of_run(summary)) for summary in summaries]),
        ),
    )


def _what_is_compared(tests: int, seeds: int) -> list[str]:
    if tests < 1:
        return []
    least = sign_test(seeds, 0)
    return [
        f"against {BASELINE}: seeds won, lost and equal on test; p: exact sign test, and corrected for "
        f"{tests} tests (Holm); of {seeds} seeds p is {least:.2g} at least, and corrected "
        f"{min(1.0, tests * least):.2g} for a method that alone wins or loses them all"
    ]


def _compare(rows: Sequence[dict[str, Cell]], counts: Sequence[tuple[int, int, int]]) -> None:
    values = [sign_test(won, lost) for won, lost, _ in counts]
    for row, (won, lost, equal), p, corrected in zip(rows, counts, values, holm(values), strict=True):
        row |= {"record": f"{won} : {lost} ({equal})", "p": f"{p:.3f}", "p_holm": f"{corrected:.3f}"}


def _row(found: Mapping[int, RunCell], amount: float) -> dict[str, Cell]:
    cells = [found[seed] for seed in sorted(found)]
    dev, test = (median_interval([getattr(cell, split) for cell in cells]) for split in ("dev", "test"))
    floor = max((cell.floor or 0.0 for cell in cells), default=0.0) or None
    return {
        "method": cells[0].method,
        "problem": cells[0].problem,
        "runs": len(cells),
        "dev": _bounded(dev.value, floor),
        "dev_between": _between(dev),
        "test": _bounded(test.value, floor),
        "test_between": _between(test),
        "solved": sum(cell.test is not None for cell in cells) / len(cells),
        "spent": math.fsum(cell.spent for cell in cells) / len(cells) / amount,
        "programs": round(sum(cell.programs for cell in cells) / len(cells), 1),
        "test_low": test.low,
        "test_high": test.high,
    }


def _order(row: Mapping[str, Cell]) -> tuple[float, float, str]:
    keys = []
    for name in ("test", "dev"):
        cell = row.get(name)
        keys.append(cell.value if isinstance(cell, Bounded) else math.inf)
    return keys[0], keys[1], str(row["method"])


def _bounded(value: float | None, floor: float | None) -> Bounded | None:
    return None if value is None else Bounded(value, floor)


def _between(found: Interval) -> str | None:
    if found.low is None:
        return None
    high = "failure" if found.high is None else f"{found.high:.3g}"
    return f"{found.low:.3g} .. {high}"
