"""`solversmith compare`: solvers against each other over seeds and problems, with what may be concluded."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from solversmith import errors
from solversmith.cli.runs import left_out, read_runs
from solversmith.cli.table import FORMATS, best_at_option, written_out
from solversmith.cli.terminal import note, say

if TYPE_CHECKING:
    from solversmith.comparison.design import Design
    from solversmith.comparison.groups import Grouped
    from solversmith.tables import Table

PARTS = ("overview", "grid", "pairs", "ranks", "profile")


@click.command("compare")
@click.argument("runs", nargs=-1)
@click.option(
    "--value",
    default="test",
    show_default=True,
    help="test, dev, median, best@K (losses); time, cpu, tokens, usd.",
)
@click.option(
    "--unit",
    type=click.Choice(["problem", "run", "case"]),
    help="What is paired. [default: problem; run where there is one problem]",
)
@click.option("--rows", default="solver", show_default=True, help="Axes of the grid's rows, by commas.")
@click.option("--columns", default="problem,parameters", show_default=True, help="And of its columns.")
@click.option("--part", "parts", multiple=True, type=click.Choice(PARTS), help="Only this part. [repeatable]")
@click.option("--good", type=float, help="Largest dev loss of a good candidate. [default: that of `simple`]")
@click.option("--level", type=click.FloatRange(0, 1, min_open=True, max_open=True), default=0.05,
              show_default=True, help="Of all tests together.")  # fmt: skip
@click.option("--across", multiple=True, metavar="CONDITION", help="Compare in spite of it. [repeatable]")
@best_at_option
@click.option("--format", "style", type=click.Choice(FORMATS), default="text", show_default=True,
              help="How it is written.")  # fmt: skip
@click.option("--humans/--no-humans", default=True, show_default=True, help="With the human programs.")
@click.option("--plots", type=click.Path(path_type=Path), metavar="DIR", help="Draw figures (PNG) into it.")
@click.option("--dir", "folder", type=click.Path(path_type=Path), default="runs", show_default=True,
              help="Where runs lie.")  # fmt: skip
def command(
    runs: tuple[str, ...],
    value: str,
    unit: str | None,
    rows: str,
    columns: str,
    parts: tuple[str, ...],
    good: float | None,
    level: float,
    across: tuple[str, ...],
    at: tuple[int, ...],
    style: str,
    humans: bool,
    plots: Path | None,
    folder: Path,
) -> int:
    """Compare the solvers of RUNS (names or paths; without any, all that there are).

    A solver is what runs have in common besides problem, seed and conditions. The parts: an overview, the
    value as a grid, every pair of solvers (win/tie/loss, Wilcoxon with Holm's correction), average ranks with
    their critical difference, and a performance profile. Runs that were measured under other conditions stand
    in rows of their own and are in no test.
    """
    from solversmith.comparison.design import design
    from solversmith.comparison.groups import grouped
    from solversmith.comparison.values import measure

    measure(value)
    results, imports, warnings = read_runs(runs, folder)
    if not results:
        raise errors.UsageError("imported results have no seeds and no candidates; compare needs runs")
    warnings += left_out(imports, "`table` shows them")
    shown = [(result.summary, result.humans if humans else ()) for result in results]
    found = grouped(shown, across=across, good=good)
    chosen = unit or ("problem" if len(found.problems) > 1 else "run")
    of = design(found, value, chosen)
    made = _made(found, of, value, (_axes(rows), _axes(columns)), at, level, alone=parts == ("grid",))
    tables = [make() for part, make in made.items() if not parts or part in parts]
    # With one solver nothing can be paired or ranked: an empty table would only ask why.
    tables = tables if parts else [table for table in tables if table.rows]
    from solversmith.comparison.statements import few_seeds

    tables[0] = replace(tables[0], caption=(*warnings, *few_seeds(found), *tables[0].caption))
    if style == "csv" and len(tables) > 1:
        tables = tables[:1]
        note("CSV holds one table: this is the overview; --part pairs, ranks, ... gives another")
    written_out(tables, style)
    if plots is not None:
        from solversmith.pictures.comparison import draw_comparison

        paths = [(result.summary, result.path) for result in results]
        for picture in draw_comparison(found, of, plots, level, paths):
            say(str(picture)) if style == "text" else note(str(picture))
    return errors.DONE


def _made(
    found: Grouped,
    design: Design,
    value: str,
    axes: tuple[tuple[str, ...], tuple[str, ...]],
    at: tuple[int, ...],
    level: float,
    alone: bool,
) -> Mapping[str, Callable[[], Table]]:
    from solversmith.comparison.overview import grid, overview
    from solversmith.comparison.statements import pairs_table, profile_table, ranks_table

    return {
        "overview": lambda: overview(found, value, at),
        "grid": lambda: grid(found, value, *axes, alone=alone),
        "pairs": lambda: pairs_table(design, level),
        "ranks": lambda: ranks_table(design, level),
        "profile": lambda: profile_table(design),
    }


def _axes(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())
