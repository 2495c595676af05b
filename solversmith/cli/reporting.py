"""`solversmith report`: runs as one page that needs no network."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from solversmith import errors
from solversmith.cli.runs import left_out, read_runs
from solversmith.cli.terminal import note, say

if TYPE_CHECKING:
    from solversmith.report.run import Reported


@click.command("report")
@click.argument("runs", nargs=-1)
@click.option("-o", "--output", type=click.Path(path_type=Path), default="report.html", show_default=True,
              metavar="FILE", help="The page.")  # fmt: skip
@click.option(
    "--value", default="test", show_default=True, help="What solvers are compared by, as in `compare`."
)
@click.option("--figures/--no-figures", default=True, show_default=True, help="With figures (matplotlib).")
@click.option("--dir", "folder", type=click.Path(path_type=Path), default="runs", show_default=True,
              help="Where runs lie.")  # fmt: skip
def command(runs: tuple[str, ...], output: Path, value: str, figures: bool, folder: Path) -> int:
    """Make one page of RUNS (names or paths; without any, all that there are).

    It holds their tables and figures and, for each candidate, program, diff to its parent, prompt,
    completion, verdict and output. It asks no network for anything, runs no script but its own, and shows
    whatever programs and models said as text. `show RUN --plots` before it puts the winner's answers in, too.
    """
    from importlib.util import find_spec

    from solversmith.comparison.values import measure
    from solversmith.report.page import page
    from solversmith.report.run import reported
    from solversmith.store.files import write_beside

    measure(value)
    results, imports, warnings = read_runs(runs, folder)
    if not results:
        raise errors.UsageError("imported results have no candidates; report needs runs")
    warnings += left_out(imports, "`table` shows them")
    if figures and find_spec("matplotlib") is None:
        note("no figures: they need matplotlib, pip install 'solversmith[plots]'")
        figures = False
    found = [reported(result.path) for result in results]
    made = "".join(page(found, _lines, value=value, draw=figures, warnings=warnings))
    output.parent.mkdir(parents=True, exist_ok=True)
    write_beside(output, made.encode("utf-8", "backslashreplace"))
    say(str(output))
    return errors.DONE


def _lines(found: Reported) -> list[str]:
    from solversmith.cli.report import beside_lines, ledger_line, on_test_line

    summary = found.result.summary
    state = f"over: {summary.reason}" if summary.finished else "not over yet"
    return [state, on_test_line(summary), *beside_lines(summary), ledger_line(summary)]
