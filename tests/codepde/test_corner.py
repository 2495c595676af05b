"""The L-shaped square and the functions on it."""

from __future__ import annotations

import numpy as np
import pytest

from codepde.corner import BOUNDARY, INSIDE, OUTSIDE, SINGULAR, basis, coordinates, mask, size
from codepde.grid import Grid


def grid(points: int) -> Grid:
    return Grid(points, dimension=2, lower=-1.0, extent=2.0, vertices=True)


def test_the_mask_of_five_vertices() -> None:
    """Written with y upwards."""
    picture = ["22222", "21112", "21222", "21200", "22200"]
    expected = np.array([[float(mark) for mark in row] for row in picture])[::-1].T
    assert np.array_equal(mask(grid(5)), expected)


def test_three_quarters_are_inside() -> None:
    domain = mask(grid(129))
    assert np.count_nonzero(domain == INSIDE) == 3 * 63**2 + 2 * 63
    assert np.count_nonzero(domain == BOUNDARY) == 8 * 64
    assert np.count_nonzero(domain == OUTSIDE) == 64**2


def test_singular_functions_vanish_on_both_edges_of_the_corner() -> None:
    values, _ = basis(*coordinates(grid(33)))
    for function in values[-len(SINGULAR) :]:
        assert np.max(np.abs(function[16:, 16])) < 1e-14
        assert np.max(np.abs(function[16, :17])) < 1e-14
        assert np.max(np.abs(function)) > 1.0
    assert len(values) == size()


@pytest.mark.parametrize("place", [(-0.5, 0.5), (0.4, 0.7), (-0.6, -0.3)])
def test_sources_are_minus_the_laplacian(place: tuple[float, float]) -> None:
    """By fourth-order differences; the scheme's own error is 1e-7 here."""
    h = 2e-3
    steps, weights = np.array([-2, -1, 0, 1, 2]), np.array([-1, 16, -30, 16, -1]) / (12 * h**2)
    x, y = place
    along, _ = basis(x + h * steps, np.full(5, y))
    across, _ = basis(np.full(5, x), y + h * steps)
    _, sources = basis(np.array([x]), np.array([y]))
    assert -(along + across) @ weights == pytest.approx(sources[:, 0], abs=1e-5)
