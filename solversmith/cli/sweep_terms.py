"""What a sweep file can say of a run: the options of `run`, by their long names with `_` for `-`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from solversmith.errors import SolversmithError
from solversmith.settings import RunSettings
from solversmith.sweeps.spec import Term, Terms

# What the sweep itself decides, or what makes sense at a terminal alone.
_NOT = ("name", "dir", "pool", "address", "workers", "yes", "json", "help")


def terms() -> Terms:
    """The keys, each checked as the command line checks it."""
    from solversmith.cli.run import command, settings_of

    context = command.make_context("run", ["problem"])
    parameters = {_key(parameter): parameter for parameter in command.params}
    known = {key: parameter for key, parameter in parameters.items() if key not in _NOT}

    def settings(values: Mapping[str, Any]) -> RunSettings:
        given = dict(context.params)
        for key, value in values.items():
            given[known[key].name or key] = _converted(known[key], value, context)
        for name in ("yes", "as_json"):
            given.pop(name, None)
        return settings_of(str(given.pop("problem")), given)

    return Terms({key: _term(parameter, context) for key, parameter in known.items()}, settings)


def _key(parameter: click.Parameter) -> str:
    """`--debug-rounds` is `debug_rounds`, `-n` is `n`."""
    return max(parameter.opts, key=len).lstrip("-").replace("-", "_")


def _term(parameter: click.Parameter, context: click.Context) -> Term:
    return Term(lambda value: _converted(parameter, value, context), parameter.multiple)


def _converted(parameter: click.Parameter, value: Any, context: click.Context) -> Any:
    """The value as the option gives it. Raises `ValueError`, in the words of the command line."""
    if parameter.multiple:
        if not isinstance(value, list):
            raise ValueError(f"is {value!r}, expected a list")
        return tuple(_one(parameter, each, context) for each in value)
    return _one(parameter, value, context)


def _one(parameter: click.Parameter, value: Any, context: click.Context) -> Any:
    expected = _expected(parameter)
    if not isinstance(value, expected) or (isinstance(value, bool) and bool not in expected):
        raise ValueError(f"is {value!r}, expected {_WORDS[expected]}")
    try:
        return parameter.type.convert(value, parameter, context)
    except click.ClickException as error:
        raise ValueError(error.message) from None
    except SolversmithError as error:
        raise ValueError(str(error)) from None


_FLAG: tuple[type, ...] = (bool,)
_WHOLE: tuple[type, ...] = (int,)
_NUMBER: tuple[type, ...] = (int, float)
_TEXT: tuple[type, ...] = (str,)
_WORDS = {_FLAG: "true or false", _WHOLE: "a whole number", _NUMBER: "a number", _TEXT: "text"}


def _expected(parameter: click.Parameter) -> tuple[type, ...]:
    if isinstance(parameter, click.Option) and parameter.is_flag:
        return _FLAG
    if isinstance(parameter.type, click.IntRange):
        return _WHOLE
    return _NUMBER if isinstance(parameter.type, click.FloatRange) else _TEXT
