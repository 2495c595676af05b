"""The solver environment: an allow-list of distributions with their dependencies, as paths to bind.

Each top-level entry of a distribution (package, module, `*.libs`, `*.dist-info`) is shown one by one, so that
nothing else that happens to be installed beside it comes along.
"""

from __future__ import annotations

import csv
import importlib.metadata
import json
import os
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import Distribution
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from sandbox.errors import MissingPackage

_WHOLE = (".libs", ".dist-info", ".egg-info", ".data")
# Modules that take long to import, by distribution: what a warm start has done already.
_PRELOADED = {
    "numpy": ("numpy", "numpy.linalg", "numpy.fft", "numpy.random"),
    "scipy": (
        *("scipy.linalg", "scipy.sparse", "scipy.sparse.linalg", "scipy.sparse.csgraph", "scipy.optimize"),
        *("scipy.integrate", "scipy.interpolate", "scipy.spatial", "scipy.special", "scipy.fft"),
    ),
    "networkx": ("networkx",),
    "jax": ("jax", "jax.numpy", "jax.scipy"),  # which start no backend: that must not happen before a fork
}
_STANDARD = ("ctypes", "resource", "random", "linecache", "traceback")
_NAME = r"[A-Za-z0-9][A-Za-z0-9._-]*"
_REQUIREMENT = re.compile(rf"({_NAME})\s*(?:\[([^\]]*)\])?")
_EXTRA = re.compile(r"\bextra\s*==\s*[\"']([^\"']*)[\"']")


@dataclass(frozen=True)
class SolverEnvironment:
    """What programs can import besides the standard library.

    `entries` are (path relative to the environment, real path on this machine), sorted.
    """

    packages: tuple[str, ...]
    versions: tuple[tuple[str, str], ...]
    entries: tuple[tuple[str, str], ...]

    @property
    def top_level(self) -> list[str]:
        """The names that a listing of the environment gives."""
        return sorted({PurePosixPath(name).parts[0] for name, _ in self.entries})


def preloaded(solver: SolverEnvironment) -> tuple[str, ...]:
    """What a warm start imports for programs of this environment."""
    names = [normalized(name) for name, _ in solver.versions]
    return (*_STANDARD, *(module for name in _PRELOADED if name in names for module in _PRELOADED[name]))


