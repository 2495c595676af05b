"""What reaches a terminal: cleaned text on stdout, notes on stderr."""

from __future__ import annotations

import json
import math
import re
import sys
from collections.abc import Mapping
from typing import Any

import click

from solversmith.quoting import UNSEEN

# A program's output, a model's completion and a file name could use these to rewrite what stands on screen.
_UNSAFE = re.compile(f"[{UNSEEN}\u2028\u2029]")


def clean(text: str) -> str:
    """Text of unknown origin with everything that could steer a terminal written out as an escape."""
    return _UNSAFE.sub(lambda match: match[0].encode("unicode_escape", "surrogatepass").decode(), text)


def one_line(text: str, most: int = 160) -> str:
    """The first line that says something, cleaned, at most `most` characters."""
    first = next((line.strip() for line in text.splitlines() if line.strip()), "")
    first = clean(first)
    return first if len(first) <= most else first[: most - 1] + "…"


def foreign(text: str) -> str:
    """Lines that somebody else wrote, each behind `| `: none of them can pose as one of ours."""
    return "\n".join(f"| {line}".rstrip() for line in text.rstrip().splitlines())


def say(text: str = "") -> None:
    """A result: to stdout, cleaned."""
    click.echo(clean(text))


def note(text: str) -> None:
    """Anything but a result: to stderr, cleaned."""
    click.echo(clean(text), err=True)


def say_json(value: Mapping[str, Any]) -> None:
    """One JSON object on stdout and nothing else. Characters beyond ASCII are escaped."""
    click.echo(json.dumps(plain(value), indent=2, allow_nan=False))


def plain(value: Any) -> Any:
    """A value as JSON takes it: numpy scalars as numbers, NaN and infinities as null."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    if value is None or isinstance(value, str | bool | int):
        return value
    if hasattr(value, "tolist"):  # a numpy scalar or array; numpy itself need not be imported
        return plain(value.tolist())
    return str(value)


def forgiving_streams() -> None:
    """Make stdout and stderr escape what their encoding lacks, where they would raise."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")
