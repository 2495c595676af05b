"""Units on which solvers are paired, and the loss of each solver on each of them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from solversmith.comparison.groups import Group, Grouped
from solversmith.comparison.values import UNFINISHED, Value, cases_of, measure
from solversmith.errors import UsageError
from solversmith.records.verdict import Verdict

PROBLEM: Final = "problem"
RUN: Final = "run"
CASE: Final = "case"
UNITS: Final = {
    PROBLEM: "a problem, its loss averaged over the seeds that all solvers have there",
    RUN: "a run: problem and seed",
    CASE: "a case of a run; those of one run turn their signs together, as they are not independent",
}


@dataclass(frozen=True)
class Unit:
    """Where solvers meet. Units of one cluster are not independent."""

    problem: str
    seed: str = ""
    case: str = ""

    @property
    def cluster(self) -> tuple[str, str]:
        """Its run."""
        return (self.problem, self.seed)

    @property
    def name(self) -> str:
        """In a few words."""
        return " · ".join(
            part for part in (self.problem, self.seed and f"seed {self.seed}", self.case) if part
        )


@dataclass(frozen=True)
class Design:
    """The losses of solvers by unit. A solver may lack some units; `why` says of which and why.

    A unit with failed cases counts for a solver as no better than the worst success of the unit, for a
    failure never outranks a success.
    """

    unit: str
    value: str
    solvers: tuple[str, ...]
    units: tuple[Unit, ...]
    losses: Mapping[Unit, Mapping[str, Value]]
    left_out: tuple[str, ...] = ()

    @property
    def problems(self) -> int:
        """How many problems the units are of."""
        return len({unit.problem for unit in self.units})

    def shared(self, solvers: Sequence[str]) -> tuple[Unit, ...]:
        """The units on which each of these solvers has a value."""
        return tuple(unit for unit in self.units if all(name in self.losses[unit] for name in solvers))

    def matrix(self, solvers: Sequence[str], units: Sequence[Unit]) -> list[list[float]]:
        """Losses by unit and solver, each as it counts there."""
        return [counting([self.losses[unit][name] for name in solvers]) for unit in units]

    def floors(self, units: Sequence[Unit]) -> list[float | None]:
        """What the reference can resolve, by unit: the largest that any solver's value states."""
        return [_floor(self.losses[unit].values()) for unit in units]


def design(found: Grouped, value: str, unit: str) -> Design:
    """The design of a comparison of this value in these units, from the groups that were measured alike.

    Raises
    ------
    UsageError
        No such unit or value, or a value that has none by case.
    """
    if unit not in UNITS:
        raise UsageError(f"{unit!r} is no unit; known: {', '.join(UNITS)}")
    by_unit: dict[Unit, dict[str, Value]] = {}
    left_out = [
        f"{group.title} on {group.problem} is in no test: it was measured with another {group.differs}"
        for group in found.groups
        if group.differs
    ]
    for problem in found.problems:
        groups = [group for group in found.alike if group.problem == problem]
        cells, sentences = _of_problem(problem, groups, value, unit)
        by_unit.update(cells)
        left_out += sentences
    solvers = tuple(dict.fromkeys(name for row in by_unit.values() for name in row))
    return Design(unit, value, solvers, tuple(by_unit), by_unit, tuple(dict.fromkeys(left_out)))


def counting(values: Sequence[Value]) -> list[float]:
    """Losses on one unit as they count: one with failed cases is beyond every one without."""
    worst = max((v.value for v in values if not v.failed and v.value is not None), default=-math.inf)
    margin = max(_floor(values) or 0.0, 1e-9 * max(1.0, abs(worst)) if math.isfinite(worst) else 0.0)
    found = []
    for value in values:
        assert value.value is not None
        found.append(max(value.value, worst + 2 * margin) if value.failed else value.value)
    return found


def _of_problem(
    problem: str, groups: Sequence[Group], value: str, unit: str
) -> tuple[dict[Unit, dict[str, Value]], list[str]]:
    if unit == CASE:
        return _cases(problem, groups, value)
    runs, sentences = _runs(problem, groups, value)
    return (runs, sentences) if unit == RUN else (_averaged(problem, groups, runs, sentences), sentences)


def _runs(
    problem: str, groups: Sequence[Group], value: str
) -> tuple[dict[Unit, dict[str, Value]], list[str]]:
    """A unit for each seed that some solver has; a human program has the same value on all of them."""
    take, sentences = measure(value), []
    seeds = list(dict.fromkeys(seed for group in groups for seed in group.seeds))
    cells: dict[Unit, dict[str, Value]] = {Unit(problem, seed): {} for seed in seeds}
    for group in groups:
        for entry in group.entries:
            found = take(entry)
            if found.value is None:
                sentences.append(_without(group, problem, found.why))
                continue
            for seed in seeds if group.human else [entry.seed]:
                cells[Unit(problem, seed)][group.solver] = found
    return {unit: row for unit, row in cells.items() if row}, sentences


def _averaged(
    problem: str,
    groups: Sequence[Group],
    runs: Mapping[Unit, Mapping[str, Value]],
    sentences: list[str],
) -> dict[Unit, dict[str, Value]]:
    """One unit: the mean over the seeds that all solvers of the problem have, each as it counts there."""
    solvers = [group.solver for group in groups if any(group.solver in row for row in runs.values())]
    shared = [unit for unit in runs if all(name in runs[unit] for name in solvers)]
    if not shared:
        if solvers:
            sentences.append(f"{problem} is left out: its solvers have no seed in common")
        return {}
    if len(shared) < len(runs):
        sentences.append(
            f"{problem}: {len(runs) - len(shared)} of {len(runs)} seeds are left out, not all have them"
        )
    rows = [counting([runs[unit][name] for name in solvers]) for unit in shared]
    floors = [floor for unit in shared if (floor := _floor(runs[unit].values())) is not None]
    floor = max(floors, default=None)
    means = {name: math.fsum(row[j] for row in rows) / len(rows) for j, name in enumerate(solvers)}
    return {Unit(problem): {name: Value(mean, floor) for name, mean in means.items()}}


def _cases(
    problem: str, groups: Sequence[Group], value: str
) -> tuple[dict[Unit, dict[str, Value]], list[str]]:
    cells: dict[Unit, dict[str, Value]] = {}
    sentences = []
    take = measure(value)
    for group in groups:
        for entry in group.entries:
            cases, whole = cases_of(entry, value), take(entry)
            if not cases:
                why = whole.why or (
                    "losses of human programs by case are not kept" if group.human else UNFINISHED
                )
                sentences.append(_without(group, problem, why))
            for name, verdict, loss in cases:
                if verdict is Verdict.OK and loss is None:
                    continue  # no best-known value
                failed = verdict is not Verdict.OK
                own = Value(entry.failure_loss if loss is None else loss, whole.floor, failed)
                cells.setdefault(Unit(problem, entry.seed, name), {})[group.solver] = own
    return cells, sentences


def _without(group: Group, problem: str, why: str) -> str:
    """Human programs in one sentence, runs each in their own."""
    return f"{problem}: {why}" if group.human else f"{group.solver} on {problem}: {why}"


def _floor(values: Iterable[Value]) -> float | None:
    return max((value.floor for value in values if value.floor is not None), default=None)
