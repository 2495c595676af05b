"""The long form of `tests/test_killed_sweep.py`."""

from __future__ import annotations

from pathlib import Path

from killed_sweeps import assert_journals_survive


def test_journals_of_200_attempts_equal_those_of_an_undisturbed_sweep(tmp_path: Path) -> None:
    """Four problems, five seeds, ten attempts each."""
    assert_journals_survive(tmp_path, n=10, seeds=5)
