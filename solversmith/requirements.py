"""Packages that a program asks for beyond those of its problem, and how to get them.

A comment in the first lines of a human program names them, `# packages: pyvrp, ortools`. Only human programs,
which come with the problem, are read for it: what a model writes gets what its statement lists.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, distribution

EXTRA = "baselines"
_EXTRAS = {"torch": "torch"}  # those that another extra brings, by their names as indexes compare them
_FIRST_LINES = 40
_COMMENT = re.compile(r"#\s*packages:\s*(.*)")
_SEPARATOR = re.compile(r"[,\s]+")
_NO_MODULE = re.compile(r"No module named '(\w+)")


def requested(source: str) -> tuple[str, ...]:
    """The distributions that the program's comment names, in order; none without a comment."""
    for line in source.splitlines()[:_FIRST_LINES]:
        if match := _COMMENT.fullmatch(line.strip()):
            return tuple(dict.fromkeys(name for name in _SEPARATOR.split(match.group(1)) if name))
    return ()


def missing(packages: tuple[str, ...]) -> tuple[str, ...]:
    """Those that are not installed here."""
    return tuple(name for name in packages if not _is_installed(name))


def advice(packages: tuple[str, ...]) -> str:
    """What is missing, and how to get it."""
    names = ", ".join(packages)
    verb = "is" if len(packages) == 1 else "are"
    extras = ",".join(dict.fromkeys(_EXTRAS.get(name.lower(), EXTRA) for name in packages))
    return f"{names} {verb} not installed here: pip install 'solversmith[{extras}]'"


def advice_on_import(message: str, packages: Sequence[str], further: Sequence[str]) -> str:
    """What to add to the message of a failed import: nothing, unless the module is one of `further`.

    Parameters
    ----------
    packages
        What the program could import.
    further
        What it could import besides, if it were installed; named as they are imported.
    """
    found = _NO_MODULE.search(message)
    name = found.group(1) if found else ""
    if name not in further or name in packages:
        return ""
    return f"{advice((name,))}. A program has {', '.join(packages)} and can't install anything."


def _is_installed(name: str) -> bool:
    try:
        distribution(name)
    except PackageNotFoundError:
        return False
    return True
