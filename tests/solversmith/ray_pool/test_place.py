"""Decoys: folders of a user's named as ours are, in front of everything on the path."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
PROBE = """
import sys
sys.path.append({root!r})
{early}
from solversmith.ray_pool import place
mended = place.mend()
import codepde, frontierco, problems, sandbox
from sandbox.spec import Job
places = [m.__path__[0] for m in (codepde, frontierco, problems, sandbox)]
print(mended, all(path == {root!r} + "/" + m for path, m in zip(places, place.SIBLINGS)))
"""


def probed(folder: Path, early: str = "") -> str:
    source = PROBE.format(root=str(ROOT), early=early)
    done = subprocess.run(
        [sys.executable, "-S", "-c", source],
        cwd=folder,
        env={"PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        timeout=200,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize("early", ["", "import problems"])
def test_a_folder_of_the_users_does_not_stand_in_for_ours(tmp_path: Path, early: str) -> None:
    (tmp_path / "problems").mkdir()
    (tmp_path / "problems" / "__init__.py").write_text("")  # without it, ours would go before it anyway
    (tmp_path / "sandbox").mkdir()
    (tmp_path / "sandbox" / "__init__.py").write_text("raise SystemExit('the decoy was imported')")
    assert probed(tmp_path, early) == "['problems', 'sandbox'] True"


def test_where_all_is_well_nothing_changes(tmp_path: Path) -> None:
    assert probed(tmp_path) == "[] True"


def test_an_installation_that_is_not_whole_is_told(tmp_path: Path) -> None:
    from solversmith.ray_pool import place

    path = list(sys.path)
    try:
        with pytest.raises(ImportError, match="ours_and_nobody_elses do not lie beside solversmith"):
            place.mend(tmp_path, ["ours_and_nobody_elses"])
    finally:
        sys.path[:] = path
