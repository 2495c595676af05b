"""Tables of best-known values, found by content first, then by name.

A table is a text file of tab-separated columns under one header line: name, size, digest, value,
convention, source, date (the day on which the value was read or made). The convention stands here because
headers don't settle it: a value means nothing without the arithmetic that it belongs to.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from solversmith.errors import BadData

COLUMNS = ("name", "size", "digest", "value", "convention", "source", "date")


@dataclass(frozen=True)
class BestKnown:
    """A value, the convention it was computed by, and where it comes from."""

    value: int | float
    convention: str
    source: str
    date: str = ""


@dataclass(frozen=True)
class Table:
    """Rows of one problem: by content digest, and by (name, size)."""

    by_digest: Mapping[str, BestKnown] = field(default_factory=dict)
    by_name: Mapping[tuple[str, str], BestKnown] = field(default_factory=dict)

    def find(self, digest: str, name: str, size: str) -> BestKnown | None:
        """The value of an instance by its content, else by name if the size agrees; `None` if unlisted."""
        return self.by_digest.get(digest) or self.by_name.get((name, size))


@cache
def built_in_table(problem: str) -> Table:
    """The table that comes with the package, empty if there is none for this problem."""
    path = Path(__file__).with_name(f"{problem}.tsv")
    return read_table(path) if path.exists() else Table()


def read_table(path: Path) -> Table:
    """A table from a file. Raises `BadData` for another header, a bad row or a digest that stands twice."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BadData(f"can't be read ({error})", path) from None
    if not lines or tuple(lines[0].split("\t")) != COLUMNS:
        raise BadData(f"expected the columns {', '.join(COLUMNS)}", path, 1)
    by_digest: dict[str, BestKnown] = {}
    by_name: dict[tuple[str, str], BestKnown] = {}
    for number, line in enumerate(lines[1:], 2):
        if not line.strip():
            continue
        name, size, digest, best = _row(line, path, number)
        if digest in by_digest or (name, size) in by_name:
            raise BadData(f"{name} stands twice", path, number)
        by_name[name, size] = best
        if digest:
            by_digest[digest] = best
    return Table(by_digest, by_name)


def _row(line: str, path: Path, number: int) -> tuple[str, str, str, BestKnown]:
    fields = line.split("\t")
    if len(fields) != len(COLUMNS):
        raise BadData(f"{len(fields)} columns, expected {len(COLUMNS)}", path, number)
    name, size, digest, text, convention, source, date = fields
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise BadData(f"value {text!r} is no finite number", path, number)
    best = BestKnown(int(value) if value.is_integer() else value, convention, source, date)
    return name, size, digest, best
