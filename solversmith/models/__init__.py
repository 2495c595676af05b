"""Models, one module each, found by module name: `SUMMARY` and `build(argument, options)`.

On the command line `NAME` or `NAME:ARGUMENT`. A package of somebody's own offers such modules under the
entry-point group `solversmith.models`; it is imported when its model is named, or all are listed.
"""

from __future__ import annotations

import importlib.metadata
from collections.abc import Mapping
from importlib.metadata import EntryPoint
from typing import Any, cast

from solversmith import discovery
from solversmith.contract.model import Model, ModelModule
from solversmith.errors import MissingPrerequisite, UnknownName, UsageError

ENTRY_POINTS = "solversmith.models"


def available() -> Mapping[str, str]:
    """Name to one-line summary of every model; of one that can't be imported, why."""
    found = {**{name: _why_not(entry) for name, entry in _offered().items()}, **_own()}
    return dict(sorted(found.items()))


def build(spec: str, options: Mapping[str, Any] | None = None) -> Model:
    """The model that `NAME` or `NAME:ARGUMENT` names. Each takes the options that it knows.

    Raises
    ------
    UnknownName
        No such model; close matches are in the message.
    UsageError
        An argument that is missing, or an option that makes no sense.
    MissingPrerequisite
        A file, run or key that is not there, or a package that can't be imported.
    """
    name, _, argument = spec.strip().partition(":")
    if not name:
        raise UsageError("a model is named as NAME or NAME:ARGUMENT, such as 'offline' or 'openai:NAME'")
    return _module(name).build(argument.strip(), options or {})


def details(name: str) -> list[str]:
    """What a model's module tells besides its summary: lines for people, by its function `details`."""
    told = getattr(_module(name), "details", None)
    return [] if told is None else [str(line) for line in told()]


def _module(name: str) -> ModelModule:
    """The module of this name; no other package is imported for it."""
    try:
        return cast(ModelModule, discovery.find("model", __name__, name))
    except UnknownName:
        offered = _offered()
        if name not in offered:
            raise UnknownName("model", name, [*_own(), *offered]) from None
    return cast(ModelModule, discovery.entry_module("model", offered[name]))


def _own() -> Mapping[str, str]:
    return discovery.summaries(__name__)


def _offered() -> Mapping[str, EntryPoint]:
    """Of other packages, nothing imported."""
    return {entry.name: entry for entry in importlib.metadata.entry_points(group=ENTRY_POINTS)}


def _why_not(entry: EntryPoint) -> str:
    try:
        return str(discovery.entry_module("model", entry).SUMMARY)
    except MissingPrerequisite as error:
        return f"can't be used: {error}"
