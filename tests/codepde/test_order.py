"""Orders of convergence."""

from __future__ import annotations

import math
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from codepde.order import INCOMPLETE, SATURATED, SIZES, estimate_order, kink_free, on_grid

FLOOR = [1e-9] * 4


@pytest.mark.parametrize("order", [1.0, 2.0, 3.5])
def test_a_power_law_has_its_order(order: float) -> None:
    found = estimate_order(SIZES, [30.0 * n**-order for n in SIZES], [0.0] * 4)
    assert found.value == pytest.approx(order)
    assert (found.note, found.used) == ("", SIZES)


def test_it_is_the_least_squares_slope() -> None:
    errors = [1e-1, 3e-2, 5e-3, 2e-3]
    x, y = np.log(SIZES), np.log(errors)
    slope = np.sum((x - x.mean()) * (y - y.mean())) / np.sum((x - x.mean()) ** 2)
    assert estimate_order(SIZES, errors, FLOOR).value == pytest.approx(-slope)


def test_errors_near_the_floor_are_left_out() -> None:
    errors = [1e-3, 1e-3 / 16, 9e-9, 9e-9]
    found = estimate_order(SIZES, errors, FLOOR)
    assert found.value == pytest.approx(4.0)
    assert found.used == (128, 256)


def test_an_exact_program_is_saturated_and_not_of_order_0() -> None:
    for errors in ([1e-15] * 4, [0.0] * 4, [1e-3, 2e-9, 1e-9, 1e-9]):
        found = estimate_order(SIZES, errors, FLOOR)
        assert found.value is None
        assert found.note == SATURATED
    assert estimate_order(SIZES, [0.0] * 4, [0.0] * 4).note == SATURATED


def test_failed_grids_are_left_out_and_too_many_of_them_are_told_apart() -> None:
    found = estimate_order(SIZES, [None, 1e-2, math.nan, 1e-2 / 16], FLOOR)
    assert found.value == pytest.approx(2.0)
    assert found.used == (256, 1024)
    assert estimate_order(SIZES, [None, None, math.inf, 1e-2], FLOOR).note == INCOMPLETE
    assert estimate_order((), (), ()).note == INCOMPLETE


def test_grids_may_come_in_any_order_but_not_twice() -> None:
    assert estimate_order((512, 128), (1e-4, 16e-4), (0, 0)).value == pytest.approx(2.0)
    with pytest.raises(ValueError, match="different grids"):
        estimate_order((128, 128), (1.0, 1.0), (0, 0))
    with pytest.raises(ValueError, match="shorter"):
        estimate_order((128, 256), (1.0,), (0, 0))


@given(
    st.lists(st.none() | st.floats(allow_nan=True, allow_infinity=True), min_size=4, max_size=4),
    st.lists(st.floats(min_value=0.0, max_value=1.0), min_size=4, max_size=4),
)
def test_it_is_never_nan(errors: list[float | None], floors: list[float]) -> None:
    found = estimate_order(SIZES, errors, floors)
    assert (found.value is None) == bool(found.note) == (len(found.used) < 2)
    assert found.value is None or math.isfinite(found.value)


def test_the_same_samples_stand_on_every_grid(toy: ModuleType) -> None:
    family = toy.family()
    chosen = kink_free(family, "dev", 5)
    assert chosen == sorted(set(chosen))
    assert len(chosen) == 5
    for size in (128, 256):
        other = on_grid(family, size)
        assert other.grid.num_points == size
        assert other.grid.times == pytest.approx(family.grid.times)
        for index in chosen:
            sample = other.draw("dev", index, other.grid, other.coefficients)
            assert sample.kind == "smooth"
            assert sample.inputs["u0_batch"].shape == (size,)


def test_a_family_without_smooth_samples_is_said_to_be_one(toy: ModuleType) -> None:
    from dataclasses import replace

    from codepde.sample import Sample

    kinks = replace(toy.family(), draw=lambda *_: Sample({}, "kink"))
    with pytest.raises(ValueError, match="0 samples without kinks, 3 are needed"):
        kink_free(kinks, "dev", 3)
