"""`solversmith data`: list, get, verify and make instances."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from solversmith import errors
from solversmith.cli.options import FOLDER
from solversmith.cli.terminal import note, say, say_json

if TYPE_CHECKING:
    from solversmith.contract.problem import DataSource

_TO = click.option(
    "--to", "folder", type=FOLDER, default="data", show_default=True, help="The folder for --data."
)
_HUB = click.option(
    "--hub", metavar="URL", help="A mirror of the hub. [default: HF_ENDPOINT, or the hub itself]"
)


@click.group("data")
def command() -> None:
    """Instances from the published data set, and those that can be made by name.

    What is fetched or made stands in the published layout: give its folder as --data to run and score.
    """


@command.command("list")
@click.argument("problem", required=False)
@_HUB
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def list_(problem: str | None, hub: str | None, as_json: bool) -> int:
    """Files of PROBLEM in the published data set; without one, which problems have data, and from where."""
    if problem is None:
        return _list_problems(as_json)
    from solversmith.hub import listing, size_text

    source = source_of(problem)
    found = listing(source.repository, source.folder, hub)
    if as_json:
        files = [{"path": file.path, "size": file.size, "sha256": file.sha256} for file in found.files]
        say_json({"repository": found.repository, "revision": found.revision, "files": files})
        return errors.DONE
    for file in found.files:
        say(f"{size_text(file.size):>10}  {file.path}")
    say(f"{len(found.files)} files, {size_text(found.nbytes)}: {found.repository} at {found.revision[:12]}")
    return errors.DONE


@command.command("get")
@click.argument("problem")
@_TO
@_HUB
def get(problem: str, folder: Path, hub: str | None) -> int:
    """Fetch the published instances of PROBLEM, checked; the same command continues an interrupted one."""
    from solversmith.hub import fetch, listing, size_text

    source = source_of(problem)
    found = listing(source.repository, source.folder, hub)
    note(f"{len(found.files)} files, {size_text(found.nbytes)}: {found.repository} at {found.revision[:12]}")
    fetched = fetch(found, folder, note, hub)
    say(f"{fetched} files fetched, {len(found.files)} there: use them by --data {folder}")
    return errors.DONE


@command.command("verify")
@click.argument("problem")
@click.option("--data", "folder", type=FOLDER, default="data", show_default=True, help="The folder.")
def verify(problem: str, folder: Path) -> int:
    """Hold the files of PROBLEM against the checksums they were fetched with, and read every instance.

    Exit code 0: all are whole and can be read; 3: some are not, and each is named.
    """
    from solversmith.hub import CHECKSUMS, damaged

    source = source_of(problem)
    own = folder / source.folder if (folder / source.folder).is_dir() else folder
    if not own.is_dir():
        raise errors.BadData("there is no such folder", folder)
    wrong = damaged(own) if (own / CHECKSUMS).exists() else []
    if not (own / CHECKSUMS).exists():
        note(f"no checksums in {own} (it was not fetched by `solversmith data get`): files are only read")
    named = {own / line.partition(":")[0] for line in wrong}
    read = 0
    for file in source.instances(own):
        if file in named:
            continue
        try:
            source.check(file)
            read += 1
        except errors.BadData as error:
            wrong.append(str(error))
    for line in wrong:
        say(line)
    say(f"{read} instances read, {len(wrong)} files damaged")
    if wrong:
        raise errors.BadData(
            f"{len(wrong)} files of {problem} are damaged; `solversmith data get {problem}` fetches again",
            own,
        )
    return errors.DONE


@command.command("make")
@click.argument("problem")
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
@_TO
def make(problem: str, names: tuple[str, ...], folder: Path) -> int:
    """Write the instances of PROBLEM that mathematics gives these NAMEs, such as E1M.0 or hamming10-4."""
    source = source_of(problem)
    for name in names:
        file = source.make(name, folder)
        say(f"{file}: {source.check(file)}")
    return errors.DONE


def source_of(spec: str) -> DataSource:
    """Where the instances of a problem come from. Raises `UsageError` if from nowhere."""
    from solversmith import registry
    from solversmith.contract.problem import ProblemOptions, WithData

    problem = registry.open_problem(spec, ProblemOptions())
    if not isinstance(problem, WithData):
        raise errors.UsageError(f"{spec} has no instance files: its cases are made when they are needed")
    return problem.data_source


def _list_problems(as_json: bool) -> int:
    from solversmith import registry
    from solversmith.contract.problem import ProblemOptions, WithData

    found = {}
    for name, module in registry.summaries():
        if any(not parameter.values for parameter in module.PARAMETERS):
            continue
        try:
            problem = registry.open_problem(name, ProblemOptions())
        except errors.MissingPrerequisite:
            continue
        if isinstance(problem, WithData):
            found[name] = problem.data_source
    if as_json:
        sources = {
            name: {"repository": source.repository, "folder": source.folder, "makes": list(source.makes)}
            for name, source in found.items()
        }
        say_json({"problems": sources})
        return errors.DONE
    for name, source in found.items():
        say(f"{name}: {source.folder} of {source.repository}")
        for pattern in source.makes:
            say(f"    made by name: {pattern}")
    return errors.DONE
