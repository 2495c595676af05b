"""States of the one-dimensional gas."""

from __future__ import annotations

import numpy as np
import pytest

from codepde.grid import Grid
from codepde.initial_cns1d import DENSITY, PRESSURE, VELOCITY, Profile, draw

GRID = Grid(1024, 1.0, 101, lower=-1.0, extent=2.0)
SAMPLES = [draw("dev", index, GRID, {}) for index in range(200)]


def profiles(name: str) -> list[Profile]:
    return [sample.formula[name] for sample in SAMPLES]


@pytest.mark.parametrize(("name", "least"), [(DENSITY, 1.0), (PRESSURE, 10.0)])
def test_density_and_pressure_lie_above_their_background_and_below_twice_the_most(
    name: str, least: float
) -> None:
    for sample, profile in zip(SAMPLES, profiles(name), strict=True):
        values = sample.inputs[name]
        assert least <= profile.offset * (1 - 1e-12) <= values.min() + 1e-9 * least
        assert values.max() <= profile.offset + profile.factor * (1 + 1e-6)
        assert profile.factor < 10 * least
    # Log-uniform: half of them below the geometric mean of the bounds.
    assert np.mean([p.offset < least * np.sqrt(10) for p in profiles(name)]) == pytest.approx(0.5, abs=0.12)


@pytest.mark.parametrize("name", [VELOCITY, DENSITY, PRESSURE])
def test_half_of_the_fields_are_cut_out_by_a_window(name: str) -> None:
    windows = [profile.window for profile in profiles(name)]
    assert np.mean([window is not None for window in windows]) == pytest.approx(0.5, abs=0.12)
    for sample, window, profile in zip(SAMPLES, windows, profiles(name), strict=True):
        if window is not None:
            assert abs(sample.inputs[name][0] - profile.offset) < 1e-6 * (1 + profile.factor)


def test_velocities_have_the_waves_of_the_scalar_families() -> None:
    assert all(np.abs(sample.inputs[VELOCITY]).max() < 4.0 for sample in SAMPLES)
    sizes = [np.sqrt(np.mean(sample.inputs[VELOCITY] ** 2)) for sample in SAMPLES]
    assert 0.4 < np.mean(sizes) < 1.2


def test_kinds_are_those_of_the_roughest_field() -> None:
    for sample in SAMPLES:
        kinds = {profile.kind for profile in sample.formula.values()}
        assert sample.kind == next(kind for kind in ("kink", "window", "smooth") if kind in kinds)
    assert {sample.kind for sample in SAMPLES} == {"kink", "window", "smooth"}


def test_a_sample_is_one_function_on_every_grid_and_has_the_period_of_the_domain() -> None:
    coarse = Grid(128, 1.0, 101, lower=-1.0, extent=2.0)
    for index in range(8):
        sample = draw("test", index, coarse, {})
        for name, profile in draw("test", index, GRID, {}).formula.items():
            assert np.array_equal(sample.inputs[name], profile(coarse.points))
            assert profile(coarse.points + 2.0) == pytest.approx(sample.inputs[name], abs=1e-9)


def test_fields_splits_and_indices_share_no_stream() -> None:
    waves = [
        tuple(sorted(draw(split, index, GRID, {}).formula[name].waves.amplitudes))
        for split in ("dev", "test")
        for index in range(3)
        for name in (VELOCITY, DENSITY, PRESSURE)
    ]
    assert len(set(waves)) == len(waves)
