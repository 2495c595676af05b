"""`solversmith import`: results from elsewhere into the same tables."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from solversmith import errors
from solversmith.cli.options import FILE, scoring_options, taken_scoring
from solversmith.cli.terminal import note, say


@click.command("import")
@click.argument("problem")
@click.argument("source", type=FILE)
@click.option("--name", help="What the solver is called in tables. [default: the file's name]")
@click.option(
    "--split", type=click.Choice(["dev", "test"]), default="test", show_default=True, help="Which cases."
)
@click.option(
    "--dir",
    "folder",
    type=click.Path(path_type=Path),
    default="runs",
    show_default=True,
    help="Where runs lie.",
)
@scoring_options
def command(problem: str, source: Path, name: str | None, split: str, folder: Path, **given: Any) -> int:
    """Take results of PROBLEM that another solver has from SOURCE, to stand in `solversmith table`.

    SOURCE is a CSV file with the columns instance, objective and time: nothing of it can be checked, and its
    rows say so. Or it is a folder of solution files, named like the instances: JSON with the keys that a
    program would yield, or a format of the problem's own (TSPLIB tours, CVRPLIB routes, vertices, PACE
    answers): those are checked and scored here.
    """
    from solversmith.imports import as_score, imported, written
    from solversmith.session import opened_problem
    from solversmith.settings import RunSettings
    from solversmith.tables import as_text
    from solversmith.tables.scores import case_table, mean_lines

    name = name or source.stem
    RunSettings(problem, name=name)  # refuses what is no folder's name
    opened = opened_problem(problem, taken_scoring(given), note)
    found = imported(opened, source, name, split, note)
    home = written(found, folder)
    score = as_score(found)
    say(as_text(case_table(opened, split, score)))
    for line in mean_lines(opened, score):
        say(line)
    checked = "checked here" if found.verified else "as claimed, not checked"
    loss = "none" if found.loss is None else f"{found.loss:.4g}"
    say(
        f"{name}: loss {loss} on {split}, {found.failed} of {len(found.cases)} cases failed or missing; "
        + checked
    )
    say(f"compare: solversmith table {home}")
    return errors.DONE if found.loss is not None else errors.NO_VALID_CANDIDATE
