"""Result tables: one model of a table, and its writers (text, Markdown, CSV, LaTeX, HTML, JSON)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from solversmith.tables.as_csv import as_csv
from solversmith.tables.as_html import as_html
from solversmith.tables.as_json import as_json
from solversmith.tables.as_latex import as_latex
from solversmith.tables.as_markdown import as_markdown
from solversmith.tables.as_text import as_text
from solversmith.tables.model import Bounded, Cell, Column, Table

WRITERS: Mapping[str, Callable[[Table], str]] = {
    "text": as_text,
    "markdown": as_markdown,
    "csv": as_csv,
    "latex": as_latex,
    "html": as_html,
    "json": as_json,
}

__all__ = [
    "WRITERS",
    "Bounded",
    "Cell",
    "Column",
    "Table",
    "as_csv",
    "as_html",
    "as_json",
    "as_latex",
    "as_markdown",
    "as_text",
]
