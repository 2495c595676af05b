"""A table for a terminal: aligned columns, nothing but characters."""

from __future__ import annotations

from solversmith.tables.model import Table

GAP = "  "


def as_text(table: Table) -> str:
    """Title, heading, rule, rows, caption. Ends with a newline."""
    heading = [column.title for column in table.for_people]
    rows = table.shown()
    widths = [max(map(len, cells)) for cells in zip(heading, *rows, strict=True)]
    numeric = [column.numeric for column in table.for_people]

    def line(cells: list[str]) -> str:
        parts = zip(cells, widths, numeric, strict=True)
        return GAP.join(text.rjust(width) if right else text.ljust(width) for text, width, right in parts)

    rule = GAP.join("-" * width for width in widths)
    lines = [*([table.title] if table.title else []), line(heading), rule, *map(line, rows), *table.caption]
    return "\n".join(text.rstrip() for text in lines) + "\n"
