"""The file `run.toml`: what makes a run, written once and compared whenever the run is opened."""

from __future__ import annotations

import secrets
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from solversmith.errors import BadData, MissingPrerequisite, UsageError
from solversmith.store import toml
from solversmith.store.files import write_beside
from solversmith.store.settings import ENVIRONMENT, IDENTITY, refuse_difference

RUN, JOURNAL, TEXTS, ARRAYS = "run.toml", "journal.jsonl", "texts.jsonl", "arrays"
OURS = {"lease.json", "journal.torn", "texts.torn", RUN, JOURNAL, TEXTS, ARRAYS}
FORMAT = 1


def made(path: Path) -> None:
    """Make the folder if it is not there. Raises `UsageError` for one with other things in it."""
    try:
        path.mkdir(parents=True, exist_ok=True)
        foreign = sorted({p.name for p in path.iterdir() if not p.name.endswith(".tmp")} - OURS)
    except OSError as error:
        raise MissingPrerequisite(f"can't make the run directory {path}: {error.strerror}") from error
    if foreign and not (path / RUN).exists():
        raise UsageError(
            f"{path} is no run directory: it holds {foreign[0]!r} and no {RUN}; give another name"
        )


def read(path: Path) -> dict[str, Any]:
    """The run file of a folder. Raises `BadData`."""
    file = path / RUN
    try:
        run = tomllib.loads(file.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        raise BadData(f"there is no run in {path}: it has no {RUN}") from None
    except (OSError, ValueError) as error:
        raise BadData(f"can't be read: {error}", file) from error
    if run.get("format") != FORMAT:
        raise BadData(f"has format {run.get('format')!r}, expected {FORMAT}", file)
    if not isinstance(run.get("run_id"), str) or not isinstance(run.get(IDENTITY), dict):
        raise BadData(f"lacks its run_id or its table [{IDENTITY}]", file)
    run.setdefault(ENVIRONMENT, {})
    return run


def continued(path: Path, wanted: Mapping[str, Any]) -> dict[str, Any] | None:
    """The run file, if there is one. Raises `SettingsDiffer` for another identity."""
    if not (path / RUN).exists():
        return None
    run = read(path)
    refuse_difference(path.name, run[IDENTITY], wanted[IDENTITY])
    return run


def created(path: Path, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """A new run file. Raises `BadData` if there is a journal already."""
    if (path / JOURNAL).exists() and (path / JOURNAL).stat().st_size:
        raise BadData(f"has a journal but no {RUN}; restore it from a copy", path)
    run = {"format": FORMAT, "run_id": secrets.token_hex(8), **wanted}
    write_beside(path / RUN, toml.dumps(run).encode())
    return run
