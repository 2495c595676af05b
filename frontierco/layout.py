"""Finds a problem's instance files in a folder of the published layout.

    DIR/TSP/valid_instances/...        dev
    DIR/TSP/easy_test_instances/...    test
    DIR/TSP/hard_test_instances/...    test
    DIR/TSP/anything_else/...          only by a glob

DIR may also be the problem's own folder.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import chain, zip_longest
from pathlib import Path, PurePosixPath

from solversmith.contract import DEV, SPLITS
from solversmith.errors import BadData, UsageError

VALID, EASY, HARD = "valid_instances", "easy_test_instances", "hard_test_instances"
TEST_FOLDERS = (EASY, HARD)
_NO_INSTANCE = re.compile(r"\.|(readme|license|manifest)\b|config\.py$", re.IGNORECASE)


def problem_folder(data: Path, name: str) -> Path:
    """`data`/`name`, or `data` itself if it is laid out like a problem's folder. Raises `BadData`."""
    if not data.is_dir():
        raise BadData("there is no such folder", data)
    if (data / name).is_dir():
        return data / name
    if data.name == name or any((data / folder).is_dir() for folder in (VALID, *TEST_FOLDERS)):
        return data
    raise BadData(f"neither a folder {name} nor {VALID}, {EASY} or {HARD} is in it", data)


def split_files(folder: Path, split: str) -> list[Path]:
    """The instance files of a split in a fixed order: easy before hard, small names before large ones.

    An empty list for `dev` means that there is no `valid_instances`: the built-in cases stand in. Raises
    `BadData` for a folder without any instance, and for `test` if neither of its folders is there.
    """
    if split == DEV:
        return _instances(folder / VALID) if has_split(folder, DEV) else []
    present = [folder / name for name in TEST_FOLDERS if (folder / name).is_dir()]
    if not present:
        raise BadData(f"neither {EASY} nor {HARD} is in it; test cases are expected there", folder)
    return list(chain.from_iterable(_instances(path) for path in present))


def has_split(folder: Path, split: str) -> bool:
    """Whether any folder of this split is there."""
    return any((folder / name).is_dir() for name in ((VALID,) if split == DEV else TEST_FOLDERS))


def matching_files(folder: Path, glob: str, split: str) -> list[Path]:
    """The files that match `glob`, a pattern relative to the problem's folder: `other/E1k.*`.

    They serve for whichever split is asked, except that a file of a test folder never becomes `dev`.
    Raises `UsageError` if none is left.
    """
    path = PurePosixPath(glob)
    if not glob or path.is_absolute() or ".." in path.parts:
        raise UsageError(f"--cases {glob!r}: expected a pattern relative to {folder}, such as 'other/E1k.*'")
    found = [file for file in folder.glob(glob) if file.is_file() and not _is_hidden(file, folder)]
    if not found:
        raise UsageError(
            f"--cases {glob!r} matches no file: expected a pattern relative to {folder}, "
            f"such as '{HARD}/*' or '*/NAME*'"
        )
    if split == DEV:
        found = [file for file in found if file.relative_to(folder).parts[0] not in TEST_FOLDERS]
        if not found:
            raise UsageError(
                f"--cases {glob!r} matches only test instances, which are never used as dev cases; "
                "ask for the test split, or for files of another folder"
            )
    return sorted(found, key=lambda file: _natural(file.relative_to(folder)))


def instance_files(folder: Path) -> list[Path]:
    """Every instance file below a problem's folder, of whatever split, in natural order."""
    files = [file for file in folder.rglob("*") if file.is_file() and not _is_hidden(file, folder)]
    return sorted(files, key=lambda file: _natural(file.relative_to(folder)))


def take(files: Sequence[Path], most: int | None) -> list[Path]:
    """At most `most` files, taken from their folders in turn, in the order that they had."""
    if most is None or most >= len(files):
        return list(files)
    by_folder: dict[Path, list[Path]] = {}
    for file in files:
        by_folder.setdefault(file.parent, []).append(file)
    in_turn = [file for row in zip_longest(*by_folder.values()) for file in row if file is not None]
    return [file for file in files if file in set(in_turn[:most])]


def other_split(split: str) -> str:
    """`test` for `dev` and the other way round."""
    return SPLITS[1 - SPLITS.index(split)]


def _instances(folder: Path) -> list[Path]:
    try:
        files = [file for file in folder.iterdir() if file.is_file() and not _is_hidden(file, folder)]
    except OSError as error:
        raise BadData(f"can't be read ({error.strerror or error})", folder) from None
    if not files:
        raise BadData("the folder holds no instance file", folder)
    return sorted(files, key=lambda file: _natural(file.relative_to(folder)))


def _is_hidden(file: Path, folder: Path) -> bool:
    """Hidden files, and those about the data: README, LICENSE, MANIFEST, config.py."""
    return any(_NO_INSTANCE.match(part) for part in file.relative_to(folder).parts)


def _natural(path: Path) -> list[tuple[int, int, str]]:
    """Sort key by which `E2` stands before `E10`."""
    parts = re.split(r"(\d+)", path.as_posix())
    return [(0, int(part), "") if part.isdigit() else (1, 0, part) for part in parts]
