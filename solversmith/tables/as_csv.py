"""A table for a spreadsheet or a script."""

from __future__ import annotations

import csv
import io

from solversmith.tables.model import Bounded, Cell, Noted, Table


def as_csv(table: Table) -> str:
    """Heading of keys, then raw values: no units, nothing rounded, an empty field where there is none.

    The caption is left out, for a line of it is no row; the command line tells it on stderr.
    """
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow([_raw(column.key) for column in table.columns])
    for row in table.rows:
        writer.writerow([_raw(row.get(column.key)) for column in table.columns])
    return stream.getvalue()


def _raw(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, Bounded):
        return repr(cell.value)
    if isinstance(cell, Noted):
        return cell.text
    if isinstance(cell, str):
        # A spreadsheet runs a field that begins like a formula.
        return "'" + cell if cell[:1] in ("=", "+", "-", "@") else cell
    return repr(cell)
