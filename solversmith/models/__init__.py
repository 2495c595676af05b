"""Models, one module each, found by module name: `SUMMARY` and `build(argument, options)`.

On the command line `NAME` or `NAME:ARGUMENT`. A package of somebody's own offers such modules under the
entry-point group `solversmith.models`.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import pkgutil
from collections.abc import Mapping
from typing import Any, cast

from solversmith.contract.model import Model, ModelModule
from solversmith.errors import UnknownName, UsageError

ENTRY_POINTS = "solversmith.models"


def available() -> Mapping[str, str]:
    """Name to one-line summary of every model."""
    return {name: module.SUMMARY for name, module in _modules().items()}


def build(spec: str, options: Mapping[str, Any] | None = None) -> Model:
    """The model that `NAME` or `NAME:ARGUMENT` names. Each takes the options that it knows.

    Raises
    ------
    UnknownName
        No such model; close matches are in the message.
    UsageError
        An argument that is missing, or an option that makes no sense.
    MissingPrerequisite
        A file, run or key that is not there.
    """
    name, _, argument = spec.strip().partition(":")
    modules = _modules()
    if not name:
        raise UsageError("a model is named as NAME or NAME:ARGUMENT, such as 'offline' or 'openai:NAME'")
    if name not in modules:
        raise UnknownName("model", name, modules)
    return modules[name].build(argument.strip(), options or {})


def _modules() -> dict[str, ModelModule]:
    found: dict[str, ModelModule] = {}
    for info in pkgutil.iter_modules(__path__):
        module = importlib.import_module(f"{__name__}.{info.name}")
        if hasattr(module, "SUMMARY") and hasattr(module, "build"):
            found[info.name] = cast(ModelModule, module)
    for entry in importlib.metadata.entry_points(group=ENTRY_POINTS):
        found.setdefault(entry.name, entry.load())
    return dict(sorted(found.items()))
