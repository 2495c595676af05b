"""Tables of solvers: one row per problem and solver, and any value as a grid."""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping, Sequence
from typing import Final

from solversmith.candidates import best_of_k, funnel
from solversmith.comparison.entries import Entry
from solversmith.comparison.groups import Group, Grouped
from solversmith.comparison.values import (
    CASE_FAILED,
    DEV_ONLY,
    NO_RUN,
    NOT_TESTED,
    NOTHING_VALID,
    UNFINISHED,
    Value,
    is_loss,
    measure,
)
from solversmith.errors import UsageError
from solversmith.stats import Interval, mean_interval, median_interval, ranks
from solversmith.tables.captions import conditions_lines, marks
from solversmith.tables.model import Bounded, Cell, Column, Noted, Table, loss_text
from solversmith.tables.runs import HUMAN, model_text

AXES: Final = ("problem", "parameters", "solver", "model", "method", "n", "seed")
_SHORT: Final[Mapping[str, str]] = {
    NOT_TESTED: "untested*",
    UNFINISHED: "running*",
    DEV_ONLY: "dev only*",
    NO_RUN: "no run*",
    NOTHING_VALID: "failed*",
    CASE_FAILED: "case failed*",
}
_FIRST = (
    Column("problem", "problem"),
    Column("solver", "solver"),
    Column("model", "written by"),
    Column("method", "method", machine_only=True),
    Column("n", "n", "count", machine_only=True),
    Column("seeds", "seeds", "count"),
)
_LAST = (
    Column("valid_rate", "valid", "share"),
    Column("funnel", "asked > code > runs > valid > good"),
    Column("calls", "calls", "count"),
    Column("tokens", "tokens", "count"),
    Column("usd", "USD", "usd"),
    Column("wall_s", "wall", "seconds"),
    Column("cpu_s", "CPU", "seconds"),
    Column("level", "level"),
    Column("differs", "measured with another"),
    Column("seed_list", "seed list", machine_only=True),
    Column("good_loss", "good loss", "loss", machine_only=True),
)


def overview(found: Grouped, value: str = "test", at: Sequence[int] = ()) -> Table:
    """One row per problem and solver; costs are means over its runs, losses medians over its seeds.

    `value` is what the rank is made of: within a problem, among rows measured alike, losses that differ by no
    more than the reference's error sharing one. Nothing is averaged over problems or conditions.
    """
    columns = _columns(found, value, at)
    keys = {column.key for column in columns}
    rows = []
    for problem in found.problems:
        groups = [group for group in found.groups if group.problem == problem]
        for group, rank in zip(groups, _ranks(groups, value), strict=True):
            row = {**_row(group, value, at), "rank": rank}
            rows.append({key: cell for key, cell in row.items() if key in keys})
    title = f"{value} loss by solver" if is_loss(value) else f"{value} by solver"
    return Table(title, columns, tuple(rows), tuple(_caption(found, rows)))


def grid(
    found: Grouped, value: str, rows: Sequence[str], columns: Sequence[str], *, alone: bool = True
) -> Table:
    """A value as a grid: the median over all runs of a cell, which must have been measured alike.

    Parameters
    ----------
    alone
        Whether its caption has to state the conditions; beside an overview it need not.

    Raises
    ------
    UsageError
        An axis that there is not, or one that is both row and column.
    """
    for name in (*rows, *columns):
        if name not in AXES:
            raise UsageError(f"{name!r} is no axis of a table; known: {', '.join(AXES)}")
    if not rows or not columns or set(rows) & set(columns):
        raise UsageError("a grid needs rows and columns, and no axis is both")
    take = measure(value)
    cells: dict[tuple[str, ...], dict[tuple[str, ...], list[tuple[Group, Value]]]] = {}
    for group in found.groups:
        for entry in group.entries:
            places = [tuple(_axis(group, entry, name) for name in names) for names in (rows, columns)]
            here = cells.setdefault(places[0], {}).setdefault(places[1], [])
            here.append((group, take(entry)))
    heads = list(dict.fromkeys(place for row in cells.values() for place in row))
    style = _style(value)
    own = [Column(name, name) for name in rows]
    keys = _keys(heads, rows)
    own += [Column(keys[head], _titled(head), style) for head in heads]
    body = tuple(
        {
            **dict(zip(rows, place, strict=True)),
            **{keys[head]: _grid_cell(row.get(head, []), value) for head in heads},
        }
        for place, row in cells.items()
    )
    title = f"{value}: median over runs"
    noted, saturated = marks(cell for row in body for cell in row.values())
    caption = _caption(found, body) if alone else [*noted, *saturated]
    if any(len({group.solver for group, _ in here}) > 1 for row in cells.values() for here in row.values()):
        caption.insert(0, "WARNING: a cell holds runs of several solvers; --rows solver tells them apart")
    return Table(title, tuple(own), body, tuple(caption))


