"""A sweep file (TOML) as a `Sweep`. Every error names the file, the key and what was expected."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from solversmith.broker import Budget
from solversmith.errors import SolversmithError, UnknownName, UsageError
from solversmith.registry import parse_spec
from solversmith.sweeps.combinations import PROBLEM, Axes, Values, combined, matches, name_of
from solversmith.sweeps.spec import Planned, Sweep, Terms

_TABLES = ("sweep", "run", "grid", "parameters")
_ARRAYS = ("list", "include", "exclude")
_BUDGETS = {"max_usd": "usd", "max_tokens": "tokens", "max_calls": "calls", "max_wall": "wall_s"}
_SWEEP = ("folder", "workers", *_BUDGETS)
_MOST_RUNS = 100_000
_MOST_WORKERS = 65536  # as on the command line


def read(file: Path, terms: Terms) -> Sweep:
    """The sweep that a file describes; paths in it are relative to where the command is called.

    Raises
    ------
    UsageError
        The file can't be read, a table, key or value is none, an exclude excludes nothing, or no run is left.
    """
    return _File(file, terms).sweep(_parsed(file))


def _parsed(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"can't read the sweep {file}: {error.strerror}") from None
    except ValueError as error:
        raise UsageError(f"{file}: is no TOML: {error}") from None


class _File:
    """The file, for errors, and what may stand in it."""

    def __init__(self, file: Path, terms: Terms) -> None:
        self._file, self._terms = file, terms

    def sweep(self, tables: Mapping[str, Any]) -> Sweep:
        """All of it."""
        self._known("table", tables, (*_TABLES, *_ARRAYS))
        about = self._table(tables, "sweep")
        self._known("key", about, _SWEEP, "[sweep] ")
        runs = self._runs(tables)
        return Sweep(
            file=self._file,
            folder=self._folder(about),
            runs=tuple(self._planned(tables, runs)),
            workers=self._workers(about),
            budget=self._budget(about),
        )

    def _runs(self, tables: Mapping[str, Any]) -> list[Values]:
        parameters = self._parameters(tables)
        common = {key: values[0] for key, values in self._axes("run", self._table(tables, "run"), one=True)}
        grid = dict(self._axes("grid", self._table(tables, "grid")))
        lists = self._entries(tables, "list")
        for number, axes in enumerate(lists, 1):
            if both := [key for key in axes if key in grid]:
                raise self._wrong(
                    f"[[list]] {number}: {both[0]}", "stands in [grid], too: say it in one of them"
                )
        includes = self._entries(tables, "include")
        self._refuse_strangers(parameters, [common, grid, *lists, *includes])
        runs = combined(common, grid, lists, includes, parameters)
        if len(runs) > _MOST_RUNS:
            raise self._wrong("[grid]", f"makes {len(runs)} runs, more than {_MOST_RUNS}: split the sweep")
        for number, rule in enumerate(self._entries(tables, "exclude"), 1):
            left = [values for values in runs if not matches(values, rule)]
            if len(left) == len(runs):
                raise self._wrong(f"[[exclude]] {number}", "excludes nothing: no run has all of these values")
            runs = left
        for values in runs:
            if PROBLEM not in values:
                raise self._wrong("[grid] problem", "is missing: a run needs a problem")
        if not runs:
            raise self._wrong("[grid]", "no run is left: name at least one problem")
        return runs

    def _refuse_strangers(self, parameters: Mapping[str, Axes], given: Sequence[Mapping[str, Any]]) -> None:
        """Raise `UsageError` for a spec that is none, and for parameters of a problem that has no run."""
        names = set[str]()
        for axes in given:
            for spec in _as_list(axes.get(PROBLEM, [])):
                try:
                    names.add(parse_spec(spec)[0])
                except SolversmithError as error:
                    raise self._wrong(f"problem {spec!r}", str(error)) from None
        for problem in parameters:
            if problem not in names:
                raise UsageError(
                    f"{self._file}: [parameters.{problem}]: {UnknownName('problem', problem, names)}"
                )

    def _planned(self, tables: Mapping[str, Any], runs: Sequence[Values]) -> list[Planned]:
        """The runs as settings. Human programs are run once for all runs that they stand beside."""
        arrays = [entry for name in ("list", "include") for entry in tables.get(name, ())]
        varied = dict.fromkeys(key for table in [tables.get("grid", {}), *arrays] for key in table)
        planned, seen = [], set[str]()
        for values in runs:
            name = name_of(values, varied)
            try:
                settings = self._terms.settings(values)
            except SolversmithError as error:
                raise self._wrong(f"the run {name}", str(error)) from error
            if "humans" not in values:
                beside = repr((settings.problem, asdict(settings.scoring), settings.signals))
                settings = replace(settings, humans=beside not in seen)
                seen.add(beside)
            planned.append(Planned(name, settings, values))
        return planned

    def _entries(self, tables: Mapping[str, Any], name: str) -> list[Axes]:
        entries = tables.get(name, [])
        if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
            raise self._wrong(name, f"is no array of tables: write [[{name}]]")
        return [dict(self._axes(f"[{name}]", entry, number=f" {n}")) for n, entry in enumerate(entries, 1)]

    def _axes(
        self, table: str, given: Mapping[str, Any], *, one: bool = False, number: str = ""
    ) -> list[tuple[str, list[Any]]]:
        """Every key with the list of its checked values; `one`: the value itself is meant."""
        where = f"[{table}]{number}"
        self._known("key", given, self._terms.keys, f"{where} ")
        return [(key, self._values(f"{where} {key}", key, value, one)) for key, value in given.items()]

    def _values(self, where: str, key: str, value: Any, one: bool) -> list[Any]:
        term = self._terms.keys[key]
        listed = isinstance(value, list) and not one
        if listed and term.several and not all(isinstance(each, list) for each in value):
            listed = False  # one value, which is a list
        if listed and not value:
            raise self._wrong(where, "is an empty list: give at least one value")
        return [self._value(where, key, each) for each in (value if listed else [value])]

    def _value(self, where: str, key: str, value: Any) -> Any:
        if isinstance(value, dict):
            raise self._wrong(where, "is a table, expected a value or a list of values")
        try:
            self._terms.keys[key].checked(value)
        except (ValueError, SolversmithError) as error:
            raise self._wrong(where, str(error)) from None
        return value

    def _parameters(self, tables: Mapping[str, Any]) -> dict[str, Axes]:
        found: dict[str, Axes] = {}
        for problem, given in self._table(tables, "parameters").items():
            if not isinstance(given, dict):
                raise self._wrong(f"[parameters] {problem}", f"is no table: write [parameters.{problem}]")
            found[problem] = {
                key: self._labels(f"[parameters.{problem}] {key}", value) for key, value in given.items()
            }
        return found

    def _labels(self, where: str, value: Any) -> list[str]:
        if value == []:
            raise self._wrong(where, "is an empty list: give at least one value")
        return [self._label(where, each) for each in _as_list(value)]

    def _label(self, where: str, value: Any) -> str:
        if isinstance(value, str | int | float) and not isinstance(value, bool):
            return str(value)
        raise self._wrong(where, f"has {value!r}, expected labels as on the command line")

    def _folder(self, about: Mapping[str, Any]) -> Path:
        folder = about.get("folder", str(Path("runs") / self._file.stem))
        if not isinstance(folder, str) or not folder or "\0" in folder:
            raise self._wrong("[sweep] folder", f"is {folder!r}, expected the path of a folder")
        return Path(folder)

    def _workers(self, about: Mapping[str, Any]) -> int | None:
        workers = about.get("workers")
        whole = isinstance(workers, int) and not isinstance(workers, bool)
        if workers is None or (whole and 1 <= workers <= _MOST_WORKERS):
            return workers
        raise self._wrong(
            "[sweep] workers", f"is {workers!r}, expected a whole number from 1 to {_MOST_WORKERS}"
        )

    def _budget(self, about: Mapping[str, Any]) -> Budget:
        limits: dict[str, Any] = {}
        for key, name in _BUDGETS.items():
            value = about.get(key)
            if value is None:
                continue
            whole = name in ("calls", "tokens")
            number = isinstance(value, int if whole else int | float) and not isinstance(value, bool)
            if not number or not value >= 0:  # so that NaN fails
                what = "whole number" if whole else "number"
                raise self._wrong(f"[sweep] {key}", f"is {value!r}, expected a {what} of at least 0")
            limits[name] = value
        return Budget(**limits)

    def _table(self, tables: Mapping[str, Any], name: str) -> Mapping[str, Any]:
        table = tables.get(name, {})
        if not isinstance(table, dict):
            raise self._wrong(name, f"is no table: write [{name}]")
        return table

    def _known(self, what: str, given: Mapping[str, Any], known: Any, where: str = "") -> None:
        for name in given:
            if name not in known:
                raise UsageError(f"{self._file}: {where}{UnknownName(what, name, known)}")

    def _wrong(self, where: str, what: str) -> UsageError:
        return UsageError(f"{self._file}: {where}: {what}")


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