def normalized(name: str) -> str:
    """A distribution's name as package indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def import_name(name: str) -> str:
    """What a distribution is most likely imported as."""
    return normalized(name).replace("-", "_")


def resolve(packages: Sequence[str], search: Sequence[str] | None = None) -> SolverEnvironment:
    """The environment of these distributions and all that they require.

    A requirement under an extra is left out, unless another distribution requires the extra; any other is
    included if it is installed.

    Parameters
    ----------
    search
        Directories to look in, first come first served; by default `sys.path`.

    Raises
    ------
    MissingPackage
        One of `packages` is not installed, is installed in editable mode, or contains this sandbox.
    """
    directories = tuple(entry for entry in (sys.path if search is None else search) if os.path.isdir(entry))
    stamps = tuple(os.stat(entry).st_mtime_ns for entry in directories)
    return _resolve(tuple(dict.fromkeys(packages)), directories, stamps)


@lru_cache(maxsize=64)
def _resolve(packages: tuple[str, ...], search: tuple[str, ...], _stamps: object) -> SolverEnvironment:
    installed = _installed(search)
    chosen: dict[str, Distribution] = {}
    for label in packages:
        if normalized(label) not in installed:
            raise MissingPackage(f"{label} is not installed; programs were promised it: pip install {label}")
    waiting: list[tuple[str, str | None]] = [(normalized(name), None) for name in packages]
    seen: set[tuple[str, str | None]] = set()
    while waiting:
        wanted = waiting.pop()
        name, extra = wanted
        if name in installed and wanted not in seen:
            seen.add(wanted)
            chosen[name] = installed[name]
            waiting += _requirements(installed[name], extra)
    entries: dict[str, str] = {}
    for name, distribution in sorted(chosen.items()):
        for relative, source in _entries(name, distribution):
            entries.setdefault(relative, source)
    versions = tuple((name, found.version) for name, found in sorted(chosen.items()))
    return SolverEnvironment(packages, versions, tuple(sorted(entries.items())))


def _installed(search: Sequence[str]) -> dict[str, Distribution]:
    found: dict[str, Distribution] = {}
    for distribution in importlib.metadata.distributions(path=list(search)):
        name = distribution.metadata["Name"]
        if name:
            found.setdefault(normalized(name), distribution)
    return found


def _requirements(distribution: Distribution, extra: str | None) -> Iterator[tuple[str, str | None]]:
    """What it requires, or what one of its extras does besides: names, each alone and with each extra."""
    for requirement in distribution.requires or ():
        specifier, _, marker = requirement.partition(";")
        match = _REQUIREMENT.match(specifier.strip())
        under = _EXTRA.search(marker)
        if match and (normalized(under.group(1)) if under else None) == extra:
            name = normalized(match.group(1))
            yield name, None
            yield from ((name, normalized(wanted)) for wanted in re.findall(_NAME, match.group(2) or ""))


def _entries(name: str, distribution: Distribution) -> Iterator[tuple[str, str]]:
    site = Path(str(distribution.locate_file("")))
    files = _recorded(distribution)
    relatives = _top_level(files) if files else _guessed(name, distribution, site)
    found = [relative for relative in relatives if (site / relative).exists()]
    empty = not any(not relative.endswith((".dist-info", ".egg-info")) for relative in found)
    if empty and not _only_requires(files):
        raise MissingPackage(
            f"{name} has no files in {site} (is it installed in editable mode?); install it as a wheel"
        )
    own = Path(__file__).resolve().parent
    for relative in found:
        source = (site / relative).resolve()
        if source == own or source in own.parents or own in source.parents:
            raise MissingPackage(f"{name} can't be in a solver environment: it contains the sandbox itself")
        yield relative, str(source)


def _recorded(distribution: Distribution) -> list[PurePosixPath]:
    record = distribution.read_text("RECORD") or ""
    paths = [PurePosixPath(row[0]) for row in csv.reader(record.splitlines()) if row]
    return [path for path in paths if not path.is_absolute() and ".." not in path.parts]


def _only_requires(files: Sequence[PurePosixPath]) -> bool:
    """Whether nothing but its own metadata belongs to it, as to one that exists for its requirements."""
    return bool(files) and all(path.parts[0].endswith(".dist-info") for path in files)


def _top_level(files: Sequence[PurePosixPath]) -> list[str]:
    """Entries to show. A folder without `__init__` is shared with other distributions: its children count."""
    packages = {path.parent for path in files if path.name.partition(".")[0] == "__init__"}
    entries = set()
    for path in files:
        if "__pycache__" in path.parts or (len(path.parts) == 1 and path.suffix == ".pth"):
            continue
        entry = PurePosixPath(path.parts[0])
        for part in path.parts[1:]:
            if entry in packages or entry.name.endswith(_WHOLE):
                break
            entry = entry / part
        entries.add(str(entry))
    return sorted(entries)


def _guessed(name: str, distribution: Distribution, site: Path) -> list[str]:
    """Without a list of files, as in a system's own packages: by the names that it declares."""
    modules = (distribution.read_text("top_level.txt") or name.replace("-", "_")).split()
    metadata = getattr(distribution, "_path", None)
    entries = [] if metadata is None else [Path(metadata).name]
    for module in modules:
        entries += [
            child.name for child in sorted(site.glob(f"{module}.*")) if child.suffix in (".py", ".so")
        ]
        entries.append(module)
        entries.append(f"{module}.libs")
    return entries


def editable_folders(search: Sequence[str] | None = None) -> list[str]:
    """Folders of this machine that distributions were installed from in place."""
    folders = []
    for distribution in importlib.metadata.distributions(path=list(sys.path if search is None else search)):
        text = distribution.read_text("direct_url.json")
        if text and '"dir_info"' in text:
            url = urlsplit(json.loads(text).get("url", ""))
            if url.scheme == "file":
                folders.append(unquote(url.path))
    return folders
