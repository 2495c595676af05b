"""Tables of what may be concluded: pairs, average ranks, performance profiles."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

from solversmith.comparison.design import CASE, PROBLEM, UNITS, Design
from solversmith.comparison.findings import LEAST_SEEDS, Ranked, pairs, profiled, ranked
from solversmith.comparison.groups import Grouped
from solversmith.stats import Interval
from solversmith.tables.model import Cell, Column, Table, counted, p_text

_FACTORS: Final = (1.0, 1.1, 1.5, 2.0, 5.0, 10.0, 100.0)
_DIFFERENCES: Final = (0.0, 0.001, 0.01, 0.05, 0.1, 0.5, 1.0)


def pairs_table(found: Design, level: float = 0.05) -> Table:
    """Every pair of solvers: win/tie/loss, mean difference, Wilcoxon's p and Holm's, and what n allows."""
    columns = (
        Column("first", "solver"),
        Column("second", "against"),
        Column("units", "units", "count"),
        Column("counts", "win/tie/loss"),
        Column("difference", "mean difference"),
        Column("p", "p", "p"),
        Column("holm_p", "p, Holm", "p"),
        Column("note", "note"),
        Column("difference_value", "difference", "loss", machine_only=True),
        Column("low", "low", "loss", machine_only=True),
        Column("high", "high", "loss", machine_only=True),
        Column("least_p", "least possible p", "p", machine_only=True),
        Column("how", "how", machine_only=True),
    )
    rows = []
    for pair in pairs(found, level):
        row: dict[str, Cell] = {
            "first": pair.first,
            "second": pair.second,
            "units": pair.test.units,
            "counts": str(pair.counts),
            "difference": _difference(pair.difference),
            "p": pair.test.p,
            "holm_p": pair.corrected_p,
            "note": pair.note or ("differ" if (pair.corrected_p or 0.0) <= level else "can't be told apart"),
            "difference_value": pair.difference.value if pair.difference else None,
            "low": pair.difference.low if pair.difference else None,
            "high": pair.difference.high if pair.difference else None,
            "least_p": pair.test.least_p,
            "how": pair.test.how,
        }
        rows.append(row)
    scale = (
        "differences are relative, (a - b) / max(|a|, |b|): losses of several problems have no common scale"
        if found.problems > 1
        else "differences are of losses"
    )
    caption = (
        *_of_design(found),
        f"win/tie/loss of the first solver; {scale}; a difference within the reference's error is a tie",
        f"mean difference: with its {100 * (1 - level):g} % interval from a bootstrap over whole runs, or "
        "problems, where there are 6 or more",
        f"p: Wilcoxon's signed ranks, two-sided, ties left out; Holm: corrected for "
        f"{counted(len(rows), 'pair')}; level {level:g}",
    )
    return Table(f"pairs of solvers, {found.value}", columns, tuple(rows), caption)


def ranks_table(found: Design, level: float = 0.05) -> Table:
    """Average ranks over the units that all solvers have, best first, with the critical difference."""
    columns = (
        Column("solver", "solver"),
        Column("rank", "average rank", "rank"),
        Column("groups", "not told apart from"),
    )
    result = ranked(found, level)
    caption = [*_of_design(found), *_left_out(found, result)]
    rows: list[dict[str, Cell]] = []
    if result.result is None:
        caption.append(result.note)
    else:
        of = result.result
        for index in sorted(range(len(result.solvers)), key=of.average.__getitem__):
            others = {other for group in of.groups if index in group for other in group} - {index}
            names = ", ".join(result.solvers[other] for other in sorted(others, key=of.average.__getitem__))
            rows.append({"solver": result.solvers[index], "rank": of.average[index], "groups": names or None})
        f = "infinite" if math.isinf(of.f) else f"{of.f:.3g}"
        caption += [
            f"{counted(of.units, 'unit')}; Friedman's chi square {of.friedman:.4g}, F {f} (Iman and "
            f"Davenport), p {_is(of.p)}",
            f"critical difference {of.critical:.3g} at level {level:g} (Nemenyi): average ranks that are no "
            "farther apart are not told apart",
        ]
        if of.least > level:
            caption.append(f"n too small: least possible p {_is(of.least)}; none is told apart")
        elif of.critical >= len(result.solvers) - 1:
            caption.append(
                f"n too small: average ranks differ by {len(result.solvers) - 1} at most, less than the "
                "critical difference"
            )
        if found.unit == CASE:
            caption.append(
                "cases of one run are not independent: ranks by case describe, their p says too much"
            )
    return Table(f"average ranks, {found.value}", columns, tuple(rows), tuple(caption))


def profile_table(found: Design) -> Table:
    """The share of units on which each solver is within a factor of the best one, or a difference from it."""
    result = profiled(found)
    if result is None:
        return Table(f"performance profile, {found.value}", (Column("solver", "solver"),), (), ("no units",))
    taus = _FACTORS if result.factor else _DIFFERENCES
    sign = "x" if result.factor else "+"
    heads = [Column(f"t{i}", f"{sign}{tau:g}", "share") for i, tau in enumerate(taus)]
    rows: list[Mapping[str, Cell]] = [
        {"solver": name, **{f"t{i}": result.share(name, tau) for i, tau in enumerate(taus)}}
        for name in result.needed
    ]
    what = "times the best" if result.factor else "more than the best (a loss of 0 or less has no ratio)"
    caption = (
        *_of_design(found),
        f"share of units with a loss of at most so much {what}; a failure is in none",
    )
    title = f"performance profile, {found.value}"
    return Table(title, (Column("solver", "solver"), *heads), tuple(rows), caption)


def few_seeds(found: Grouped) -> list[str]:
    """Sentences where solvers have fewer seeds than a comparison of methods needs, or not the same ones."""
    least = min((len(group.seeds) for group in found.alike if not group.human), default=LEAST_SEEDS)
    few = f"WARNING: a solver has {counted(least, 'seed')}: to compare methods give {LEAST_SEEDS} or more"
    return [*([few] if least < LEAST_SEEDS else []), *_other_seeds(found)]


def _other_seeds(found: Grouped) -> list[str]:
    """A sentence for each problem whose solvers have not the same seeds: their medians are of other draws."""
    lines = []
    for problem in found.problems:
        own = [set(group.seeds) for group in found.alike if group.problem == problem and not group.human]
        if own and (shared := set.intersection(*own)) != set.union(*own):
            lines.append(
                f"WARNING: solvers of {problem} have {counted(len(shared), 'seed')} in common and others "
                "besides: medians and their rank are over each one's own, pairs over what both have"
            )
    return lines


def _of_design(found: Design) -> list[str]:
    lines = [f"pairing unit: {UNITS[found.unit]}; {counted(len(found.units), 'unit')} in all"]
    if found.unit == PROBLEM and found.problems == 1:
        lines.append("one problem is one unit: nothing can be tested; --unit run pairs by seed")
    return [*lines, *(f"left out: {sentence}" for sentence in found.left_out)]


def _left_out(found: Design, result: Ranked) -> list[str]:
    lines = []
    if lacking := [name for name in found.solvers if name not in result.solvers]:
        lines.append(f"left out, since they have nothing on some problem: {', '.join(lacking)}")
    if fewer := len(found.units) - len(result.units):
        lines.append(f"{fewer} of {counted(len(found.units), 'unit')} left out: not all solvers have them")
    return lines


def _difference(found: Interval | None) -> str | None:
    if found is None or found.value is None:
        return None
    own = f"{found.value:+.3g}"
    return own if found.low is None or found.high is None else f"{own} [{found.low:+.3g}, {found.high:+.3g}]"


def _is(p: float) -> str:
    text = p_text(p)
    return text if text.startswith("<") else f"= {text}"
