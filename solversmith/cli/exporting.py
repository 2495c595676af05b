"""`solversmith export`: runs as training data, or as flat tables."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from solversmith import errors
from solversmith.cli.runs import read_runs
from solversmith.cli.terminal import note

if TYPE_CHECKING:
    from solversmith.session import RunResult

FORMS = ("chat", "pairs", "hints", "runs", "candidates")


@click.command("export")
@click.argument("runs", nargs=-1)
@click.option("--as", "form", type=click.Choice(FORMS), default="chat", show_default=True, help="What.")
@click.option("--valid-only", is_flag=True, help="Of chats those whose program is valid.")
@click.option("--most-overlap", type=click.FloatRange(0, 1), default=0.5, show_default=True,
              help="Of hints: the largest share of a program's lines that its prompt showed.")  # fmt: skip
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="[default: stdout]")
@click.option("--dir", "folder", type=click.Path(path_type=Path), default="runs", show_default=True,
              help="Where runs lie.")  # fmt: skip
def command(
    runs: tuple[str, ...],
    form: str,
    valid_only: bool,
    most_overlap: float,
    output: Path | None,
    folder: Path,
) -> int:
    """Write RUNS (names or paths; without any, all that there are) for other programs.

    chat: JSON lines, each a conversation that ends with a completion, with verdict and dev loss. pairs: two
    completions of one prompt, the better one chosen. hints: programs that were found with feedback or a shown
    candidate where drafts rarely succeed, under the prompt without it. None of these holds anything of the
    test split. runs, candidates: CSV, one row each.
    """
    from solversmith.store.files import write_beside

    results, _, _ = read_runs(runs, folder)
    if not results:
        raise errors.UsageError("imported results have no completions; export needs runs")
    if form in ("runs", "candidates"):
        text = _runs(results) if form == "runs" else _candidates(results)
        count = text.count("\n") - 1
    else:
        lines = [
            json.dumps(one, allow_nan=False) for one in _objects(results, form, valid_only, most_overlap)
        ]
        text, count = "".join(line + "\n" for line in lines), len(lines)
    if output is None:
        click.echo(text, nl=False)
    else:
        write_beside(output, text.encode("utf-8", "backslashreplace"))
    note(f"{count} {'rows' if form in ('runs', 'candidates') else 'lines'}")
    return errors.DONE


def _objects(
    results: Sequence[RunResult], form: str, valid_only: bool, most_overlap: float
) -> Iterator[dict[str, Any]]:
    from solversmith import training
    from solversmith.records.verdict import Verdict
    from solversmith.store import RunDirectory

    found: list[training.Sample] = []
    for result in results:
        with RunDirectory.read(result.path) as store:
            found += training.samples(store, result.summary)
    if form == "pairs":
        yield from training.preferences(found)
    elif form == "hints":
        yield from training.guided(found, most_overlap=most_overlap)
    else:
        yield from training.chats(
            sample for sample in found if not valid_only or sample.verdict is Verdict.OK
        )


def _runs(results: Sequence[RunResult]) -> str:
    from solversmith.tables import as_csv
    from solversmith.tables.runs import runs_table

    return as_csv(runs_table([(result.summary, ()) for result in results]))


def _candidates(results: Sequence[RunResult]) -> str:
    from solversmith.tables import as_csv
    from solversmith.tables.candidates import candidates_table

    return as_csv(candidates_table([result.summary for result in results]))
