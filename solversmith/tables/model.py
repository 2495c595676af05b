"""A table as data: columns, rows and a caption. Writers decide how it looks, never what it says."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

MISSING = "–"


@dataclass(frozen=True)
class Bounded:
    """A loss measured against a reference that has an error of its own.

    At or below `floor` nothing is known but that it is at most `floor`: people read `<= floor`, and a
    machine reads the measured value with the floor in a column of its own.
    """

    value: float
    floor: float | None = None

    def __post_init__(self) -> None:
        if not math.isfinite(self.value) or not (self.floor is None or math.isfinite(self.floor)):
            raise ValueError("a loss in a table is a finite number; leave it out where there is none")

    @property
    def saturated(self) -> bool:
        """Whether the reference can't tell this loss from a smaller one."""
        return self.floor is not None and self.floor > 0 and self.value <= self.floor


@dataclass(frozen=True)
class Noted:
    """A short word with a mark for people, and the text that the caption of the table spells out."""

    short: str
    text: str


Cell = str | int | float | Bounded | Noted | None


@dataclass(frozen=True)
class Column:
    """One column: the key of its cells, its heading, and how a number in it is written.

    `style` is `text`, `count`, `loss`, `seconds`, `usd`, `share`, `p` or `rank`. `machine_only` columns stand
    in CSV and JSON, where they make a row complete, and nowhere else.
    """

    key: str
    title: str
    style: str = "text"
    machine_only: bool = False

    def __post_init__(self) -> None:
        if self.style not in _STYLES:
            raise ValueError(f"no column style {self.style!r}; known: {', '.join(_STYLES)}")

    def show(self, cell: Cell) -> str:
        """A cell as people read it."""
        if cell is None:
            return MISSING
        if isinstance(cell, str):
            return cell
        if isinstance(cell, Noted):
            return cell.short
        if isinstance(cell, Bounded):
            return f"<= {loss_text(cell.floor or 0.0)}" if cell.saturated else loss_text(cell.value)
        return _STYLES[self.style](cell)

    @property
    def numeric(self) -> bool:
        """Whether cells are set flush right."""
        return self.style != "text"


@dataclass(frozen=True)
class Table:
    """Rows under columns. A row without a key has an empty cell there; an unknown key is refused."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[Mapping[str, Cell], ...]
    caption: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        keys = [column.key for column in self.columns]
        if len(set(keys)) != len(keys):
            raise ValueError(f"two columns have one key: {keys}")
        for row in self.rows:
            if unknown := row.keys() - set(keys):
                raise ValueError(f"a row has cells without a column: {sorted(unknown)}")

    @property
    def for_people(self) -> tuple[Column, ...]:
        """The columns that people see."""
        return tuple(column for column in self.columns if not column.machine_only)

    def shown(self) -> list[list[str]]:
        """Every cell as people read it, row by row."""
        return [[column.show(row.get(column.key)) for column in self.for_people] for row in self.rows]


def bounded_text(value: float, floor: float | None) -> str:
    """A loss, or what it is at most where a reference with this error can't tell it from less."""
    return Column("loss", "loss", "loss").show(Bounded(value, floor))


def loss_text(value: float) -> str:
    """A loss in four significant digits; the same number always in the same form."""
    if value == 0:
        return "0"
    return f"{value:.4f}" if 0.01 <= abs(value) < 1000 else f"{value:.3e}"


def seconds_text(value: float) -> str:
    """A duration from microseconds to days in three significant digits or so."""
    if value < 1:
        return f"{value:.3f} s"
    if value < 100:
        return f"{value:.2f} s"
    minutes, seconds = divmod(round(value), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02d} min" if hours else f"{minutes} min {seconds:02d} s"


def usd_text(value: float) -> str:
    """An amount: free, to the cent, or to the thousandth of a cent."""
    if value == 0:
        return "0"
    return f"{value:.2f}" if abs(value) >= 1 else f"{value:.5f}"


def p_text(p: float) -> str:
    """A p value as statisticians write it: .0625, <.0001."""
    if p < 1e-4:
        return "<.0001"
    return "1" if p >= 0.99995 else f"{p:.4f}".removeprefix("0").rstrip("0")


def counted(number: int, noun: str) -> str:
    """A number of things: 0 calls, 1 call, 2 calls."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _number(value: float) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:.6g}"


_STYLES: Mapping[str, Callable[[Any], str]] = {
    "text": str,
    "count": _number,
    "loss": loss_text,
    "seconds": seconds_text,
    "usd": usd_text,
    "share": lambda value: f"{100 * value:.0f} %",
    "p": p_text,
    "rank": lambda value: f"{value:.3g}",
}
