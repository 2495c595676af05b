"""Under what conditions a row of a table was measured, and where the rows of a problem differ in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from solversmith.humans import HumanRow
from solversmith.imports import Imported
from solversmith.isolation import COLD, level_text
from solversmith.summary import Summary
from solversmith.tables.model import counted

LEVEL = "isolation level"
ERRORS, SIGNALS = "errors against the reference", "signals that need no reference"
ELSEWHERE = "elsewhere"  # nothing is known of where results from elsewhere were made
ONCE = "one for each case"
_SEVERAL = " and "
_TIMES = "their times can't be compared, nor the losses of solvers that use up their time"
_ROWS = "such rows can't be compared"


@dataclass(frozen=True)
class Conditions:
    """What the rows of one problem must share to be compared; each as text, empty where it is unknown."""

    level: str
    start: str
    machine: str
    limits: str
    packages: str
    cases: str
    reference: str
    loss: str
    dev_losses: str = ERRORS
    executions: str = ONCE


NAMES: Mapping[str, tuple[str, str]] = {
    "level": (LEVEL, _ROWS),
    "start": ("start", _TIMES),
    "machine": ("machine", _TIMES),
    "limits": ("limits", _ROWS),
    "packages": ("solver environment", _ROWS),
    "cases": ("cases or statements", _ROWS),
    "reference": ("reference", _ROWS),
    "loss": ("loss", _ROWS),
    "dev_losses": ("what dev losses are", _ROWS),
    "executions": ("executions behind a loss", "a mean of several varies less than one does"),
}
_DIGESTED = ("cases", "reference")  # a digest tells nobody anything
assert tuple(NAMES) == tuple(field.name for field in fields(Conditions))


def of_run(summary: Summary) -> Conditions:
    """The conditions of a run: as resolved, and as recorded where its executions were not all alike."""
    content: Mapping[str, Any] = summary.setting("content", {})
    level = level_text(str(summary.setting("isolation", "?")), summary.setting("inner_level"))
    start = str(summary.setting("start", COLD))
    machine = machine_text(summary.around("machine", {}))
    return Conditions(
        level=_SEVERAL.join(_all(level, summary.levels)),
        start=_SEVERAL.join(summary.starts or (start,)),
        machine=_SEVERAL.join([machine, "another"]) if summary.moved else machine,
        limits=limits_text(summary.setting("limits", {})),
        packages=mapping_text(summary.around("solver_environment", {})),
        cases=mapping_text({key: content.get(key) for key in ("texts", "dev", "test")}),
        reference=mapping_text({"": content.get("reference"), **_stand_ins(summary)}),
        loss=str(summary.around("reference", {}).get("loss", "")),
        dev_losses=SIGNALS if summary.setting("signals") else ERRORS,
        executions=_executions(summary),
    )


def of_human(row: HumanRow, run: Conditions) -> Conditions:
    """The conditions of a human program beside a run: those of the run, but for what the row knows better."""
    start = row.start.replace(", ", _SEVERAL)
    return replace(run, level=row.level, start=start, machine=machine_text(row.machine) or run.machine)


def of_import(found: Imported) -> Conditions:
    """The conditions of results from elsewhere: what is known of them."""
    content = found.content
    return Conditions(
        level=ELSEWHERE,
        start=ELSEWHERE,
        machine=ELSEWHERE,
        limits=ELSEWHERE,
        packages=ELSEWHERE,
        cases=mapping_text({key: content.get(key) for key in ("texts", "dev", "test")}),
        reference=mapping_text({"": content.get("reference")}),
        loss=str(found.reference.get("loss", "")),
    )


def differing(own: Conditions, first: Conditions) -> str:
    """The names of what is not as in the first row, or not the same over this one; empty if all is."""
    return ", ".join(name for key, (name, _) in NAMES.items() if _differs(own, first, key))


def warnings(problem: str, rows: Sequence[Conditions]) -> list[str]:
    """A sentence for each condition in which the rows of a problem differ; the level is not among them."""
    lines = []
    for key, (name, so) in NAMES.items():
        if name != LEVEL and any(_differs(row, rows[0], key) for row in rows):
            values = "; ".join(dict.fromkeys(getattr(row, key) or "unknown" for row in rows))
            told = "" if key in _DIGESTED else f" ({values})"
            lines.append(f"WARNING: rows of {problem} differ in {name}{told}: {so}")
    return lines


def level_warning(rows: Iterable[Conditions]) -> list[str]:
    """A sentence if a table mixes isolation levels, whatever its rows are of."""
    levels = sorted({level for row in rows for level in row.level.split(_SEVERAL)})
    if len(levels) < 2:
        return []
    return [f"WARNING: isolation levels are mixed ({', '.join(levels)}): {_ROWS}"]


def _executions(summary: Summary) -> str:
    repeats = summary.setting("repeats", 1)
    mean = ONCE if repeats == 1 else f"the mean of {repeats} for each case"
    return f"{mean}; timed scores of other runs used again" if summary.setting("reuse_timed") else mean


def machine_text(values: Mapping[str, Any]) -> str:
    """A machine in a few words."""
    if not values:
        return ""
    cores = counted(values.get("cores", "?"), "core")
    return f"{values.get('processor', '?')}, {cores}, {values.get('system', '?')}"


def limits_text(values: Mapping[str, Any]) -> str:
    """The limits of an execution in a few words."""
    if not values:
        return ""
    wall_s, test_s = values.get("wall_s", 0.0), values.get("test_wall_s", 0.0)
    time = f"{wall_s:g} s" if wall_s == test_s else f"{wall_s:g} s on dev, {test_s:g} s on test"
    threads = counted(values.get("threads", "?"), "core")
    named = f" ({values['named']} limits)" if values.get("named") else ""
    return f"{time} for each case, {threads}, {values.get('memory_mib')} MiB{named}"


def mapping_text(values: Mapping[str, Any]) -> str:
    """Names and values."""
    return ", ".join(f"{key} {value}" for key, value in values.items())


def _stand_ins(summary: Summary) -> dict[str, Any]:
    """What a run measured against where there is no best-known value: another run may have other values."""
    return {digest: one.get("value") for digest, one in summary.around("stand_ins", {}).items()}


def _differs(own: Conditions, first: Conditions, key: str) -> bool:
    value = getattr(own, key)
    mixed = key in ("level", "start", "machine") and _SEVERAL in value
    return bool(mixed or value != getattr(first, key))


def _all(level: str, recorded: Iterable[str]) -> list[str]:
    """The level as resolved, and whatever else was recorded."""
    return [level, *(other for other in recorded if other != level.partition(" ")[0])]
