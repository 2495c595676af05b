"""Random samples of the families in two dimensions."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from codepde import corner, initial_allen_cahn2d, initial_darcy, initial_poisson2d, initial_wave2d
from codepde.grid import Grid
from codepde.sample import Draw, Sample

SQUARE = Grid(32, 1.0, 2, dimension=2)
STEADY = Grid(32, dimension=2)
CORNER = Grid(33, dimension=2, lower=-1.0, extent=2.0, vertices=True)
FAMILIES: dict[str, tuple[Draw, Grid]] = {
    "allen_cahn2d": (initial_allen_cahn2d.draw, SQUARE),
    "darcy": (initial_darcy.draw, STEADY),
    "poisson2d": (initial_poisson2d.draw, CORNER),
    "wave2d": (initial_wave2d.draw, SQUARE),
}


def drawn(name: str, count: int, split: str = "dev") -> Iterator[Sample]:
    draw, grid = FAMILIES[name]
    return (draw(split, index, grid, {}) for index in range(count))


@pytest.mark.parametrize("name", FAMILIES)
def test_a_sample_is_the_same_every_time_and_no_other(name: str) -> None:
    draw, grid = FAMILIES[name]
    one, again = draw("dev", 1, grid, {}), draw("dev", 1, grid, {})
    first = next(iter(one.inputs))
    for key, array in one.inputs.items():
        assert array.shape == grid.space
        assert array.dtype == np.float64
        assert np.array_equal(array, again.inputs[key])
    for other in (draw("dev", 2, grid, {}), draw("test", 1, grid, {})):
        assert not np.array_equal(one.inputs[first], other.inputs[first])


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("allen_cahn2d", {"balanced", "biased"}),
        ("poisson2d", {"smooth", "corner"}),
        ("wave2d", {"smooth", "pulse"}),
    ],
)
def test_both_kinds_come_up(name: str, kinds: set[str]) -> None:
    assert {sample.kind for sample in drawn(name, 24)} == kinds


def test_a_finer_grid_has_values_of_the_same_states() -> None:
    """Three times as many cells have centres in common."""
    fine = Grid(96, 1.0, 2, dimension=2)
    for name in ("wave2d", "allen_cahn2d"):
        for index in range(4):
            draw, _ = FAMILIES[name]
            for key, array in draw("test", index, fine, {}).inputs.items():
                coarse = draw("test", index, SQUARE, {}).inputs[key]
                assert array[1::3, 1::3] == pytest.approx(coarse, abs=1e-11)


def test_speeds_are_positive_and_vary() -> None:
    for sample in drawn("wave2d", 20):
        speed = sample.inputs["c"]
        assert 0.5 <= speed.min() < 0.9
        assert 1.1 < speed.max() <= 1.5 + 1e-3


def test_states_of_allen_cahn_are_of_order_one() -> None:
    for sample in drawn("allen_cahn2d", 20):
        state = sample.inputs["u0_batch"]
        assert 0.5 <= np.std(state) <= 1.0
        assert (abs(np.mean(state)) < 1e-12) == (sample.kind == "balanced")


def test_coefficients_of_darcy_have_two_values_about_equally_often() -> None:
    shares = []
    for sample in drawn("darcy", 12):
        assert set(np.unique(sample.inputs["a"])) == {3.0, 12.0}
        shares.append(np.mean(sample.inputs["a"] == 12.0))
    assert 0.35 < np.mean(shares) < 0.65


def test_the_field_of_darcy_has_the_covariance_that_it_says() -> None:
    """The mean product with a normalised cosine has the standard deviation (π²|k|² + τ²)^−1."""
    points = (np.arange(16) + 0.5) / 16
    shape = 2.0 * np.outer(np.cos(np.pi * points), np.cos(2 * np.pi * points))
    factors = [np.mean(initial_darcy.field("dev", index, points) * shape) for index in range(150)]
    assert np.std(factors) == pytest.approx(1.0 / (5.0 * np.pi**2 + 9.0), rel=0.2)


def test_answers_of_poisson_are_sums_of_the_known_functions() -> None:
    values, sources = corner.basis(*corner.coordinates(CORNER))
    for sample in drawn("poisson2d", 3):
        given = sample.inputs
        inside, edge = given["mask"] != corner.OUTSIDE, given["mask"] == corner.BOUNDARY
        assert given["f"][inside] == pytest.approx(np.tensordot(sample.formula, sources, axes=1)[inside])
        assert given["g"][edge] == pytest.approx(np.tensordot(sample.formula, values, axes=1)[edge])
        assert not np.any(given["f"][~inside])
        assert not np.any(given["g"][~edge])
