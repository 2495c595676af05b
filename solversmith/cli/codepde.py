"""`solversmith codepde`: PDE data as files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from solversmith import errors
from solversmith.cli.options import COUNT
from solversmith.cli.terminal import note, say

if TYPE_CHECKING:
    from codepde.problem import PdeProblem

_PATH = click.Path(path_type=Path)


@click.group("codepde")
def command() -> None:
    """PDE data as files: references that can be trusted, and published data made again."""


@command.command("reference")
@click.argument("problem")
@click.option("--out", required=True, type=_PATH, help="The file, in PDEBench's layout (HDF5, float64).")
@click.option("--split", type=click.Choice(["dev", "test"]), default="test", show_default=True)
@click.option("--samples", type=COUNT, help="How many samples. [default: as many as the split has]")
@click.option("--cache", type=_PATH, help="Where references are kept. [default: the user's cache folder]")
def reference(problem: str, out: Path, split: str, samples: int | None, cache: Path | None) -> int:
    """Write the references of PROBLEM[:key=value,...] to a file.

    Its attributes are the parameters, the estimate of the error, the method and its version.
    """
    from codepde.published.export import demand_place, export
    from codepde.references.reference import worst_estimate

    opened = _opened(problem, samples=samples, cache=cache)
    demand_place(out)  # before anything is solved that could not be written
    batch = opened.sources.batch(split, samples)
    known = opened.sources.references(batch, split, samples)
    export(out, opened.family, opened.parameters, batch, known)
    estimate = worst_estimate(known) or 0.0
    say(f"{out}: {len(known)} samples of {opened.name}, estimated error at most {estimate:.1e}")
    return errors.DONE


@command.group("data")
def data() -> None:
    """The published data files."""


@data.command("recreate")
@click.argument("problems", nargs=-1)
@click.option("--data", "folder", type=_PATH, help="Where the files go. [default: the user's cache folder]")
@click.option("--dry-run", is_flag=True, help="Say what would be made and how long it takes.")
def recreate(problems: Sequence[str], folder: Path | None, dry_run: bool) -> int:
    """Make the published files of PROBLEM[:key=value,...] again: advection and burgers:nu=0.01 by default.

    Initial states are those of the published random streams, exactly; trajectories come from numerics of the
    same kind in float32. The expected time is said first; the same command goes on after an interruption.
    """
    from codepde.cache import default_root
    from codepde.published import recreate as making
    from codepde.published.sources import FOLDER

    root = folder or default_root() / FOLDER
    works = []
    for name in problems or ("advection", "burgers:nu=0.01"):
        opened = _opened(name)
        works += making.works(opened.family, opened.parameters, root)
    for work in works:
        hours = work.expected_s / 3600.0
        say(f"{work.file}: {len(work.indices)} samples, about {hours:.2g} hours on two cores")
    if not dry_run:
        for work in works:
            making.make(work, note)
    return errors.DONE


def _opened(name: str, samples: int | None = None, cache: Path | None = None) -> PdeProblem:
    """The PDE problem of that name. Raises `UsageError` for any other."""
    from codepde.problem import PdeProblem
    from solversmith.session import opened_problem
    from solversmith.settings import Scoring

    problem = opened_problem(name, Scoring(samples=samples, cache=cache), note)
    if not isinstance(problem, PdeProblem):
        raise errors.UsageError(f"{name} is no PDE problem: `solversmith problems` lists them")
    return problem
