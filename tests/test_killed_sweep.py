"""A sweep on two raylets whose worker, raylet and driver are killed: nothing is lost or paid twice."""

from __future__ import annotations

from pathlib import Path

from killed_sweeps import assert_journals_survive


def test_journals_equal_those_of_an_undisturbed_sweep(tmp_path: Path) -> None:
    """Four problems with four attempts each; `make soak` has 200 attempts."""
    assert_journals_survive(tmp_path, n=4, seeds=1)
