"""Errors against a reference."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from codepde.metrics import MOST, ShapeMismatch, field_errors, first_non_finite, nrmse, sample_errors

FIELDS = arrays(float, (3, 4, 6), elements=st.floats(-100, 100, width=32))
RNG = np.random.default_rng(0)
REFERENCE = RNG.normal(size=(3, 4, 6))


@given(FIELDS, st.floats(1e-100, 1e100))
def test_scaling_both_changes_nothing(field: np.ndarray, scale: float) -> None:
    assert nrmse(scale * field, scale * REFERENCE) == pytest.approx(nrmse(field, REFERENCE), rel=1e-9)


@given(FIELDS)
def test_it_is_the_published_formula(reference: np.ndarray) -> None:
    norms = np.sqrt(np.mean(reference**2, axis=(1, 2)))
    assume(norms.min() > 1e-6)
    expected = np.mean(np.sqrt(np.mean((REFERENCE - reference) ** 2, axis=(1, 2))) / norms)
    assert nrmse(REFERENCE, reference) == pytest.approx(min(expected, MOST), rel=1e-9)


def test_exact_scores_zero_and_the_zero_trajectory_one() -> None:
    assert nrmse(REFERENCE, REFERENCE) == 0.0
    assert nrmse(np.zeros_like(REFERENCE), REFERENCE) == pytest.approx(1.0, abs=1e-14)


def test_float32_is_taken_as_it_is() -> None:
    assert nrmse(REFERENCE.astype(np.float32), REFERENCE) < 1e-7


@pytest.mark.parametrize("shape", [(1, 4, 6), (3, 4, 1), (4, 6), (3, 4, 6, 1), (3, 6, 4)])
def test_nothing_is_broadcast(shape: tuple[int, ...]) -> None:
    for error in (nrmse, sample_errors, field_errors):
        with pytest.raises(ShapeMismatch, match="shape"):
            error(np.ones(shape), REFERENCE)


@pytest.mark.parametrize("huge", [1e30, 1e200, np.finfo(float).max])
def test_huge_but_finite_fields_have_a_finite_error(huge: float) -> None:
    field = REFERENCE.copy()
    field[1, 2, 3] = huge
    assert sample_errors(field, REFERENCE).tolist() == [0.0, MOST, 0.0]
    assert np.isfinite(nrmse(field, 1e-300 * REFERENCE))


def test_a_zero_reference_is_met_or_missed() -> None:
    reference = REFERENCE.copy()
    reference[0] = 0.0
    assert sample_errors(reference, reference)[0] == 0.0
    assert sample_errors(REFERENCE, reference)[0] == MOST


def test_frames_have_their_own_errors() -> None:
    field = REFERENCE.copy()
    field[2, 3] = 0.0
    errors = field_errors(field, REFERENCE).frames
    assert errors.shape == (3, 4)
    assert errors[2, 3] == pytest.approx(1.0)
    assert np.count_nonzero(errors) == 1


def test_first_non_finite_names_samples_and_frames() -> None:
    field = REFERENCE.copy()
    assert first_non_finite(field) == {}
    field[0, 3, 1] = np.nan
    field[2, 1, 0] = -np.inf
    field[2, 3, 5] = np.nan
    assert first_non_finite(field) == {0: 3, 2: 1}


@given(FIELDS)
def test_bands_are_parts_of_the_whole(field: np.ndarray) -> None:
    for shape in ((3, 4, 6), (3, 1, 4, 6)):
        errors = field_errors(field.reshape(shape), REFERENCE.reshape(shape))
        assert np.linalg.norm(errors.bands, axis=1) == pytest.approx(errors.whole, rel=1e-9, abs=1e-14)


@pytest.mark.parametrize(("wave", "band"), [(0, 0), (4, 0), (5, 1), (12, 1), (13, 2), (31, 2)])
def test_an_error_of_one_wave_is_in_one_band(wave: int, band: int) -> None:
    x = np.arange(64) / 64
    reference = np.ones((1, 2, 64))
    errors = field_errors(reference + 0.1 * np.cos(2 * np.pi * wave * x), reference).bands[0]
    assert errors[band] > 0.05
    assert np.delete(errors, band) == pytest.approx([0.0, 0.0], abs=1e-14)


def test_in_two_dimensions_the_length_of_the_wave_vector_counts() -> None:
    x = np.arange(32) / 32
    reference = np.ones((1, 1, 32, 32))
    wave = np.cos(2 * np.pi * 4 * np.add.outer(x, x))  # (4, 4) is 5.7 long
    errors = field_errors(reference + wave, reference).bands[0]
    assert errors == pytest.approx([0.0, np.sqrt(0.5), 0.0], abs=1e-14)


def test_a_constant_error_is_none_of_the_fluctuation() -> None:
    shift = np.arange(4.0)[None, :, None]
    assert field_errors(REFERENCE + shift, REFERENCE).fluctuation == pytest.approx(np.zeros(3), abs=1e-14)
    wave = REFERENCE - REFERENCE.mean(axis=2, keepdims=True)
    found = field_errors(50.0 + 1.5 * wave, 50.0 + wave)
    assert found.fluctuation == pytest.approx(np.full(3, 0.5), rel=1e-9)
    assert found.whole.max() < 0.02


def test_a_field_without_fluctuation_is_not_measured_by_its_rounding() -> None:
    reference = 1.0 + 1e-16 * REFERENCE
    assert field_errors(reference + 1e-13 * REFERENCE, reference).fluctuation.max() < 1e-6


def test_what_has_decayed_is_measured_by_a_thousandth_of_what_was() -> None:
    reference = REFERENCE * np.array([1.0, 1e-2, 1e-20, 0.0])[None, :, None]
    frames = field_errors(reference * 1.5, reference).frames
    assert frames[:, :2] == pytest.approx(np.full((3, 2), 0.5))
    assert frames[:, 2:].max() < 1e-15


def test_a_least_size_measures_what_is_smaller() -> None:
    reference = np.zeros((2, 3, 5))
    reference[1] = 7.0
    errors = field_errors(reference + 0.2, reference, np.array([4.0, 4.0]))
    for found in (errors.whole, errors.absolute, errors.maximum, errors.frames[:, 1]):
        assert found == pytest.approx([0.05, 0.2 / 7.0])


def test_other_norms() -> None:
    reference = np.array([[[1.0, -2.0], [3.0, 4.0]]])
    errors = field_errors(reference + np.array([[[0.5, 0.0], [0.0, 1.0]]]), reference)
    assert errors.absolute == pytest.approx([0.15])
    assert errors.maximum == pytest.approx([0.25])


@pytest.mark.parametrize("huge", [1e200, np.finfo(float).max, -np.finfo(float).max])
def test_all_errors_of_huge_fields_are_finite(huge: float) -> None:
    field = REFERENCE.copy()
    field[1] = huge * np.where(np.arange(6) % 2, 1.0, -1.0)
    errors = field_errors(field, REFERENCE)
    for found in vars(errors).values():
        assert np.isfinite(found).all()
        assert found.max() <= MOST
        assert np.abs(found[0]).max() == 0.0
