"""Errors against a reference."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from codepde.metrics import MOST, ShapeMismatch, first_non_finite, frame_errors, nrmse, sample_errors

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
    for error in (nrmse, sample_errors, frame_errors):
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
    errors = frame_errors(field, REFERENCE)
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
