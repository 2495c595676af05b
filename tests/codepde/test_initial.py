"""The published distribution of initial states."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from codepde.grid import Grid
from codepde.initial import InitialState, draw, draw_state

MANY = [draw_state("burgers", "test", index) for index in range(2000)]


def test_a_sample_does_not_depend_on_the_others() -> None:
    assert draw_state("burgers", "dev", 7) == [draw_state("burgers", "dev", index) for index in range(32)][7]


def test_families_splits_and_indices_have_their_own_streams() -> None:
    drawn = {
        draw_state(family, split, index).phases
        for family in ("burgers", "advection")
        for split in ("dev", "test")
        for index in range(200)
    }
    assert len(drawn) == 800


def test_the_streams_do_not_change() -> None:
    # These values are part of every reference's key; a change needs a new version.
    state = draw_state("burgers", "dev", 0)
    assert state.multiplicities == (1, 1, 0, 0)
    assert state.amplitudes[0] == pytest.approx(0.252933614177704, abs=1e-15)


def test_two_wave_classes_are_drawn_with_replacement() -> None:
    counts = np.array([state.multiplicities for state in MANY])
    assert np.all(counts.sum(axis=1) == 2)
    assert np.mean(counts.max(axis=1) == 2) == pytest.approx(0.25, abs=0.04)
    assert counts.mean(axis=0) == pytest.approx([0.5] * 4, abs=0.05)


def test_rare_parts_come_with_probability_one_tenth() -> None:
    assert np.mean([state.absolute for state in MANY]) == pytest.approx(0.1, abs=0.025)
    assert np.mean([state.window is not None for state in MANY]) == pytest.approx(0.1, abs=0.025)
    assert np.mean([state.sign == 1.0 for state in MANY]) == pytest.approx(0.5, abs=0.05)


def test_ranges_of_amplitudes_phases_and_flanks() -> None:
    amplitudes = np.array([state.amplitudes for state in MANY])
    phases = np.array([state.phases for state in MANY])
    windows = np.array([state.window for state in MANY if state.window])
    assert 0 <= amplitudes.min() < 0.01
    assert 0.99 < amplitudes.max() < 1
    assert 0 <= phases.min() < 0.1
    assert 6.2 < phases.max() < 2 * np.pi
    assert 0.1 <= windows[:, 0].min() < windows[:, 0].max() <= 0.45
    assert 0.55 <= windows[:, 1].min() < windows[:, 1].max() <= 0.9


@given(st.integers(0, 10**6), st.floats(-3, 3))
def test_the_period_is_one(index: int, x: float) -> None:
    state = draw_state("advection", "dev", index)
    here, there = state(np.array([x, x + 1.0]))
    assert here == pytest.approx(there, abs=1e-9)


def test_a_formula_is_what_it_says() -> None:
    state = InitialState((0, 2, 0, 0), (0.1, 0.5, 0.2, 0.3), (0.3, 1.0, 0.7, 0.0))
    x = np.linspace(0, 1, 11)
    constant = 0.1 * np.sin(0.3) + 0.2 * np.sin(0.7)
    assert state(x) == pytest.approx(constant + 0.5 * np.sin(2 * np.pi * 4 * x + 1.0))


def test_kinds() -> None:
    waves = ((1, 1, 0, 0), (0.5, 0.5, 0.0, 0.0), (0.0, 0.0, 0.0, 0.0))
    lifted = ((1, 1, 0, 0), (0.1, 0.1, 0.9, 0.0), (0.0, 0.0, np.pi / 2, 0.0))
    assert InitialState(*waves).kind == "smooth"
    assert InitialState(*waves, window=(0.2, 0.8)).kind == "window"
    assert InitialState(*waves, absolute=True, window=(0.2, 0.8)).kind == "kink"
    assert InitialState(*lifted, absolute=True).kind == "smooth"  # nothing is bent: it never changes sign


def test_a_window_cuts_out_and_an_absolute_value_has_one_sign() -> None:
    waves = ((1, 1, 0, 0), (0.5, 0.5, 0.3, 0.0), (0.0, 1.0, 1.0, 0.0))
    x = np.array([0.0, 0.05, 0.97])
    assert np.max(np.abs(InitialState(*waves, window=(0.2, 0.8))(x))) < 1e-12
    assert np.max(InitialState(*waves, absolute=True, sign=-1.0)(np.linspace(0, 1, 99))) <= 0.0


def test_a_sample_has_the_values_at_the_grids_points_on_any_interval() -> None:
    state = draw_state("burgers", "dev", 3)
    unit, wide = Grid(16, 1.0, 2), Grid(16, 1.0, 2, lower=-1.0, extent=2.0)
    samples = [draw("burgers", "dev", 3, grid, {}) for grid in (unit, wide)]
    for sample in samples:
        assert sample.inputs["u0_batch"] == pytest.approx(state(unit.points), abs=1e-14)
        assert (sample.kind, sample.formula) == (state.kind, state)
