"""Finding runs on disk by name or path."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from solversmith.cli.terminal import note, one_line
from solversmith.errors import MissingPrerequisite, UnknownName, UsageError

if TYPE_CHECKING:
    from solversmith.imports import Imported
    from solversmith.session import RunResult


def find_run(text: str, folder: Path, *, imports: bool = False) -> Path:
    """The directory of a run: a path to one, or the name of one below `folder`; or of imported results.

    Raises
    ------
    UsageError
        The path is there and is no run.
    UnknownName
        There is neither; close names are in the message.
    """
    for path in (Path(text).expanduser(), folder / text):
        if (path / "run.toml").is_file() or (imports and is_import(path)):
            return path
    if not imports and is_import(folder / text):
        raise UsageError(f"{text!r} holds imported results, not a run; `solversmith table` shows them")
    if Path(text).expanduser().exists():
        raise UsageError(f"{text!r} is no run: it has no run.toml")
    raise UnknownName(f"run in {folder}/", text, names(folder))


def is_import(path: Path) -> bool:
    """Whether imported results are kept there."""
    return (path / "import.json").is_file()


def import_names(folder: Path) -> list[str]:
    """The imported results below a folder."""
    return sorted(path.parent.name for path in folder.glob("*/import.json"))


def names(folder: Path) -> list[str]:
    """The runs below a folder."""
    return sorted(path.parent.name for path in folder.glob("*/run.toml"))


def read_runs(wanted: Sequence[str], folder: Path) -> tuple[list[RunResult], list[Imported], list[str]]:
    """The runs and imported results that were named, or all below `folder`, each once; and warnings.

    A run that was damaged is left out, and a warning says so, on stderr, too.

    Raises
    ------
    UsageError
        There are none.
    UnknownName
        One that was named is not there.
    MissingPrerequisite
        None can be read: what the first one says.
    """
    from solversmith import imports

    named = wanted or [*names(folder), *import_names(folder)]
    paths = dict.fromkeys(find_run(run, folder, imports=True) for run in named)
    if not paths:
        raise UsageError(f"there are no runs in {folder}/; `solversmith run burgers` makes one")
    imported = [imports.read(path) for path in paths if is_import(path)]
    results, warnings = _read(path for path in paths if not is_import(path))
    return results, imported, warnings


def left_out(imports: Sequence[Imported], command: str) -> list[str]:
    """A warning for each imported result that a command has no use for: it has no seeds and no candidates."""
    return [f"WARNING: {one.name} is left out: imported results are no runs; {command}" for one in imports]


def _read(paths: Iterable[Path]) -> tuple[list[RunResult], list[str]]:
    """The runs, and a warning for each that can't be read. Raises what the first one says if none can."""
    from solversmith.session import read_run

    results, failures = [], []
    for path in paths:
        try:
            results.append(read_run(path))
        except MissingPrerequisite as error:
            failures.append((path, error))
    if not results and failures:
        raise failures[0][1]
    warnings = [
        f"WARNING: run {path.name} is left out: {one_line(str(error), 400)}" for path, error in failures
    ]
    for warning in warnings:
        note(warning)
    return results, warnings
