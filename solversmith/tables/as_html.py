"""A table for a browser."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape

from solversmith.quoting import cleaned
from solversmith.tables.model import Bounded, Cell, Noted, Table

_STYLE = (
    "body{font:15px/1.5 system-ui,sans-serif;margin:2rem}table{border-collapse:collapse;font-size:.9rem}"
    "caption{text-align:left;font-weight:600;padding:.3rem 0}th,td{padding:.25rem .6rem;text-align:left;"
    "border-bottom:1px solid #ddd}.n{text-align:right;font-variant-numeric:tabular-nums}"
    "ul{color:#444;font-size:.85rem}"
)


def as_html(table: Table) -> str:
    """A whole page with the table and nothing from elsewhere: no script, no font, no picture."""
    return page([table])


def page(tables: Sequence[Table]) -> str:
    """A whole page with several tables."""
    title = text(tables[0].title or "solversmith")
    body = "".join(map(element, tables))
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n{body}</body>\n</html>\n"
    )


def element(
    table: Table,
    *,
    sortable: bool = False,
    wide: bool = False,
    link: tuple[str, Callable[[str], str]] | None = None,
) -> str:
    """The `table` element and its notes. Cells have their raw value in `data-v`, by which a page can sort.

    Parameters
    ----------
    sortable
        Of the class that a page's script makes sortable.
    wide
        Within a `div` that scrolls.
    link
        Key of a column of text, and what makes an anchor of the page of such a text.
    """
    head = "".join(
        f'<th scope="col"{_class(column.numeric)}>{text(column.title)}</th>' for column in table.for_people
    )
    rows = []
    for row, shown in zip(table.rows, table.shown(), strict=True):
        cells = [
            _cell(
                row.get(column.key), column.numeric, said, link[1] if link and link[0] == column.key else None
            )
            for column, said in zip(table.for_people, shown, strict=True)
        ]
        rows.append(f"<tr>{''.join(cells)}</tr>")
    title = f"<caption>{text(table.title)}</caption>" if table.title else ""
    body = "\n".join(rows)
    kind = " class=sortable" if sortable else ""
    made = f"<table{kind}>{title}<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody></table>\n"
    notes = "".join(f"<li>{text(line)}</li>" for line in table.caption)
    return (f"<div class=wide>{made}</div>" if wide else made) + (
        f"<ul class=notes>{notes}</ul>\n" if notes else ""
    )


def text(said: str) -> str:
    """Text of unknown origin as HTML text: no markup, no control characters."""
    return escape(cleaned(said), quote=True)


def _cell(cell: Cell, numeric: bool, shown: str, link: Callable[[str], str] | None) -> str:
    raw = _raw(cell)
    value = f' data-v="{raw}"' if raw else ""
    note = f' title="{text(cell.text)}"' if isinstance(cell, Noted) else ""
    said = text(shown) if link is None else f'<a href="#{text(link(shown))}">{text(shown)}</a>'
    return f"<td{_class(numeric)}{value}{note}>{said}</td>"


def _raw(cell: Cell) -> str:
    """The number of a cell, nothing for text: where there is no number a page sorts by what is shown."""
    if isinstance(cell, Bounded):
        return repr(cell.value)
    return repr(cell) if isinstance(cell, int | float) else ""


def _class(numeric: bool) -> str:
    return ' class="n"' if numeric else ""