def _keys(heads: Sequence[tuple[str, ...]], rows: Sequence[str]) -> dict[tuple[str, ...], str]:
    """The key of each column is its title, as CSV has no other heading; numbered where two are alike."""
    titles = list(map(_titled, heads))
    return {
        head: title
        if titles.count(title) == 1 and title and title not in rows
        else f"{title} c{index}".strip()
        for index, (head, title) in enumerate(zip(heads, titles, strict=True))
    }


def _titled(head: tuple[str, ...]) -> str:
    return " · ".join(filter(None, head))


def missing(why: str) -> Noted:
    """A cell without a number, and why there is none."""
    return Noted(_SHORT.get(why, "none*"), why)


def _columns(found: Grouped, value: str, at: Sequence[int]) -> tuple[Column, ...]:
    compared = (
        Column("rank", "rank", "rank"),
        Column("best_dev", "best dev", "loss"),
        Column("value", f"{value}, median", _style(value)),
        Column("interval", "95 % of it"),
        Column("low", "low", machine_only=True),
        Column("high", "high", machine_only=True),
        Column("mean", "mean", _style(value), machine_only=True),
        Column("failures", "failures", "count", machine_only=True),
    )
    best = [Column(f"best@{k}", f"best@{k}", "loss") for k in dict.fromkeys(at)]
    alike = not any(group.differs for group in found.groups)
    last = [Column(c.key, c.title, c.style, machine_only=alike) if c.key == "differs" else c for c in _LAST]
    return (*_FIRST, *compared, *best, *last)


def _row(group: Group, value: str, at: Sequence[int]) -> dict[str, Cell]:
    first = group.entries[0]
    values = [measure(value)(entry) for entry in group.entries]
    middle = over_seeds(values)
    row: dict[str, Cell] = {
        "problem": group.problem,
        "solver": group.solver,
        "model": HUMAN if group.human else model_text(first.setting("model")),
        "seeds": None if group.human else len(group.entries),
        "value": _value_cell(values, middle, value),
        "interval": _interval_text(middle),
        "low": middle.low,
        "high": middle.high,
        "mean": _mean(values),
        "failures": sum(one.failed for one in values),
        "level": first.conditions.level,
        "differs": group.differs or None,
        "seed_list": " ".join(group.seeds) or None,
        "good_loss": group.good,
        "wall_s": first.human.wall_s if first.human is not None else None,
        "best_dev": _best_dev(group),
    }
    if not group.human:
        row |= _of_runs(group, at)
    return row


def _of_runs(group: Group, at: Sequence[int]) -> dict[str, Cell]:
    """What only runs have: costs as means over them, candidates of all of them together."""
    runs = [entry.summary for entry in group.entries if entry.summary is not None]
    every = [one for run in runs for one in run.every]
    totals = [run.ledger.total for run in runs]
    walls, cpus = [run.wall_s for run in runs], [run.cpu_s for run in runs]
    usd = [None if total.unpriced else total.usd for total in totals]
    n = group.entries[0].setting("candidates")
    return {
        "method": group.entries[0].setting("method"),
        "n": int(n) if n.isdigit() else None,
        "valid_rate": sum(run.valid for run in runs) / len(every) if every else None,
        "funnel": str(funnel(every, group.good)),
        "calls": round(statistics.fmean(total.completed for total in totals)),
        "tokens": round(statistics.fmean(total.tokens for total in totals)),
        "usd": _mean_of(usd),
        "wall_s": _mean_of(walls),
        "cpu_s": _mean_of(cpus),
        **{f"best@{k}": _best_cell(group, k) for k in at},
    }


def _best_dev(group: Group) -> Cell:
    found = [measure("dev")(entry) for entry in group.entries]
    valid = [value for value in found if value.value is not None and not value.failed]
    if not valid:  # a run that is not over may yet find something: it is not told as a failure
        known = [one for one in found if one.value is None] or found
        return missing(next((one.why for one in known if one.why), NOTHING_VALID))
    best = min(valid, key=lambda value: value.value or 0.0)
    return Bounded(best.value or 0.0, best.floor)


def _best_cell(group: Group, k: int) -> Cell:
    """The mean over runs of the best of k."""
    runs = [entry.summary for entry in group.entries if entry.summary is not None]
    found = [best_of_k(run.every, k, run.failure_loss, run.independent) for run in runs]
    known = [loss for loss in found if loss is not None]
    if len(known) < len(found):
        return missing(f"a run has fewer than {k} candidates")
    return Bounded(math.fsum(known) / len(known), _floor([measure("dev")(e) for e in group.entries]))


