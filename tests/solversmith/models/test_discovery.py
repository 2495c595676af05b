"""Models are found by module name."""

from __future__ import annotations

import importlib.metadata
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from solversmith import models, registry
from solversmith.cli.main import main
from solversmith.errors import PREREQUISITE, MissingPrerequisite, UnknownName, UsageError


def test_every_module_with_a_summary_is_a_model() -> None:
    available = models.available()
    assert {"offline", "openai", "replay", "scripted"} <= available.keys()
    assert "prices" not in available
    assert all(0 < len(summary) <= 110 and "\n" not in summary for summary in available.values())


def test_a_close_match_is_in_the_error() -> None:
    with pytest.raises(UnknownName, match="no model named 'opnai'; did you mean 'openai'"):
        models.build("opnai:gpt-5")
    with pytest.raises(UsageError, match="NAME"):
        models.build("")


def test_listing_models_imports_nothing_heavy() -> None:
    code = (
        "import sys; from solversmith import models; models.available()\n"
        "print(sorted({'openai', 'httpx2', 'jax', 'scipy', 'ray', 'h5py'} & sys.modules.keys()))"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"


GOOD = """
SUMMARY = "says nothing"
PARAMETERS = ()
def build(*given):
    return "built"
"""
PACKAGES = {
    "foreign_good": GOOD,
    "foreign_broken": "import a_package_that_is_not_here",
    "foreign_leaving": "import sys\nsys.exit(5)",
    "foreign_lines": "raise RuntimeError('first\\nsecond')",
    "foreign_empty": "",
}


@pytest.fixture
def foreign(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Installed packages of somebody's own, most of them broken, that offer a model and a problem each."""
    about = tmp_path / "foreign-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: foreign\nVersion: 1.0\n")
    offers = "\n".join(f"{name} = {name}" for name in PACKAGES)
    groups = (models.ENTRY_POINTS, registry.ENTRY_POINTS)
    (about / "entry_points.txt").write_text("\n".join(f"[{group}]\n{offers}\n" for group in groups))
    for name, source in PACKAGES.items():
        (tmp_path / f"{name}.py").write_text(source)
    monkeypatch.syspath_prepend(tmp_path)
    assert len(importlib.metadata.entry_points(group=models.ENTRY_POINTS)) == len(PACKAGES)
    yield
    for name in PACKAGES:
        sys.modules.pop(name, None)


@pytest.mark.usefixtures("foreign")
class TestPackagesOfSomebodysOwn:
    def test_only_the_one_that_is_named_is_imported(self) -> None:
        assert models.build("offline").name == "offline"
        assert not PACKAGES.keys() & sys.modules.keys()
        assert models.build("foreign_good:x") == "built"
        assert registry.open_problem("foreign_good") == "built"
        assert PACKAGES.keys() & sys.modules.keys() == {"foreign_good"}

    @pytest.mark.parametrize(
        ("name", "why"),
        [
            ("foreign_broken", "ModuleNotFoundError"),
            ("foreign_leaving", "SystemExit: 5"),
            ("foreign_lines", "RuntimeError: first second;"),
        ],
    )
    def test_one_that_can_not_be_imported_says_so_in_a_sentence(self, name: str, why: str) -> None:
        with pytest.raises(MissingPrerequisite, match=f"the model '{name}' can't be imported: .*{why}"):
            models.build(name)
        with pytest.raises(MissingPrerequisite, match=f"the problem '{name}' can't be imported: .*{why}"):
            registry.open_problem(name)
        assert main(["run", "burgers", "--model", name]) == PREREQUISITE
        assert main(["problems", name]) == PREREQUISITE

    def test_one_that_lacks_parts_says_which(self) -> None:
        with pytest.raises(MissingPrerequisite, match="lacks SUMMARY and build in foreign_empty"):
            models.build("foreign_empty")
        with pytest.raises(MissingPrerequisite, match="lacks SUMMARY, PARAMETERS, build"):
            registry.open_problem("foreign_empty")

    def test_a_list_shows_the_broken_ones_as_such(self, capsys: pytest.CaptureFixture[str]) -> None:
        for command in ("models", "problems"):
            assert main([command]) == 0
            shown = capsys.readouterr().out
            assert "says nothing" in shown
            for name in PACKAGES.keys() - {"foreign_good"}:
                (line,) = (line for line in shown.splitlines() if line.startswith(name))
                assert "can't be used:" in line

    def test_a_wrong_name_is_told_theirs_and_none_of_them_is_imported(self) -> None:
        with pytest.raises(UnknownName, match="did you mean 'foreign_good'"):
            models.build("foreign_god")
        assert not PACKAGES.keys() & sys.modules.keys()
