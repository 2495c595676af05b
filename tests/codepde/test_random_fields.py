"""Our own random streams and the fields made of them."""

from __future__ import annotations

import numpy as np
import pytest

from codepde.random_fields import needed, normals, uniforms, wavenumbers, waves


def test_a_sample_depends_on_stream_split_and_index_alone() -> None:
    one = uniforms("toy/1", "dev", 3, 8)
    assert np.array_equal(one, uniforms("toy/1", "dev", 3, 8))
    others = [("toy/2", "dev", 3), ("toy/1", "test", 3), ("toy/1", "dev", 4)]
    assert all(np.all(one != uniforms(*other, 8)) for other in others)


def test_fewer_numbers_are_the_first_of_more() -> None:
    assert np.array_equal(uniforms("toy/1", "test", 0, 40)[:8], uniforms("toy/1", "test", 0, 8))


def test_normals_have_the_moments_of_a_normal_distribution() -> None:
    numbers = normals(uniforms("toy/1", "dev", 0, 200_000))
    assert [np.mean(numbers**power) for power in range(1, 5)] == pytest.approx([0, 1, 0, 3], abs=0.05)
    first, second = np.split(numbers, 2)
    assert abs(np.mean(first * second)) < 0.02
    assert np.all(np.isfinite(normals(np.zeros(2))))


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
