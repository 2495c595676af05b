"""What is shown of this machine, and what is hidden in it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from sandbox import confined, environment, interpreter


def test_this_interpreter() -> None:
    view = interpreter.view()
    targets = [target for _, target in view.shown]
    assert any(view.python == target or view.python.startswith(target + "/") for target in targets)
    assert view.search[0] == view.stdlib
    assert all(os.path.exists(source) for source, _ in view.shown)
    assert not Path(view.python).is_symlink()
    private = [entry for entry in sys.path if entry.endswith(("site-packages", "dist-packages"))]
    for entry in map(os.path.realpath, private):
        inside = any(entry.startswith(source + "/") for source, _ in view.shown)
        assert not inside or any(entry == path or entry.startswith(path + "/") for path in view.hidden)


def test_folders_on_the_path_inside_of_what_is_shown_are_hidden(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = tmp_path / "lib"
    for name in ("python3/dist-packages", "project/src", "python3.11/site-packages", "kept"):
        (library / name).mkdir(parents=True)
    monkeypatch.setattr(sys, "path", [*sys.path, str(library / "project" / "src")])
    hidden = interpreter._hidden({"/box/lib": str(library)})
    assert hidden == [
        "/box/lib/project/src",
        "/box/lib/python3.11/site-packages",
        "/box/lib/python3/dist-packages",
    ]


def test_a_link_to_the_interpreter_is_followed(tmp_path: Path) -> None:
    (tmp_path / "real").write_text("")
    (tmp_path / "near").symlink_to("real")
    (tmp_path / "far").symlink_to(tmp_path / "near")
    assert interpreter._followed(str(tmp_path / "far")) == str(tmp_path / "real")


def test_what_is_expected_is_what_is_here() -> None:
    solver = environment.resolve(["numpy"])
    expected = interpreter.expected(solver)
    assert expected["version"] == sys.version
    assert expected["base_prefix"] == sys.base_prefix
    assert expected["found"] == solver.top_level


def test_around_what_is_hidden(tmp_path: Path) -> None:
    for name in ("a/x", "a/secret", "b", "c/deep/secret", "c/deep/other"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "a" / "secret")
    hidden = [str(tmp_path / "a/secret"), str(tmp_path / "c/deep/secret")]
    found = sorted(confined.around(str(tmp_path), hidden))
    assert found == [str(tmp_path / name) for name in ("a/x", "b", "c/deep/other")]
    assert list(confined.around(str(tmp_path), [str(tmp_path)])) == []


def test_a_folder_made_unreadable_is_removed(tmp_path: Path) -> None:
    folder = tmp_path / "slot"
    (folder / "closed" / "deep").mkdir(parents=True)
    (folder / "closed").chmod(0)
    confined.remove(str(folder))
    assert not folder.exists()
    confined.remove("")


def test_a_folder_of_many_is_not_listed_again_for_each(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each listing begins with what lies there, and passes over what was removed: 1 ms for each of 10,000."""
    folder = tmp_path / "slot"
    for number in range(50):
        (folder / f"empty{number}").mkdir(parents=True)
        (folder / f"full{number}" / "deep").mkdir(parents=True)
        (folder / f"full{number}" / "deep" / "file").touch()
    listed: list[int] = []
    number, scandir = folder.stat().st_ino, os.scandir
    monkeypatch.setattr(confined.os, "scandir", lambda fd: listed.append(os.fstat(fd).st_ino) or scandir(fd))
    monkeypatch.setattr(confined, "_AT_ONCE", 20)
    confined.remove(str(folder))
    assert not folder.exists()
    assert listed.count(number) <= 50 // 20 + 2
