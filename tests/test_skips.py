"""The rule that a skip must be listed, on itself."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import skips


def test_a_listed_prefix_covers_its_tests() -> None:
    expected = skips.read_expected("# comment\n\ntests/a.py::test_x: no such kernel here\n")
    assert skips.unexpected(["tests/a.py::test_x[1]"], expected) == []
    assert skips.unexpected(["tests/a.py::test_y"], expected) == ["tests/a.py::test_y"]


def test_a_line_without_a_reason_is_refused() -> None:
    with pytest.raises(ValueError, match="gives no reason"):
        skips.read_expected("tests/a.py::test_x")


def test_the_list_itself_is_readable() -> None:
    skips.read_expected(skips.LISTED.read_text(encoding="utf-8"))


def test_an_unlisted_skip_fails_the_run(tmp_path: Path) -> None:
    """A real run in a folder of its own, with the same conftest."""
    for name in ("conftest.py", "skips.py"):
        source = Path(__file__).with_name(name).read_text(encoding="utf-8")
        (tmp_path / name).write_text(source, encoding="utf-8")
    (tmp_path / "test_it.py").write_text(
        "import pytest\ndef test_fine(): pass\ndef test_known(): pytest.skip('x')\n"
    )
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-o", "pythonpath=.", "."]

    (tmp_path / "expected_skips.txt").write_text("test_it.py::test_known: reason\n")
    assert subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).returncode == 0

    (tmp_path / "expected_skips.txt").write_text("")
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False, text=True)
    assert done.returncode == 1
    assert "skipped without a reason" in done.stdout
