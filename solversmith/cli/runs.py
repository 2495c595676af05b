"""Finding runs on disk by name or path."""

from __future__ import annotations

from pathlib import Path

from solversmith.errors import UnknownName, UsageError


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
