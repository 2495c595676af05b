"""What a design lets one conclude: pairs, ranks, profiles; and where it is too small to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from solversmith.comparison.design import CASE, Design, Unit
from solversmith.stats import (
    Interval,
    PairedTest,
    Profile,
    Ranking,
    Tally,
    cluster_interval,
    differences,
    holm,
    profile,
    ranking,
    ranks,
    signed_rank_test,
    tally,
)
from solversmith.tables.model import p_text

LEAST_SEEDS: Final = 8


@dataclass(frozen=True)
class Pair:
    """Two solvers on the units that both have. `difference`: negative where the first is better."""

    first: str
    second: str
    counts: Tally
    difference: Interval | None
    test: PairedTest
    corrected_p: float | None
    note: str


@dataclass(frozen=True)
class Ranked:
    """Solvers that have a value on every unit of the design, with their average ranks; `None` for too few."""

    solvers: tuple[str, ...]
    units: tuple[Unit, ...]
    result: Ranking | None
    note: str = ""


def pairs(found: Design, level: float = 0.05) -> list[Pair]:
    """Every pair of solvers that share a unit, p values corrected for their number (Holm)."""
    relative = found.problems > 1
    tested = []
    for first, second in combinations(found.solvers, 2):
        units = found.shared([first, second])
        if not units:
            continue
        losses = found.matrix([first, second], units)
        ours, theirs = [row[0] for row in losses], [row[1] for row in losses]
        apart = differences(ours, theirs, found.floors(units), relative=relative)
        clusters = [unit.cluster for unit in units] if found.unit == CASE else []
        tested.append((first, second, units, apart, signed_rank_test(apart, clusters)))
    corrected = holm([1.0 if test.p is None else test.p for *_, test in tested])
    return [
        Pair(
            first,
            second,
            tally(apart),
            _interval(units, apart, 1 - level),
            test,
            p,
            _too_small(test, len(tested), level),
        )
        for (first, second, units, apart, test), p in zip(tested, corrected, strict=True)
    ]


def ranked(found: Design, level: float = 0.05) -> Ranked:
    """Average ranks over the units that all solvers have; a solver without any of a problem is left out."""
    solvers, units = whole(found)
    if len(solvers) < 2 or len(units) < 2:
        return Ranked(solvers, units, None, "ranks need two solvers on two units")
    losses = found.matrix(solvers, units)
    rows = [ranks(row, floor) for row, floor in zip(losses, found.floors(units), strict=True)]
    return Ranked(solvers, units, ranking(rows, level))


def profiled(found: Design) -> Profile | None:
    """The performance profile over the units that all solvers have; a failure is within no factor."""
    solvers, units = whole(found)
    if not solvers or not units:
        return None
    losses = {
        name: [None if (v := found.losses[unit][name]).failed else v.value for unit in units]
        for name in solvers
    }
    return profile(losses, found.floors(units))


def whole(found: Design) -> tuple[tuple[str, ...], tuple[Unit, ...]]:
    """The solvers that have a unit of every problem, and the units on which all of them have one."""
    problems = {unit.problem for unit in found.units}
    solvers = tuple(
        name
        for name in found.solvers
        if {unit.problem for unit in found.units if name in found.losses[unit]} == problems
    )
    return solvers, found.shared(solvers) if solvers else ()


def _interval(units: Sequence[Unit], apart: Sequence[float], level: float) -> Interval:
    """The mean difference, resampling whole runs."""
    clusters: dict[tuple[str, str], list[float]] = {}
    for unit, value in zip(units, apart, strict=True):
        clusters.setdefault(unit.cluster, []).append(value)
    return cluster_interval(list(clusters.values()), level=level)


def _too_small(test: PairedTest, tests: int, level: float) -> str:
    """Where not even a win on every unit would reach the level."""
    least = min(1.0, test.least_p * tests)
    if least <= level:
        return ""
    own = f"n too small: least possible p = {p_text(test.least_p)}"
    return own if tests == 1 else f"{own}, {p_text(least)} after correction for {tests} pairs"
