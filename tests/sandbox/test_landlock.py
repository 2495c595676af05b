"""Rulesets for every version of Landlock."""

from __future__ import annotations

import pytest

from sandbox import landlock


def test_without_landlock_there_is_no_ruleset() -> None:
    assert landlock.ruleset(0, []) is None


@pytest.mark.parametrize("abi", range(1, 10))
def test_no_right_is_named_that_the_version_does_not_know(abi: int) -> None:
    rules = landlock.ruleset(abi, [("/x", landlock.SCRATCH), ("/y", landlock.READ)])
    assert rules is not None
    assert all(rights & ~rules["file"] == 0 for _, rights in rules["rules"])
    assert bool(rules["network"]) == (abi >= 4)
    assert bool(rules["scope"]) == (abi >= 6)


def test_a_scratch_folder_holds_files_and_folders_only() -> None:
    make_symlink, make_fifo, make_socket, make_char, make_block = (1 << bit for bit in (12, 10, 9, 6, 11))
    assert landlock.SCRATCH & (make_symlink | make_fifo | make_socket | make_char | make_block) == 0
