"""What of this machine a program needs to see so that the interpreter runs: and what of that is hidden."""

from __future__ import annotations

import os
import sys
import sysconfig
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sandbox import environment

OS_LIBRARIES = ("/usr/lib", "/usr/lib32", "/usr/lib64", "/lib", "/lib32", "/lib64")
OS_FILES = ("/etc/ld.so.cache", "/etc/localtime", "/etc/alternatives")
_SITE = ("site-packages", "dist-packages")


@dataclass(frozen=True)
class View:
    """Paths of this machine that are shown to programs, read-only.

    `shown` are (real path, path in the box), the later above the earlier; `links` are (target, path in the
    box); `hidden` are folders inside them that are empty in the box.
    """

    python: str
    stdlib: str
    shown: tuple[tuple[str, str], ...]
    links: tuple[tuple[str, str], ...]
    hidden: tuple[str, ...]
    search: tuple[str, ...]  # sys.path of the standard library


def view() -> View:
    """The view that this interpreter needs."""
    stdlib = os.path.dirname(os.path.abspath(os.__file__))
    python = _followed(getattr(sys, "_base_executable", None) or sys.executable)
    shown: dict[str, str] = {}
    links: dict[str, str] = {}
    for folder in OS_LIBRARIES:
        if os.path.islink(folder):
            links[folder] = os.readlink(folder)
        elif os.path.isdir(folder):
            shown[folder] = folder
    for file in OS_FILES:
        if os.path.exists(file):
            shown[file] = os.path.realpath(file)
    for path in (stdlib, *_extensions(stdlib), *_libraries(), python):
        if not _inside_any(path, shown):
            shown[path] = os.path.realpath(path)
    return View(
        python=python,
        stdlib=stdlib,
        shown=tuple((source, target) for target, source in shown.items()),
        links=tuple((target, path) for path, target in links.items()),
        hidden=tuple(_hidden(shown)),
        search=(stdlib, *_extensions(stdlib)),
    )


def _followed(path: str) -> str:
    """The executable behind a chain of links, as the interpreter itself follows it to find its prefix."""
    for _ in range(40):
        if not os.path.islink(path):
            break
        path = os.path.join(os.path.dirname(path), os.readlink(path))
    return os.path.normpath(path)


def _extensions(stdlib: str) -> list[str]:
    own = [entry for entry in sys.path if os.path.basename(entry) == "lib-dynload" and os.path.isdir(entry)]
    return own[:1] or [os.path.join(stdlib, "lib-dynload")]


def _libraries() -> list[str]:
    """Shared libraries that came with the interpreter: libpython and what lies beside it."""
    folder = str(sysconfig.get_config_var("LIBDIR") or "")
    folders = {folder, os.path.join(sys.base_prefix, "lib")}
    return [
        str(file)
        for found in sorted(folders)
        if found and os.path.isdir(found) and not _inside_any(found, OS_LIBRARIES)
        for file in sorted(Path(found).glob("*.so*"))
        if file.is_file()
    ]


def _inside_any(path: str, folders: Iterable[str]) -> bool:
    return any(path == folder or path.startswith(folder + "/") for folder in folders)


def _hidden(shown: dict[str, str]) -> list[str]:
    """Folders of installed packages, sources and repositories that lie inside what is shown."""
    private = [os.path.realpath(path) for path in _private_folders()]
    found = set()
    for target, source in shown.items():
        if not os.path.isdir(source):
            continue
        found |= {os.path.join(target, relative) for relative in _sites(source)}
        for path in private:
            if path.startswith(source + "/"):
                found.add(os.path.join(target, os.path.relpath(path, source)))
    return _outermost(found)


def _sites(folder: str) -> Iterator[str]:
    with os.scandir(folder) as children:
        for child in children:
            names = _SITE if child.name.startswith(("python", "pypy")) else ()
            for relative in (child.name, *(f"{child.name}/{name}" for name in names)):
                path = os.path.join(folder, relative)
                if os.path.basename(relative) in _SITE and os.path.isdir(path) and not os.path.islink(path):
                    yield relative


def _private_folders() -> list[str]:
    stdlib = os.path.dirname(os.path.abspath(os.__file__))
    standard = {stdlib, *_extensions(stdlib)}
    imports = [entry for entry in sys.path if os.path.isdir(entry) and entry not in standard]
    here = str(Path(__file__).resolve().parent.parent)
    return [*imports, here, *environment.editable_folders()]


def _outermost(paths: Iterable[str]) -> list[str]:
    outer: list[str] = []
    for path in sorted(paths):
        if not _inside_any(path, outer):
            outer.append(path)
    return outer


def expected(solver: environment.SolverEnvironment) -> dict[str, object]:
    """What the launcher must report before any program runs."""
    return {"version": sys.version, "base_prefix": sys.base_prefix, "found": solver.top_level}


def solver_search(prefix: str, entries: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """(real path, path in the box) of the solver environment below a folder of the box."""
    return [(source, f"{prefix}/{relative}") for relative, source in entries]
