"""The published random states: the recorded scores of published solvers depend on every one of them."""

import numpy as np
import pytest

from codepde.published import streams


@pytest.fixture(scope="module")
def drawn() -> streams.Draws:
    return streams.draws()


def test_the_streams_are_the_published_ones(drawn) -> None:
    """Values measured when two published solvers scored what is on record for them (see test_schemes)."""
    states = streams.states(range(5), drawn=drawn)
    assert states.dtype == np.float32
    expected = [0.8319239, -0.52124417, -1.0200479, 1.3885224, -0.24340093]
    assert states[:, 0] == pytest.approx(expected, abs=2e-6)


def test_draws_have_the_published_distribution(drawn) -> None:
    assert (drawn.multiplicities.sum(axis=1) == 2).all()
    assert 0.09 < drawn.absolute.mean() < 0.11
    assert 0.09 < drawn.windowed.mean() < 0.11
    assert 0.48 < (drawn.signs > 0).mean() < 0.52
    assert ((drawn.left >= 0.1) & (drawn.left < 0.45) & (drawn.right >= 0.55) & (drawn.right < 0.9)).all()


def test_formulas_are_the_same_states(drawn) -> None:
    indices = range(40)
    x = (np.arange(streams.NUM_POINTS) + 0.5) / streams.NUM_POINTS
    values = np.stack([formula(x) for formula in streams.formulas(indices, drawn)])
    assert np.max(np.abs(values - streams.states(indices, drawn=drawn))) < 1e-5


def test_rescaled_states_fill_the_unit_interval(drawn) -> None:
    states = streams.states(range(20), rescaled=True, drawn=drawn)
    assert (states.min(axis=1) == 0.0).all()
    assert (states.max(axis=1) == 1.0).all()


def test_a_state_does_not_depend_on_which_others_are_asked_for(drawn) -> None:
    assert np.array_equal(streams.states([7], drawn=drawn)[0], streams.states(range(10), drawn=drawn)[7])
