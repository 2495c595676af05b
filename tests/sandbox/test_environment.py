"""The allow-list of distributions, resolved from what pip and others leave in a folder."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox import environment
from sandbox.errors import MissingPackage


def install(
    site: Path,
    name: str,
    files: Sequence[str],
    requires: Sequence[str] = (),
    record: bool = True,
) -> None:
    metadata = site / f"{name.replace('-', '_')}-1.2.dist-info"
    metadata.mkdir(parents=True)
    lines = ["Metadata-Version: 2.1", f"Name: {name}", "Version: 1.2"]
    lines += [f"Requires-Dist: {requirement}" for requirement in requires]
    (metadata / "METADATA").write_text("\n".join(lines) + "\n")
    for file in files:
        if not file.startswith(".."):
            (site / file).parent.mkdir(parents=True, exist_ok=True)
            (site / file).write_text("")
    if record:
        listed = [*files, f"{metadata.name}/METADATA", f"{metadata.name}/RECORD"]
        (metadata / "RECORD").write_text("".join(f"{file},,\n" for file in listed))


def entries(site: Path, *packages: str) -> list[str]:
    found = environment.resolve(packages, [str(site)])
    for relative, source in found.entries:
        assert source == str((site / relative).resolve())
    return [relative for relative, _ in found.entries if not relative.endswith(".dist-info")]


def test_packages_modules_and_libraries_but_not_what_lies_beside(tmp_path: Path) -> None:
    install(
        tmp_path,
        "numbers",
        ["numbers/__init__.py", "numbers/core/x.so", "numbers.libs/libblas.so", "_fast.cpython-311.so",
         "__pycache__/single.cpython-311.pyc", "single.py", "../../../bin/f2py", "hook.pth"],
    )  # fmt: skip
    install(tmp_path, "other", ["other/__init__.py"])
    assert entries(tmp_path, "numbers") == ["_fast.cpython-311.so", "numbers", "numbers.libs", "single.py"]


def test_dependencies_come_along_but_extras_do_not(tmp_path: Path) -> None:
    install(tmp_path, "a", ["a.py"], ["B.b>=1", 'c; extra == "all"', 'd ; python_version < "3"', "e[x]~=1.0"])
    install(tmp_path, "b-b", ["bb.py"], ["a"])  # a circle
    install(tmp_path, "c", ["c.py"])
    install(tmp_path, "e", ["e.py"])
    found = environment.resolve(["a"], [str(tmp_path)])
    assert dict(found.versions) == {"a": "1.2", "b-b": "1.2", "e": "1.2"}
    assert entries(tmp_path, "a") == ["a.py", "bb.py", "e.py"]


def test_what_is_required_with_an_extra_brings_what_stands_under_that_extra(tmp_path: Path) -> None:
    install(tmp_path, "a", ["a.py"], ["kit[Fast_er, big] ==1 ; platform_system == 'Linux'"])
    requires = [
        "b; extra == 'fast-er'",
        "c[deep]<2; extra == 'big' and python_version > '3'",
        "d; extra == 'x'",
    ]
    install(tmp_path, "kit", [], requires)  # which has no files of its own
    install(tmp_path, "c", ["c.py"], ['e; extra == "deep"', "a[loop]"])
    for name in ("b", "d", "e"):
        install(tmp_path, name, [f"{name}.py"])
    assert entries(tmp_path, "a") == ["a.py", "b.py", "c.py", "e.py"]
    assert entries(tmp_path, "kit") == []


def test_a_shared_folder_shows_only_the_own_part(tmp_path: Path) -> None:
    install(tmp_path, "google-one", ["google/one/__init__.py", "google/one/deep/x.py"])
    install(tmp_path, "google-two", ["google/two/__init__.py"])
    assert entries(tmp_path, "google-one") == ["google/one"]
    assert environment.resolve(["google-one"], [str(tmp_path)]).top_level == [
        "google",
        "google_one-1.2.dist-info",
    ]


def test_the_first_folder_wins(tmp_path: Path) -> None:
    for folder in ("first", "second"):
        install(tmp_path / folder, "a", ["a.py"])
    found = environment.resolve(["A"], [str(tmp_path / "first"), str(tmp_path / "second")])
    assert ("a.py", str(tmp_path / "first" / "a.py")) in found.entries


def test_without_a_list_of_files(tmp_path: Path) -> None:
    install(tmp_path, "old-thing", ["old_thing/__init__.py"], record=False)
    assert entries(tmp_path, "old-thing") == ["old_thing"]
    install(tmp_path, "named", ["realname.py", "other.so"], record=False)
    (tmp_path / "named-1.2.dist-info" / "top_level.txt").write_text("realname\nother\n")
    assert entries(tmp_path, "named") == ["other.so", "realname.py"]


def test_not_installed(tmp_path: Path) -> None:
    with pytest.raises(MissingPackage, match="pip install nothing"):
        environment.resolve(["nothing"], [str(tmp_path)])


def test_editable(tmp_path: Path) -> None:
    install(tmp_path, "mine", ["__editable__.mine.pth"])
    with pytest.raises(MissingPackage, match="editable"):
        environment.resolve(["mine"], [str(tmp_path)])
    origin = {"url": "file:///home/some%20body/mine", "dir_info": {"editable": True}}
    (tmp_path / "mine-1.2.dist-info" / "direct_url.json").write_text(json.dumps(origin))
    assert environment.editable_folders([str(tmp_path)]) == ["/home/some body/mine"]


def test_the_sandbox_itself_is_never_shown(tmp_path: Path) -> None:
    install(tmp_path, "whole", ["elsewhere.py"])
    (tmp_path / "sandbox").symlink_to(Path(environment.__file__).parent)
    record = tmp_path / "whole-1.2.dist-info" / "RECORD"
    record.write_text("sandbox/__init__.py,,\nwhole-1.2.dist-info/METADATA,,\n")
    with pytest.raises(MissingPackage, match="contains the sandbox itself"):
        environment.resolve(["whole"], [str(tmp_path)])


def test_a_new_installation_is_seen(tmp_path: Path) -> None:
    tmp_path.joinpath("site").mkdir()
    site = tmp_path / "site"
    with pytest.raises(MissingPackage):
        environment.resolve(["late"], [str(site)])
    install(site, "late", ["late.py"])
    assert entries(site, "late") == ["late.py"]


def test_of_this_installation() -> None:
    found = environment.resolve(["jax"])
    assert {"jax", "jaxlib", "numpy", "scipy"} <= set(dict(found.versions))
    assert "solversmith" not in dict(found.versions)
    assert {"numpy", "numpy.libs"} <= set(found.top_level)


@given(st.from_regex(r"[A-Za-z0-9]([A-Za-z0-9._-]{0,8}[A-Za-z0-9])?", fullmatch=True))
def test_names_compare_as_indexes_compare_them(name: str) -> None:
    once = environment.normalized(name)
    assert environment.normalized(once) == once == environment.normalized(name.upper().replace("-", "_"))
