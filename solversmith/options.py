"""Options of a method, checked before anything starts."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

from solversmith.errors import UnknownName, UsageError


def only(what: str, options: Mapping[str, Any], known: Iterable[str]) -> None:
    """Refuse an option that is not known. Raises `UnknownName` with close matches."""
    names = list(known)
    for name in options:
        if name not in names:
            raise UnknownName(f"option of {what}", name, names)


def whole(options: Mapping[str, Any], name: str, default: int, least: int) -> int:
    """A whole number of at least `least`; text is read. Raises `UsageError`."""
    given = options.get(name)
    if given is None:
        return default
    try:
        value = int(given)
    except (TypeError, ValueError):
        value = least - 1
    if value < least or isinstance(given, bool) or (isinstance(given, float) and given != value):
        raise UsageError(f"{name} must be a whole number of at least {least}, not {given!r}")
    return value


def number(options: Mapping[str, Any], name: str, least: float, most: float) -> float | None:
    """A number between two bounds, `None` where none is given; text is read. Raises `UsageError`."""
    given = options.get(name)
    if given is None:
        return None
    try:
        value = float(given)
    except (TypeError, ValueError):
        value = math.nan
    if not least <= value <= most or isinstance(given, bool):
        raise UsageError(f"{name} must be a number from {least:g} to {most:g}, not {given!r}")
    return value
