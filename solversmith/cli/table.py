"""`solversmith table`: runs and human programs side by side."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from solversmith import errors
from solversmith.cli.runs import read_runs
from solversmith.cli.terminal import clean, note

if TYPE_CHECKING:
    from solversmith.tables import Table

FORMATS = ("text", "markdown", "csv", "latex", "html", "json")


class Counts(click.ParamType[tuple[int, ...]]):
    """Whole numbers from 1, by commas."""

    name = "K,K,..."

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, ...]:
        """The numbers, or the error that click shows."""
        if isinstance(value, tuple):
            return value
        try:
            found = tuple(int(part) for part in str(value).split(","))
        except ValueError:
            self.fail(f"{value!r} is no list of numbers such as 1,4,16", param, ctx)
        if min(found) < 1:
            self.fail("the best of 0 candidates makes no sense", param, ctx)
        return found


best_at_option = click.option(
    "--at",
    type=Counts(),
    default=(),
    help="Columns with the best of so many candidates: 1,4,16 makes best@1, best@4, best@16.",
)


@click.command("table")
@click.argument("runs", nargs=-1)
@click.option(
    "--format",
    "style",
    type=click.Choice(FORMATS),
    default="text",
    show_default=True,
    help="How it is written.",
)
@best_at_option
@click.option(
    "--columns", default="", help="Keys of the columns to show, by commas. [default: the usual ones]"
)
@click.option("--humans/--no-humans", default=True, show_default=True, help="With the human programs.")
@click.option(
    "--dir",
    "folder",
    type=click.Path(path_type=Path),
    default="runs",
    show_default=True,
    help="Where runs lie.",
)
def command(
    runs: tuple[str, ...], style: str, at: tuple[int, ...], columns: str, humans: bool, folder: Path
) -> int:
    """One row for each of RUNS (names or paths; without any, all that there are), human programs and imports.

    Nothing is averaged over runs, and runs of different isolation levels are marked. A run that was damaged
    is left out with a warning.
    """
    from solversmith.tables.runs import runs_table

    results, imports, warnings = read_runs(runs, folder)
    shown = [(result.summary, result.humans if humans else ()) for result in results]
    keys = [part.strip() for part in columns.split(",") if part.strip()]
    table = runs_table(shown, imports, at=at, shown=keys)
    written_out([replace(table, caption=(*warnings, *table.caption))], style, noted=table.caption)
    return errors.DONE


def written_out(tables: Sequence[Table], style: str, noted: Sequence[str] | None = None) -> None:
    """Tables on stdout, as one text; of CSV, which has no caption, that goes to stderr."""
    from solversmith.tables import WRITERS
    from solversmith.tables.as_html import page

    if style == "csv":
        for line in tables[0].caption if noted is None else noted:
            note(line)
    if style == "json":
        # JSON escapes by itself, and an escape of ours would make it another text.
        each = [WRITERS[style](table) for table in tables]
        text = (
            each[0]
            if len(each) == 1
            else json.dumps({"tables": list(map(json.loads, each))}, indent=2) + "\n"
        )
        click.echo(text, nl=False)
    elif style == "html":
        click.echo(clean(page(tables)), nl=False)
    else:
        click.echo(clean("\n".join(WRITERS[style](table) for table in tables)), nl=False)
