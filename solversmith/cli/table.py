"""`solversmith table`: runs and human programs side by side."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from solversmith import errors
from solversmith.cli.runs import find_run, import_names, is_import, names
from solversmith.cli.terminal import clean, note, one_line

if TYPE_CHECKING:
    from solversmith.session import RunResult

FORMATS = ("text", "markdown", "csv", "json")


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
@click.option("--humans/--no-humans", default=True, show_default=True, help="With the human programs.")
@click.option(
    "--dir",
    "folder",
    type=click.Path(path_type=Path),
    default="runs",
    show_default=True,
    help="Where runs lie.",
)
def command(runs: tuple[str, ...], style: str, humans: bool, folder: Path) -> int:
    """One row for each of RUNS (names or paths; without any, all that there are), human programs and imports.

    Nothing is averaged over runs, and runs of different isolation levels are marked. A run that was damaged
    is left out with a warning.
    """
    from solversmith import imports as imported_results
    from solversmith.tables import WRITERS
    from solversmith.tables.runs import runs_table

    wanted = runs or [*names(folder), *import_names(folder)]
    paths = [find_run(run, folder, imports=True) for run in wanted]
    if not paths:
        raise errors.UsageError(f"there are no runs in {folder}/; `solversmith run burgers` makes one")
    imports = [imported_results.read(path) for path in dict.fromkeys(paths) if is_import(path)]
    results, warnings = _read(path for path in dict.fromkeys(paths) if not is_import(path))
    shown = [(result.summary, result.humans if humans else ()) for result in results]
    table = runs_table(shown, imports)
    text = WRITERS[style](replace(table, caption=(*warnings, *table.caption)))
    if style == "csv":
        for line in table.caption:
            note(line)
    # JSON escapes by itself, and an escape of ours would make it another text.
    click.echo(text if style == "json" else clean(text), nl=False)
    return errors.DONE


def _read(paths: Iterable[Path]) -> tuple[list[RunResult], list[str]]:
    """The runs, and a warning for each that can't be read. Raises what the first one says if none can."""
    from solversmith.session import read_run

    results, failures = [], []
    for path in paths:
        try:
            results.append(read_run(path))
        except errors.MissingPrerequisite as error:
            failures.append((path, error))
    if not results and failures:
        raise failures[0][1]
    warnings = [
        f"WARNING: run {path.name} is left out: {one_line(str(error), 400)}" for path, error in failures
    ]
    for warning in warnings:
        note(warning)
    return results, warnings
