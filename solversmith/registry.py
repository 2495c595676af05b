"""Problems by name, by the path of a user's folder, or from an installed package's entry points.

A catalogue problem is a folder `problems/*/NAME/` with a `problem.py`; nothing is listed anywhere else.
A package of somebody's own offers modules under the entry-point group `solversmith.problems`.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import importlib.util
import re
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import problems
from solversmith import discovery, tasks
from solversmith.contract.problem import Parameter, Problem, ProblemModule, ProblemOptions
from solversmith.errors import BadData, MissingPrerequisite, UnknownName, UsageError

_importing = threading.RLock()
ENTRY_POINTS = "solversmith.problems"
_SPEC = re.compile(r"(?P<name>.+?)(?::(?P<parameters>[^:/\\]*=[^/\\]*))?")


def catalogue() -> Mapping[str, str]:
    """Name to module path of every problem that is installed; nothing is imported for this."""
    found: dict[str, str] = {}
    for root in map(Path, problems.__path__):
        for file in sorted(root.glob("*/*/problem.py")):
            found[file.parent.name] = f"problems.{file.parent.parent.name}.{file.parent.name}.problem"
    for entry in importlib.metadata.entry_points(group=ENTRY_POINTS):
        found.setdefault(entry.name, entry.value)
    return dict(sorted(found.items()))


def summaries() -> Iterator[tuple[str, ProblemModule]]:
    """Every catalogue problem with its module; for one that can't be imported a module that says why."""
    for name, module in catalogue().items():
        try:
            yield name, _named(name, module)
        except MissingPrerequisite as error:
            yield name, cast(ProblemModule, _Unusable(error))


@dataclass(frozen=True)
class _Unusable:
    """Stands in a list for a problem that can't be imported."""

    error: MissingPrerequisite
    PARAMETERS: tuple[Parameter, ...] = ()

    @property
    def SUMMARY(self) -> str:
        return f"can't be used: {self.error}"

    def build(self, parameters: Mapping[str, str], options: ProblemOptions) -> Problem:
        raise self.error


def open_problem(spec: str, options: ProblemOptions | None = None) -> Problem:
    """The problem that `NAME[:key=value,...]` or `FOLDER[:key=value,...]` names.

    Raises
    ------
    UnknownName
        No such problem or parameter; close matches are in the message.
    UsageError
        A value that the parameter does not take, or text that is not `key=value`.
    BadData
        A folder that is not a problem's.
    MissingPrerequisite
        A package that offers the problem and can't be imported.
    """
    name, given = parse_spec(spec)
    module = find_module(name)
    return module.build(resolve(name, module.PARAMETERS, given), options or ProblemOptions())


def parse_spec(spec: str) -> tuple[str, dict[str, str]]:
    """Split `burgers:nu=0.01,x=2` into the name and the parameters as given. Raises `UsageError`."""
    match = _SPEC.fullmatch(spec.strip())
    if match is None:
        raise UsageError("a problem is named as NAME or NAME:key=value,key=value")
    name, tail = match["name"], match["parameters"]
    if ":" in name and not Path(name).exists():
        raise UsageError(f"can't read {spec!r}: parameters are written NAME:key=value,key=value")
    given: dict[str, str] = {}
    for part in tail.split(",") if tail else ():
        key, equals, value = (text.strip() for text in part.partition("="))
        if not (key and equals and value):
            raise UsageError(f"can't read parameter {part!r} of {name!r}: write key=value")
        if key in given:
            raise UsageError(f"parameter {key!r} of {name!r} is given twice")
        given[key] = value
    return name, given


def resolve(name: str, parameters: Sequence[Parameter], given: Mapping[str, str]) -> dict[str, str]:
    """Every parameter's label, the default where none is given; numbers may be written in any way."""
    known = {parameter.name: parameter for parameter in parameters}
    for key in given:
        if key not in known:
            raise UnknownName(f"parameter of {name!r}", key, known)
    return {key: _value(name, parameter, given.get(key)) for key, parameter in known.items()}


def find_module(name: str) -> ProblemModule:
    """The module of a problem, from the catalogue or from a folder."""
    folder = Path(name).expanduser()
    if "/" in name or "\\" in name or name in (".", "..") or (folder / "problem.py").is_file():
        return _from_folder(folder.resolve(), name)
    known = catalogue()
    if name not in known:
        raise UnknownName("problem", name, known)
    return _named(name, known[name])


def _named(name: str, module: str) -> ProblemModule:
    return _checked(discovery.imported("problem", name, module), name)


def _value(name: str, parameter: Parameter, given: str | None) -> str:
    if given is None:
        if not parameter.values:
            raise UsageError(f"problem {name!r} needs {parameter.name}=...: {parameter.meaning}")
        return parameter.values[0]
    if not parameter.values or given in parameter.values:
        return given
    for label in parameter.values:  # 1e-2 and .01 are the label 0.01
        if _number(label) is not None and _number(label) == _number(given):
            return label
    choices = ", ".join(parameter.values)
    raise UsageError(f"{name}:{parameter.name} can't be {given!r}; published values: {choices}")


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _from_folder(folder: Path, name: str) -> ProblemModule:
    file = folder / "problem.py"
    if tasks.is_task(folder):
        return cast(ProblemModule, tasks.TaskModule(folder))
    if not file.is_file():
        raise BadData(f"{name!r} is not a problem folder: it has no problem.py (docs/adding.md shows one)")
    with _importing:  # a module is known by its name before it is whole
        return _imported(file, name)


def _imported(file: Path, name: str) -> ProblemModule:
    key = "solversmith_problem_" + hashlib.sha256(str(file).encode()).hexdigest()[:16]
    if key in sys.modules:
        return _checked(sys.modules[key], name)
    spec = importlib.util.spec_from_file_location(key, file)
    if spec is None or spec.loader is None:
        raise BadData("can't be imported", file)
    module = importlib.util.module_from_spec(spec)
    sys.modules[key] = module
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        del sys.modules[key]
        raise BadData(f"importing it raised {type(error).__name__}: {error}", file) from error
    return _checked(module, name)


def _checked(module: object, name: str) -> ProblemModule:
    missing = [part for part in ("SUMMARY", "PARAMETERS", "build") if not hasattr(module, part)]
    if missing:
        raise BadData(f"problem {name!r} lacks {', '.join(missing)} in its problem.py")
    return cast(ProblemModule, module)
