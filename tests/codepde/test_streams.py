"""Random numbers of samples."""

from __future__ import annotations

import numpy as np
import pytest

from codepde.streams import normals, uniforms


def test_streams_depend_on_name_split_and_index_alone() -> None:
    first = uniforms("a/1", "dev", 3, 10)
    assert np.array_equal(first, uniforms("a/1", "dev", 3, 20)[:10])
    for other in (
        uniforms("a/2", "dev", 3, 10),
        uniforms("a/1", "test", 3, 10),
        uniforms("a/1", "dev", 4, 10),
    ):
        assert not np.intersect1d(first, other).size


def test_a_split_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="not in tuple"):
        uniforms("a/1", "train", 0, 1)


def test_normals_are_normal() -> None:
    values = normals(uniforms("a/1", "dev", 0, 40000))
    assert values.shape == (40000,)
    assert np.mean(values) == pytest.approx(0.0, abs=0.02)
    assert np.std(values) == pytest.approx(1.0, abs=0.02)
    assert np.mean(np.abs(values) > 1.959964) == pytest.approx(0.05, abs=0.005)
    first, second = np.split(values, 2)
    assert abs(np.corrcoef(first, second)[0, 1]) < 0.02


def test_normals_of_the_ends_are_finite() -> None:
    assert np.isfinite(normals(np.array([0.0, 1.0 - 2.0**-53, 0.0, 1.0 - 2.0**-53]))).all()


def test_normals_have_the_moments_of_a_normal_distribution() -> None:
    numbers = normals(uniforms("toy/1", "dev", 0, 200_000))
    assert [np.mean(numbers**power) for power in range(1, 5)] == pytest.approx([0, 1, 0, 3], abs=0.05)
    first, second = np.split(numbers, 2)
    assert abs(np.mean(first * second)) < 0.02
