"""Balances that need no reference."""

from __future__ import annotations

import numpy as np
import pytest

from codepde.budgets import mass
from codepde.grid import Grid

GRID = Grid(16, 1.0, 5)
STATES = np.random.default_rng(0).normal(size=(3, 16))


def drift(field: np.ndarray) -> float:
    return mass({"trajectory": field}, {"u0_batch": STATES}, GRID, {})["mass"]


def test_what_only_moves_keeps_its_mass() -> None:
    moved = np.stack([np.roll(STATES, shift, axis=1) for shift in range(5)], axis=1)
    assert drift(moved) < 1e-15


def test_the_largest_loss_counts_relative_to_the_state() -> None:
    field = np.repeat(STATES[:, None], 5, axis=1)
    field[1, 3] += 0.25
    assert drift(field) == pytest.approx(0.25 / np.sqrt(np.mean(STATES[1] ** 2)))
