"""A run, or a human program, as what a comparison knows it by: problem, solver, seed and conditions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from solversmith.floors import stated_error
from solversmith.humans import HumanRow
from solversmith.records.verdict import Verdict
from solversmith.summary import Summary
from solversmith.tables.conditions import Conditions, of_human, of_run

HUMAN = "human program"
# Of a run's identity: what is no part of its solver, but the problem, a condition, or the seed.
_NO_SOLVER = {"problem", "seed", "loss", "isolation", "inner_level", "start", "limits", "content"}
_OF_THE_SOLVER = ("model", "method", "reflector")  # digests of somebody's own files


@dataclass(frozen=True)
class Entry:
    """One run, or one human program (then without `summary`).

    `settings` are name and value of all that makes its solver; of a human program its name alone.
    """

    problem: str
    settings: tuple[tuple[str, str], ...]
    seed: str
    conditions: Conditions
    summary: Summary | None = None
    human: HumanRow | None = None
    failure_loss: float = 1.0
    error: float | None = None  # what the reference states of itself

    def setting(self, name: str) -> str:
        """A setting as text, empty where the solver has none such."""
        return dict(self.settings).get(name, "")


def entries(runs: Iterable[tuple[Summary, Sequence[HumanRow]]]) -> list[Entry]:
    """The runs in their order, and behind those of its problem each human program once."""
    found: list[Entry] = []
    humans: dict[tuple[str, str, Conditions], Entry] = {}
    for summary, rows in runs:
        problem, conditions = str(summary.setting("problem", "")), of_run(summary)
        around = (summary.failure_loss, stated_error(summary.around("reference", {})))
        seed = str(summary.setting("seed", ""))
        found.append(Entry(problem, solver_settings(summary), seed, conditions, summary, None, *around))
        for row in rows:
            if row.verdict is Verdict.IMPORT_ERROR:
                continue  # a classical program whose package is not installed was not measured
            own = of_human(row, conditions)
            entry = Entry(problem, (("program", row.name),), "", own, None, row, *around)
            humans.setdefault((problem, row.name, own), entry)
    return [*found, *humans.values()]


def solver_settings(summary: Summary) -> tuple[tuple[str, str], ...]:
    """All of a run's identity that makes its solver, flat: `method`, `model`, `candidates`, ..."""
    identity: Mapping[str, Any] = summary.settings.get("identity", {})
    own = {key: value for key, value in identity.items() if key not in _NO_SOLVER}
    content: Mapping[str, Any] = identity.get("content", {})
    own["content"] = {key: content[key] for key in _OF_THE_SOLVER if key in content}
    if (of_method := own.get("method_settings")) and of_method.get("n") == own.get("candidates"):
        own["method_settings"] = {key: value for key, value in of_method.items() if key != "n"}
    return tuple(sorted(_flat(own)))


def labels(found: Iterable[Entry]) -> dict[tuple[tuple[str, str], ...], str]:
    """A short name for each solver: method, n and model, and what else tells those apart that share them."""
    solvers = list(dict.fromkeys(entry.settings for entry in found))
    short = {solver: _short(dict(solver)) for solver in solvers}
    several = Counter(short.values())
    return {
        solver: name if several[name] == 1 else f"{name} ({_apart(solver, solvers, short)})"
        for solver, name in short.items()
    }


def _short(settings: Mapping[str, str]) -> str:
    if "program" in settings:
        return settings["program"]
    return f"{settings.get('method', '?')} n={settings.get('candidates', '?')} {settings.get('model', '?')}"


def _apart(
    solver: tuple[tuple[str, str], ...],
    solvers: Sequence[tuple[tuple[str, str], ...]],
    short: Mapping[tuple[tuple[str, str], ...], str],
) -> str:
    alike = [dict(other) for other in solvers if short[other] == short[solver]]
    names = sorted({name for other in alike for name in other})
    varying = [name for name in names if len({other.get(name) for other in alike}) > 1]
    own = dict(solver)
    return ", ".join(f"{name.rpartition('.')[2]}={own.get(name, 'none')}" for name in varying)


def _flat(value: Mapping[str, Any], prefix: str = "") -> Iterable[tuple[str, str]]:
    for key, item in value.items():
        name = f"{prefix}{key}"
        if isinstance(item, Mapping):
            yield from _flat(item, f"{name}.")
        elif item is not None:
            yield name, str(item)
