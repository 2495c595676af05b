"""A table for a page."""

from __future__ import annotations

from solversmith.tables.model import Table


def as_markdown(table: Table) -> str:
    """A pipe table with its title in bold and its caption as a list. Ends with a newline."""
    rule = ["---:" if column.numeric else "---" for column in table.for_people]
    heading = [column.title for column in table.for_people]
    lines = [f"**{_escaped(table.title)}**", ""] if table.title else []
    lines += [_line(heading), "|" + "|".join(rule) + "|", *map(_line, table.shown())]
    if table.caption:
        lines += ["", *(f"- {_escaped(text)}" for text in table.caption)]
    return "\n".join(lines) + "\n"


def _line(cells: list[str]) -> str:
    return "| " + " | ".join(map(_escaped, cells)) + " |"


def _escaped(text: str) -> str:
    for mark in "\\|*_`<>":  # a cell is text: it never becomes markup, nor a second cell
        text = text.replace(mark, "\\" + mark)
    return " ".join(text.split())
