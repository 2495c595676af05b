"""Options that several commands share, and what becomes of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from solversmith.settings import ISOLATIONS, Scoring

Command = TypeVar("Command", bound=Callable[..., Any])
POSITIVE = click.IntRange(min=1)
SECONDS = click.FloatRange(min=0, min_open=True)
FOLDER = click.Path(path_type=Path)

_SCORING = (
    click.option("--data", type=FOLDER, help="Folder with instances in the published layout."),
    click.option("--cases", metavar="GLOB", help="Only cases whose name (or path) matches."),
    click.option("--samples", type=POSITIVE, help="How many samples or cases a split has."),
    click.option("--time-limit", type=SECONDS, metavar="S", help="Wall seconds for one execution."),
    click.option("--threads", type=POSITIVE, help="Cores for one execution."),
    click.option("--memory", type=POSITIVE, metavar="MIB", help="Memory for one execution."),
    click.option("--cache", type=FOLDER, help="Where references are kept. [default: the user's cache]"),
    click.option(
        "--isolation",
        type=click.Choice(ISOLATIONS),
        default="auto",
        show_default=True,
        help="Level to insist on.",
    ),
    click.option("--unsafe-exec", is_flag=True, help="Run programs even where they can't be confined."),
)
_NAMES = ("data", "cases", "samples", "time_limit", "threads", "memory", "cache", "isolation", "unsafe_exec")


def scoring_options(command: Command) -> Command:
    """Add the options that say how programs are scored."""
    for option in reversed(_SCORING):
        command = option(command)
    return command


def taken_scoring(given: dict[str, Any]) -> Scoring:
    """Take the scoring options out of a command's keyword arguments."""
    values = {name: given.pop(name) for name in _NAMES}
    memory = values.pop("memory")
    time_limit_s = values.pop("time_limit")
    memory_bytes = None if memory is None else memory << 20
    return Scoring(**values, time_limit_s=time_limit_s, memory_bytes=memory_bytes)
