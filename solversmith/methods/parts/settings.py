"""Settings of a method: the fields of its dataclass, read from options and checked before anything starts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, Field, field, fields
from typing import Any, TypeVar

from solversmith import options as checked
from solversmith.errors import UsageError

Method = TypeVar("Method")


def whole(default: int | None, least: int = 0) -> Any:
    """A field that is a whole number of at least `least`; `None` leaves it to the method."""
    return field(default=default, metadata={"kind": "whole", "least": least})


def number(default: float | None, least: float, most: float) -> Any:
    """A field that is a number between two bounds."""
    return field(default=default, metadata={"kind": "number", "least": least, "most": most})


def choice(default: str, *words: str) -> Any:
    """A field that is one of some words."""
    return field(default=default, metadata={"kind": "choice", "words": (default, *words)})


def built(method: type[Method], name: str, options: Mapping[str, Any]) -> Method:
    """The method with these options, which may be text; `None` counts as not given.

    Raises
    ------
    UnknownName
        An option that no field has.
    UsageError
        A value that makes no sense.
    """
    known = {each.name: each for each in fields(method)}  # type: ignore[arg-type]
    checked.only(name, options, known)
    return method(**{key: _read(known[key], options) for key, value in options.items() if value is not None})


def verify(method: Any) -> None:
    """Check the fields of a method that was made by hand. Raises `UsageError`."""
    given = {each.name: getattr(method, each.name) for each in fields(method)}
    for each in fields(method):
        if given[each.name] is not None:
            _read(each, given)


def part_of(n: int, parts: int, least: int, most: int) -> int:
    """A size that goes with the number of candidates: an n-th of them, between two bounds."""
    return max(least, min(most, n // parts))


def _read(each: Field[Any], options: Mapping[str, Any]) -> Any:
    about = each.metadata
    if about["kind"] == "whole":
        default = each.default if isinstance(each.default, int) else about["least"]
        return checked.whole(options, each.name, default, about["least"])
    if about["kind"] == "number":
        return checked.number(options, each.name, about["least"], about["most"])
    assert each.default is not MISSING, "a word has a default"
    if options[each.name] not in about["words"]:
        words = ", ".join(about["words"])
        raise UsageError(f"{each.name} must be one of {words}, not {options[each.name]!r}")
    return options[each.name]
