"""Smooth random fields on a square."""

from __future__ import annotations

import numpy as np
import pytest

from codepde.random_fields import needed, wavenumbers, waves
from codepde.streams import uniforms


@pytest.mark.parametrize(("most", "count"), [(1.0, 2), (1.5, 4), (2.0, 6), (5.0, 40)])
def test_wavenumbers_hold_one_of_each_pair(most: float, count: int) -> None:
    """Lattice points within a circle, Gauss's counts: 5, 9, 13, 81."""
    found = {tuple(k) for k in wavenumbers(most)}
    assert len(found) == count
    assert not found & {(-m, -n) for m, n in found}


def test_waves_are_periodic_and_have_the_root_mean_square_that_they_say() -> None:
    state = waves(uniforms("toy/1", "dev", 0, needed(3.0)), 3.0, 1.0)
    x = np.arange(16) / 16
    values = state(x, x)
    assert state.rms == pytest.approx(1.0)
    assert np.sqrt(np.mean(values**2)) == pytest.approx(1.0)
    assert abs(np.mean(values)) < 1e-14
    assert state(x + 1.0, x - 2.0) == pytest.approx(values, abs=1e-12)


def test_scaling_by_the_wavenumber_differentiates() -> None:
    """Of a single wave: its slope is 2π|k| times as large."""
    state = waves(uniforms("toy/1", "dev", 1, needed(1.0)), 1.0, 0.0)
    assert state.scaled(lambda k: k).rms == pytest.approx(2 * np.pi)
    assert state.scaled(0.5).rms == pytest.approx(0.5)
