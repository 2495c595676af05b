"""Entries of one problem, solver and set of conditions: the rows of a comparison."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from solversmith.comparison.entries import Entry, entries, labels
from solversmith.errors import UsageError
from solversmith.humans import HumanRow
from solversmith.summary import Summary
from solversmith.tables.conditions import NAMES, Conditions, differing
from solversmith.tables.runs import good_loss


@dataclass(frozen=True)
class Group:
    """The runs of one solver on one problem under one set of conditions, a seed once; or a human program.

    `differs` names the conditions that are not as in the first group of the problem: no test mixes the two.
    """

    problem: str
    solver: str
    entries: tuple[Entry, ...]
    differs: str = ""
    good: float | None = None  # the largest dev loss of a good candidate of this problem

    @property
    def human(self) -> bool:
        """Whether it is a human program."""
        return self.entries[0].summary is None

    @property
    def seeds(self) -> tuple[str, ...]:
        """Of its runs, in their order; none of a human program."""
        return tuple(entry.seed for entry in self.entries if entry.summary is not None)

    @property
    def title(self) -> str:
        """Its solver, and what it was measured with where that is not as usual."""
        return f"{self.solver} [another {self.differs}]" if self.differs else self.solver


@dataclass(frozen=True)
class Grouped:
    """All groups, problem by problem in the order of the runs, and what was left out, in sentences."""

    groups: tuple[Group, ...]
    left_out: tuple[str, ...] = ()

    @property
    def problems(self) -> tuple[str, ...]:
        """Names with parameters."""
        return tuple(dict.fromkeys(group.problem for group in self.groups))

    @property
    def alike(self) -> tuple[Group, ...]:
        """Those that were measured as the first of their problem."""
        return tuple(group for group in self.groups if not group.differs)


def grouped(
    runs: Iterable[tuple[Summary, Sequence[HumanRow]]],
    *,
    across: Collection[str] = (),
    good: float | None = None,
) -> Grouped:
    """Runs and human programs as groups.

    Parameters
    ----------
    across
        Conditions in which groups may differ and yet be compared, such as `machine`, where losses do not
        depend on it: that is for people to know.
    good
        The largest dev loss of a good candidate; by default that of the human program `simple`.

    Raises
    ------
    UsageError
        `across` names no condition.
    """
    if unknown := set(across) - set(NAMES):
        raise UsageError(f"{sorted(unknown)[0]!r} is no condition; known: {', '.join(NAMES)}")
    found = entries(runs)
    names = labels(found)
    first: dict[str, Conditions] = {}
    members: dict[tuple[str, str, str], dict[str, Entry]] = {}
    left_out: list[str] = []
    for entry in found:
        usual = first.setdefault(entry.problem, entry.conditions)
        differs = differing(_without(entry.conditions, usual, across), usual)
        key = (entry.problem, names[entry.settings], differs and _key(entry, differs))
        seeds = members.setdefault(key, {})
        if entry.seed in seeds and entry.summary is not None:
            left_out.append(f"run {entry.summary.name} is left out: it repeats seed {entry.seed} of {key[1]}")
        seeds.setdefault(entry.seed, entry)
    groups = [
        Group(problem, solver, tuple(seeds.values()), differs.partition("\n")[0], _good(problem, found, good))
        for (problem, solver, differs), seeds in members.items()
    ]
    places = {problem: place for place, problem in enumerate(first)}
    groups.sort(key=lambda group: (places[group.problem], group.human))
    return Grouped(tuple(groups), tuple(left_out))


def _key(entry: Entry, differs: str) -> str:
    """Two groups may differ in the same conditions and not be alike: the values tell them apart."""
    return f"{differs}\n{entry.conditions}"


def _without(own: Conditions, usual: Conditions, across: Collection[str]) -> Conditions:
    return replace(own, **{name: getattr(usual, name) for name in across})


def _good(problem: str, found: Sequence[Entry], good: float | None) -> float | None:
    """What was asked for, or the dev loss of the problem's simple program."""
    rows = [e.human for e in found if e.problem == problem and e.human is not None]
    return good_loss(rows) if good is None else good
