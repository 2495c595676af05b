"""The random vorticity of `ns2d`."""

from __future__ import annotations

import numpy as np
import pytest

from codepde.grid import Grid
from codepde.initial_vorticity import draw

GRID = Grid(64, 20.0, 21, dimension=2)


def test_fields_are_fixed_and_differ() -> None:
    fields = [draw(split, index, GRID, {}).inputs["w0"] for split in ("dev", "test") for index in range(4)]
    again = [draw(split, index, GRID, {}).inputs["w0"] for split in ("dev", "test") for index in range(4)]
    assert all(np.array_equal(one, other) for one, other in zip(fields, again, strict=True))
    for place, field in enumerate(fields):
        assert all(np.corrcoef(field.ravel(), other.ravel())[0, 1] < 0.9 for other in fields[:place])


def test_the_mean_is_zero_and_no_mode_is_beyond_31() -> None:
    fine = draw("dev", 0, Grid(128, 20.0, 21, dimension=2), {}).inputs["w0"]
    modes = np.abs(np.fft.fft2(fine)) / fine.size
    numbers = np.abs(np.fft.fftfreq(128, 1 / 128))
    beyond = np.maximum.outer(numbers, numbers) > 31
    assert modes[beyond].max() < 1e-16
    assert abs(modes[0, 0]) < 1e-16


def test_variances_are_those_of_the_law() -> None:
    """E|c_k|² = 7^{3/2} (4π²|k|² + 49)^{−5/2} for every mode c_k of exp(2πik·x), in all directions alike."""
    fields = np.stack([draw("test", index, GRID, {}).inputs["w0"] for index in range(200)])
    modes = np.mean(np.abs(np.fft.fft2(fields) / 64**2) ** 2, axis=0)
    for k in ((1, 0), (0, 1), (1, 1), (-1, 1), (2, 0), (0, 2), (5, -3), (12, 7)):
        expected = 7**1.5 * (4 * np.pi**2 * (k[0] ** 2 + k[1] ** 2) + 49) ** -2.5
        assert modes[k] == pytest.approx(expected, rel=0.3), k  # 200 samples: 4 standard deviations


def test_a_grid_shows_the_same_formula() -> None:
    coarse, fine = Grid(32, 1.0, 2, dimension=2), Grid(96, 1.0, 2, dimension=2)
    assert draw("dev", 1, fine, {}).inputs["w0"][1::3, 1::3] == pytest.approx(
        draw("dev", 1, coarse, {}).inputs["w0"], abs=1e-15
    )
