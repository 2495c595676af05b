"""A sweep as it was read, as frozen dataclasses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from solversmith.broker import Budget
from solversmith.settings import RunSettings

# What decides neither which run it is nor what comes out of it, or may be raised while it is under way.
NOT_OF_THE_RUN = (
    "max_usd",
    "max_tokens",
    "max_calls",
    "max_wall",
    "max_cpu",
    "price",
    "no_cache",
    "max_in_flight",
    "requests_per_minute",
    "tokens_per_minute",
    "humans",
    "score_all",
    "cache",
    "slots",
    "no_reuse",
)


@dataclass(frozen=True)
class Term:
    """A key that a run may have in a sweep file. `several`: its value is itself a list.

    `checked` gives the value as settings take it and raises `ValueError`, saying what was expected.
    """

    checked: Callable[[Any], Any]
    several: bool = False


@dataclass(frozen=True)
class Terms:
    """All that a sweep file can say of a run, and how settings are made of it."""

    keys: Mapping[str, Term]
    settings: Callable[[Mapping[str, Any]], RunSettings]


@dataclass(frozen=True)
class Planned:
    """One run of a sweep. `id` is the name of its folder; `values` is what the file says of it."""

    id: str
    settings: RunSettings
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Sweep:
    """A sweep: where its runs lie, what they may use together, and the runs."""

    file: Path
    folder: Path
    runs: tuple[Planned, ...]
    workers: int | None = None  # attempts at once, over all runs; None: left to whoever carries it out
    budget: Budget = field(default_factory=Budget)  # of all runs together
