"""A table for a program."""

from __future__ import annotations

import json
from typing import Any

from solversmith.tables.model import Bounded, Cell, Noted, Table


def as_json(table: Table) -> str:
    """One object: `title`, `columns`, `rows` (raw values by key) and `caption`. Ends with a newline."""
    body = {
        "title": table.title,
        "columns": [{"key": column.key, "title": column.title} for column in table.columns],
        "rows": [{column.key: _raw(row.get(column.key)) for column in table.columns} for row in table.rows],
        "caption": list(table.caption),
    }
    return json.dumps(body, indent=2, allow_nan=False) + "\n"


def _raw(cell: Cell) -> Any:
    if isinstance(cell, Noted):
        return cell.text
    return cell.value if isinstance(cell, Bounded) else cell
