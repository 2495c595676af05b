"""Search methods, one module each: `SUMMARY` and `build(options) -> SearchMethod`; found by module name.

`best_of_n.py` is the method `best-of-n`. A path to a `.py` file with the same two names is a method too.
What methods have in common is in `parts`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from solversmith import discovery
from solversmith.contract.method import SearchMethod
from solversmith.errors import UsageError
from solversmith.methods.parts.allowing import Allowing
from solversmith.methods.parts.started import Started


def available() -> Mapping[str, str]:
    """Name to one-line summary of every method."""
    return discovery.summaries(__name__)


def build(
    name: str,
    options: Mapping[str, Any],
    start: Sequence[str] = (),
    *,
    interactions: int = 0,
    edits: bool = False,
    cascade: int = 0,
) -> SearchMethod:
    """The method of this name, or in this `.py` file, with the options that were given.

    Parameters
    ----------
    start
        Sources of programs that enter first, as candidates of their own.
    interactions, edits, cascade
        What every attempt at a program may do besides, see `parts.allowing`.

    Raises
    ------
    UnknownName
        No such method or option; close matches are in the message.
    UsageError
        An option that the method does not take, a value that makes no sense, or a file that is no method.
    """
    if name.endswith(".py"):
        module = discovery.from_file("method", Path(name))
    else:
        module = discovery.find("method", __name__, name)
    method = module.build(options)
    if not isinstance(method, SearchMethod):
        raise UsageError(
            f"build() of the method {name!r} returned a {type(method).__name__}, no SearchMethod"
        )
    if interactions or edits or cascade:
        method = Allowing(method, interactions, edits, cascade)
    return Started(method, tuple(start)) if start else method
