"""Tables of best-known values, found by content first, then by name.

A table is a text file of tab-separated columns under one header line: name, size, digest, value,
convention, source, date (the day on which the value was read or made). An eighth column, published, is
allowed: the value of the published data set, where that is another one. The convention stands here because
headers don't settle it: a value means nothing without the arithmetic that it belongs to.

A user's own table may be shorter: lines of `name value convention`, parted by blanks, tabs or commas, with
or without that header; `#` begins a comment.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

from solversmith.errors import BadData

COLUMNS = ("name", "size", "digest", "value", "convention", "source", "date")
PUBLISHED_COLUMN = "published"
SHORT_COLUMNS = ("name", "value", "convention")
_PARTED = re.compile(r"[ \t]*[,\t][ \t]*|[ \t]+")


@dataclass(frozen=True)
class BestKnown:
    """A value, the convention it was computed by, and where it comes from."""

    value: int | float
    convention: str
    source: str
    date: str = ""
    published: int | float | None = None  # the published data set's own value, where it is another
    found_by: str = "content"  # or "name": whatever calls itself so and has the size

    @property
    def published_value(self) -> int | float:
        """What the published evaluation measures against."""
        return self.value if self.published is None else self.published


@dataclass(frozen=True)
class Table:
    """Rows of one problem: by content digest, and by (name, size), size empty where the table has none."""

    by_digest: Mapping[str, BestKnown] = field(default_factory=dict)
    by_name: Mapping[tuple[str, str], BestKnown] = field(default_factory=dict)

    def find(self, digest: str, name: str, size: str) -> BestKnown | None:
        """The value of an instance by its content, else by name if the size agrees; `None` if unlisted."""
        if (listed := self.by_digest.get(digest)) is not None:
            return listed
        named = self.by_name.get((name, size)) or self.by_name.get((name, ""))
        return None if named is None else replace(named, found_by="name")

    @property
    def conventions(self) -> frozenset[str]:
        """The conventions that any of its values belongs to."""
        return frozenset(best.convention for best in (*self.by_digest.values(), *self.by_name.values()))


@cache
def built_in_table(problem: str) -> Table:
    """The table that comes with the package, empty if there is none for this problem."""
    path = Path(__file__).with_name(f"{problem}.tsv")
    return read_table(path) if path.exists() else Table()


def read_table(path: Path) -> Table:
    """A table from a file. Raises `BadData` for another header, a bad row or a digest that stands twice."""
    lines = _lines(path)
    columns = tuple(lines[0].split("\t")) if lines else ()
    if columns not in (COLUMNS, (*COLUMNS, PUBLISHED_COLUMN)):
        raise BadData(f"expected the columns {', '.join(COLUMNS)}", path, 1)
    return _table(
        (
            (number, *_row(line.split("\t"), len(columns), path, number))
            for number, line in enumerate(lines[1:], 2)
            if line.strip()
        ),
        path,
    )


def read_user_table(path: Path) -> Table:
    """A user's own table: the columns of the built-in ones, or `name value convention`. Raises `BadData`."""
    lines = _lines(path)
    if lines and lines[0].split("\t")[: len(COLUMNS)] == list(COLUMNS):
        return read_table(path)
    rows = [(number, _PARTED.split(text)) for number, text in _contents(lines)]
    if rows and tuple(field.lower() for field in rows[0][1]) == SHORT_COLUMNS:
        rows = rows[1:]
    if not rows:
        raise BadData(f"no value in it; expected lines of {' '.join(SHORT_COLUMNS)}", path)
    return _table(((number, *_short_row(fields, path, number)) for number, fields in rows), path)


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        said = getattr(error, "strerror", None) or error
        raise BadData(f"can't be read ({said})", path) from None


def _contents(lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(lines, 1):
        if text := line.partition("#")[0].strip():
            yield number, text


def _table(rows: Iterator[tuple[int, str, str, str, BestKnown]], path: Path) -> Table:
    by_digest: dict[str, BestKnown] = {}
    by_name: dict[tuple[str, str], BestKnown] = {}
    for number, name, size, digest, best in rows:
        if digest in by_digest or (name, size) in by_name:
            raise BadData(f"{name} stands twice", path, number)
        by_name[name, size] = best
        if digest:
            by_digest[digest] = best
    return Table(by_digest, by_name)


def _row(fields: Sequence[str], count: int, path: Path, number: int) -> tuple[str, str, str, BestKnown]:
    if len(fields) != count:
        raise BadData(f"{len(fields)} columns, expected {count}", path, number)
    name, size, digest, text, convention, source, date = fields[: len(COLUMNS)]
    other = "".join(fields[len(COLUMNS) :])
    published = _value(other, path, number) if other else None
    value = _value(text, path, number)
    return name, size, digest, BestKnown(value, convention, source, date, published)


def _short_row(fields: Sequence[str], path: Path, number: int) -> tuple[str, str, str, BestKnown]:
    if len(fields) != len(SHORT_COLUMNS):
        raise BadData(f"{len(fields)} fields; expected {' '.join(SHORT_COLUMNS)}", path, number)
    name, text, convention = fields
    return name, "", "", BestKnown(_value(text, path, number), convention, f"--best-known {path.name}")


def _value(text: str, path: Path, number: int) -> int | float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value) or "_" in text:
        raise BadData(f"value {text!r} is no finite number", path, number)
    return int(value) if value.is_integer() else value
