"""Packages that a human program asks for beyond those of its problem.

A comment in its first lines names them, `# packages: pyvrp, ortools`. Only human programs, which come with
the problem, are read for it: what a model writes gets what its statement lists.
"""

from __future__ import annotations

import re
from importlib.metadata import PackageNotFoundError, distribution

EXTRA = "baselines"
_FIRST_LINES = 40
_COMMENT = re.compile(r"#\s*packages:\s*(.*)")
_SEPARATOR = re.compile(r"[,\s]+")


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
    return f"{names} {verb} not installed here: pip install 'solversmith[{EXTRA}]'"


def _is_installed(name: str) -> bool:
    try:
        distribution(name)
    except PackageNotFoundError:
        return False
    return True