def over_seeds(values: Sequence[Value]) -> Interval:
    """The median over seeds with its interval; a failure is worse than any loss. Empty for no value."""
    known = [value for value in values if value.value is not None]
    if not known:
        return Interval(None)
    return median_interval([None if value.failed else value.value for value in known])


def _value_cell(values: Sequence[Value], middle: Interval, value: str) -> Cell:
    if not any(one.value is not None for one in values):
        return missing(values[0].why)
    if middle.value is None:
        alone = len(values) == 1
        return missing(values[0].why or NOTHING_VALID if alone else "half of the runs or more failed")
    return Bounded(middle.value, _floor(values)) if is_loss(value) else middle.value


def _interval_text(middle: Interval) -> Cell:
    if middle.value is None or middle.how.startswith("no interval: 1 "):
        return None
    if middle.how.startswith("no interval"):
        return missing(middle.how)
    low, high = ("failed" if x is None else loss_text(x) for x in (middle.low, middle.high))
    return f"[{low}, {high}]"


def _mean(values: Sequence[Value]) -> Cell:
    known = [value.value for value in values if value.value is not None]
    return mean_interval(known).value if known else None


def _ranks(groups: Sequence[Group], value: str) -> list[Cell]:
    """By the median over seeds, among the groups that were measured alike; a failed median comes last."""
    alike = [group for group in groups if not group.differs]
    found: dict[str, tuple[float | None, float | None]] = {}
    for group in alike:
        values = [measure(value)(entry) for entry in group.entries]
        if any(one.value is not None for one in values):
            found[group.solver] = (over_seeds(values).value, _floor(values))
    worst = max((middle for middle, _ in found.values() if middle is not None), default=0.0)
    floor = max((floor for _, floor in found.values() if floor is not None), default=None)
    beyond = worst + 2 * (floor or 0.0) + 1.0
    losses = [beyond if middle is None else middle for middle, _ in found.values()]
    places = dict(zip(found, ranks(losses, floor), strict=True))
    return [None if group.differs else places.get(group.solver) for group in groups]


def _axis(group: Group, entry: Entry, name: str) -> str:
    problem, _, parameters = group.problem.partition(":")
    if name == "problem":
        return problem
    if name == "parameters":
        return parameters
    if name == "solver":
        return group.title
    if name == "seed":
        return entry.seed or HUMAN
    if group.human:
        return HUMAN
    return entry.setting({"n": "candidates"}.get(name, name))


def _grid_cell(found: Sequence[tuple[Group, Value]], value: str) -> Cell:
    """Runs that were not measured alike are never put into one number."""
    if not found:
        return missing(NO_RUN)
    groups = list({id(group): group for group, _ in found}.values())
    if len(groups) > 1 and any(group.differs for group in groups):
        named = ", ".join(sorted({group.differs for group in groups if group.differs}))
        return Noted("mixed*", f"mixed: runs differ in {named}, and nothing is averaged over that")
    if len({group.problem for group, _ in found}) > 1 and is_loss(value):
        return Noted("several*", "several: losses of different problems are not averaged")
    values = [one for _, one in found]
    return _value_cell(values, over_seeds(values), value)


def _style(value: str) -> str:
    if is_loss(value):
        return "loss"
    return {"time": "seconds", "cpu": "seconds", "tokens": "count", "usd": "usd"}[value]


def _floor(values: Sequence[Value]) -> float | None:
    return max((value.floor for value in values if value.floor is not None), default=None)


def _mean_of(values: Sequence[float | None]) -> float | None:
    """Of what is known of all; a mean over some of them would be another thing."""
    known = [value for value in values if value is not None]
    return statistics.fmean(known) if known and len(known) == len(values) else None


def _caption(found: Grouped, rows: Sequence[Mapping[str, Cell]]) -> list[str]:
    noted, saturated = marks(cell for row in rows for cell in row.values())
    entries = [entry for group in found.groups for entry in group.entries]
    summaries = [entry.summary for entry in entries if entry.summary is not None]
    seeds = sorted({seed for group in found.groups for seed in group.seeds}, key=lambda s: (len(s), s))
    conditions = [(entry.problem, entry.conditions) for entry in entries]
    good = {group.problem: group.good for group in found.groups if group.good is not None}
    told = ", ".join(f"{loss_text(loss)} ({problem})" for problem, loss in good.items())
    return [
        *noted,
        *(f"left out: {sentence}" for sentence in found.left_out),
        *conditions_lines(summaries, conditions),
        f"seeds: {', '.join(seeds) or 'none'}",
        *([f"good: valid with a dev loss of at most {told}"] if told else []),
        *saturated,
    ]
