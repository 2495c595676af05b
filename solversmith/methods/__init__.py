"""Search methods, one module each: `SUMMARY` and `build(options) -> SearchMethod`; found by module name.

`best_of_n.py` is the method `best-of-n`. A path to a `.py` file with the same two names is a method too.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from solversmith.contract.method import SearchMethod


def available() -> Mapping[str, str]:
    """Name to one-line summary of every method."""
    raise NotImplementedError


def build(name: str, options: Mapping[str, Any]) -> SearchMethod:
    """The method of this name, or in this `.py` file, with the options that were given.

    Raises
    ------
    UnknownName
        No such method or option; close matches are in the message.
    UsageError
        An option that the method does not take, or a value that makes no sense.
    """
    raise NotImplementedError
