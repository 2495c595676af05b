"""What stands behind a door: one module each in a package, found by its name, or somebody's own file."""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import pkgutil
import sys
import threading
from collections.abc import Iterable, Mapping, Sequence
from importlib.machinery import SourceFileLoader
from importlib.metadata import EntryPoint
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

from solversmith.errors import MissingPrerequisite, UnknownName, UsageError

_importing = threading.RLock()
NEEDED = ("SUMMARY", "build")


def summaries(package: str) -> Mapping[str, str]:
    """Name, with hyphens, to `SUMMARY` of every module of a package that has what a door needs."""
    modules = ((name, importlib.import_module(f"{package}.{name}")) for name in _names(package))
    return {_spoken(name): str(module.SUMMARY) for name, module in modules if not _lacking(module)}


def names(package: str) -> Sequence[str]:
    """What a package seems to offer, with hyphens; it is not imported for this, only its parent is."""
    found = importlib.util.find_spec(package)
    places = found.submodule_search_locations if found is not None else None
    return [_spoken(name) for name in _modules(places or ())]


def find(what: str, package: str, name: str) -> ModuleType:
    """The module of this name. Raises `UnknownName` with close matches; `what` says what is looked for."""
    plain = name.replace("-", "_")
    if plain in _names(package):
        module = importlib.import_module(f"{package}.{plain}")
        if not _lacking(module):
            return module
    raise UnknownName(what, name, summaries(package))


def entry_module(what: str, entry: EntryPoint) -> ModuleType:
    """The module that somebody's package offers. Raises `MissingPrerequisite` if it can't be used."""
    module: ModuleType = imported(what, entry.name, entry.value)
    if lacking := _lacking(module):
        raise MissingPrerequisite(
            f"the {what} {entry.name!r} lacks {' and '.join(lacking)} in {entry.value}; update the package "
            "that offers it"
        )
    return module


def imported(what: str, name: str, target: str) -> Any:
    """What `module` or `module:attribute` names, of whatever package.

    Raises
    ------
    MissingPrerequisite
        The import raised anything at all: the package is broken, or lacks one that it needs.
    """
    try:
        return EntryPoint(name, target, what).load()
    except (Exception, SystemExit) as error:  # somebody's code is carried out here
        raised = f"{type(error).__name__}: {' '.join(str(error).split())}"
        raise MissingPrerequisite(
            f"the {what} {name!r} can't be imported: {target} raised {raised}; repair or uninstall the "
            "package that offers it"
        ) from error


def from_file(what: str, file: Path) -> ModuleType:
    """The module in a `.py` file. Raises `UsageError` if it can't be imported or lacks a part."""
    path = file.expanduser().resolve()
    if not path.is_file():
        raise UsageError(f"there is no file {str(file)!r} to take a {what} from")
    # With its content, so that an edited file is another module in a process that goes on.
    key = f"solversmith_{what}_" + hashlib.sha256(str(path).encode() + _content(path)).hexdigest()[:16]
    with _importing:  # a module is known by its name before it is whole
        module = sys.modules.get(key) or _imported(what, key, path)
    if lacking := _lacking(module):
        raise UsageError(f"{file} is no {what}: it lacks {' and '.join(lacking)} at module level")
    return module


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"can't read {path}: {error.strerror}") from error


class _AsItIs(SourceFileLoader):
    """Without bytecode: that is found by size and second, and a file may be edited twice in one."""

    def get_code(self, fullname: str) -> CodeType:
        """Of the source."""
        path = self.get_filename(fullname)
        return self.source_to_code(self.get_data(path), path)


def _imported(what: str, key: str, path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(key, path, loader=_AsItIs(key, str(path)))
    if spec is None or spec.loader is None or path.suffix != ".py":
        raise UsageError(f"{path} can't be imported: a {what} is a .py file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[key] = module  # before it runs: dataclasses look their module up
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        del sys.modules[key]
        raise UsageError(f"importing {path} raised {type(error).__name__}: {error}") from error
    return module


def _names(package: str) -> Sequence[str]:
    return _modules(importlib.import_module(package).__path__)


def _modules(paths: Iterable[str]) -> Sequence[str]:
    """Files alone: a folder holds what several of them share."""
    found = pkgutil.iter_modules(paths)
    return sorted(info.name for info in found if not info.name.startswith("_") and not info.ispkg)


def _spoken(name: str) -> str:
    return name.replace("_", "-")


def _lacking(module: ModuleType) -> list[str]:
    return [part for part in NEEDED if not hasattr(module, part)]
