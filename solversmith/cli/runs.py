"""Finding runs on disk by name or path."""

from __future__ import annotations

from pathlib import Path

from solversmith.errors import UnknownName, UsageError


def find_run(text: str, folder: Path) -> Path:
    """The directory of a run: a path to one, or the name of one below `folder`.

    Raises
    ------
    UsageError
        The path is there and is no run.
    UnknownName
        There is neither; close names are in the message.
    """
    for path in (Path(text).expanduser(), folder / text):
        if (path / "run.toml").is_file():
            return path
    if Path(text).expanduser().exists():
        raise UsageError(f"{text!r} is no run: it has no run.toml")
    raise UnknownName(f"run in {folder}/", text, names(folder))


def names(folder: Path) -> list[str]:
    """The runs below a folder."""
    return sorted(path.parent.name for path in folder.glob("*/run.toml"))
