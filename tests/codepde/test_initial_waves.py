"""States of `kdv` and `ks`."""

from __future__ import annotations

import numpy as np
import pytest

from codepde.grid import Grid
from codepde.initial_waves import Pulses, Waves, draw_kdv, draw_ks
from codepde.sample import Draw

KDV = Grid(256, 10.0, 101, extent=32.0)
KS = Grid(256, 50.0, 51, extent=64.0)
BOTH = [(draw_kdv, KDV), (draw_ks, KS)]


@pytest.mark.parametrize(("draw", "grid"), BOTH)
def test_samples_are_fixed_and_all_different(draw: Draw, grid: Grid) -> None:
    states = {
        (split, index): draw(split, index, grid, {}).inputs["u0_batch"]
        for split in ("dev", "test")
        for index in range(12)
    }
    for (split, index), state in states.items():
        assert np.array_equal(state, draw(split, index, grid, {}).inputs["u0_batch"])
    values = list(states.values())
    for place, state in enumerate(values):
        assert all(np.max(np.abs(state - other)) > 1e-3 for other in values[:place])


@pytest.mark.parametrize(("draw", "grid"), BOTH)
def test_states_are_their_own_interpolants(draw: Draw, grid: Grid) -> None:
    """At twice as many points the formula has the modes that the given points show, and no others."""
    fine = Grid(512, grid.final_time, grid.frames, extent=grid.extent)
    for index in range(16):
        sample = draw("dev", index, fine, {})
        modes = np.abs(np.fft.rfft(sample.inputs["u0_batch"])) / 512
        assert np.max(modes[128:]) < 1e-12, sample.formula


def test_both_kinds_of_kdv_come_and_keep_what_the_statement_says() -> None:
    kinds = []
    for index in range(40):
        sample = draw_kdv("test", index, KDV, {})
        kinds.append(sample.kind)
        if isinstance(sample.formula, Pulses):
            assert 1 <= len(sample.formula.widths) <= 3
            heights = 2 * np.array(sample.formula.widths) ** 2
            assert 0.5 <= heights.min() <= heights.max() <= 2.42
        else:
            _check(sample.formula, 4, 0.75, 0.25)
    assert 5 < kinds.count("solitary") < 25
    assert set(kinds) == {"solitary", "smooth"}


def test_states_of_ks_keep_what_the_statement_says() -> None:
    formulas = [draw_ks("test", index, KS, {}).formula for index in range(40)]
    for formula in formulas:
        _check(formula, 8, 1.0, 0.5)
    assert {n for formula in formulas for n in formula.numbers} == set(range(1, 9))


def test_pulses_are_periodic_and_add_up() -> None:
    x = np.linspace(0.0, 32.0, 101)
    pulses = Pulses(32.0, (1.0, 0.5), (0.5, 20.0))
    assert pulses(x) == pytest.approx(pulses(x + 64.0), abs=1e-12)
    alone = Pulses(32.0, (1.0,), (0.5,))(x) + Pulses(32.0, (0.5,), (20.0,))(x)
    assert pulses(x) == pytest.approx(alone, abs=1e-15)
    assert Pulses(32.0, (1.0,), (0.0,))(np.array([0.0, 32.0])) == pytest.approx([2.0, 2.0])


def _check(formula: Waves, most: int, amplitude: float, offset: float) -> None:
    assert isinstance(formula, Waves)
    assert len(formula.numbers) == 4
    assert all(1 <= number <= most for number in formula.numbers)
    assert all(0.0 <= a <= amplitude for a in formula.amplitudes)
    assert abs(formula.offset) <= offset
