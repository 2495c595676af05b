"""Finite volumes against the exact Riemann problem, and what they have to conserve."""

from __future__ import annotations

import numpy as np
import pytest

from codepde.gas import energy
from codepde.grid import Array, Grid
from codepde.references.gas_volumes import HLL, HLLC, advanced, averages, march, primitive

from .gas_solutions import State, riemann

SOD: tuple[State, State] = ((1.0, 0.0, 1.0), (0.125, 0.0, 0.1))
BLAST: tuple[State, State] = ((1.0, 0.0, 1000.0), (1.0, 0.0, 0.01))
APART: tuple[State, State] = ((1.0, -2.0, 0.4), (1.0, 2.0, 0.4))


def tube(states: tuple[State, State], cells: int) -> tuple[Array, Array]:
    """A jump at 0, another one at the ends; centres, and mass, momentum, energy."""
    x = -1 + 2 * (np.arange(cells) + 0.5) / cells
    density, velocity, pressure = np.where(x < 0, *(np.array(state)[:, None] for state in states))
    return x, np.stack([density, density * velocity, energy(velocity, density, pressure)])


def error(states: tuple[State, State], time: float, cells: int, flux: str = HLLC) -> float:
    """In the 1-norm of the density, around the jump at 0 where the other one is not felt."""
    x, q = tube(states, cells)
    found = primitive(advanced(q, time, 2.0, 0.0, flux))
    near = np.abs(x) < 0.5
    exact = riemann(*states, x[near] / time)
    assert found[[0, 2]].min() > 0
    return float(np.mean(np.abs(found[0, near] - exact[0])))


@pytest.mark.parametrize("flux", [HLLC, HLL])
@pytest.mark.parametrize(
    ("states", "time", "most"), [(SOD, 0.2, 2.5e-3), (BLAST, 0.01, 0.1), (APART, 0.1, 0.015)]
)
def test_it_converges_to_the_exact_riemann_problem(
    states: tuple[State, State], time: float, most: float, flux: str
) -> None:
    coarse, fine = (error(states, time, cells, flux) for cells in (300, 900))
    assert fine < most
    assert np.log(coarse / fine) / np.log(3) > 0.55


def test_a_contact_at_rest_stays_exactly_with_hllc_and_is_smeared_by_hll() -> None:
    _, q = tube(((2.0, 0.0, 1.0), (1.0, 0.0, 1.0)), 64)
    assert advanced(q, 0.2, 2.0, 0.0, HLLC) == pytest.approx(q, abs=1e-13)
    assert np.abs(advanced(q, 0.2, 2.0, 0.0, HLL) - q).max() > 0.05


@pytest.mark.parametrize("flux", [HLLC, HLL])
@pytest.mark.parametrize("mu", [0.0, 0.1])
def test_mass_momentum_and_energy_are_conserved(flux: str, mu: float) -> None:
    _, q = tube(BLAST, 64)
    q[2] += 0.3 * q[1] + 0.045 * q[0]
    q[1] += 0.3 * q[0]
    after = advanced(q, 0.01, 2.0, mu, flux).sum(axis=1)
    assert after == pytest.approx(q.sum(axis=1), rel=1e-12, abs=1e-8)


def test_it_is_of_second_order_where_all_is_smooth() -> None:
    def wave(cells: int) -> float:
        x = -1 + 2 * (np.arange(cells) + 0.5) / cells
        density = 2 + np.sinc(1 / cells) * np.sin(np.pi * x)  # averages
        q = np.stack([density, density, energy(np.ones(cells), density, np.full(cells, 5.0))])
        return float(np.mean(np.abs(advanced(q, 2.0, 2.0, 0.0)[0] - density)))

    assert np.log2(wave(64) / wave(128)) == pytest.approx(2.0, abs=0.35)


def test_a_mirrored_gas_does_the_mirrored_thing() -> None:
    _, q = tube(SOD, 96)
    mirror = np.array([1.0, -1.0, 1.0])[:, None]
    assert mirror * advanced(mirror * q[:, ::-1], 0.1, 2.0, 0.01)[:, ::-1] == pytest.approx(
        advanced(q, 0.1, 2.0, 0.01), abs=1e-12
    )


def test_averages_are_those_of_the_interpolant() -> None:
    grid = Grid(32, 1.0, 2, lower=-1.0, extent=2.0)
    state = np.stack([2 + np.sin(np.pi * grid.points), np.zeros(32), np.full(32, 3.0)])
    centres = -1 + 2 * (np.arange(96) + 0.5) / 96
    assert averages(state, grid, 3)[0] == pytest.approx(
        2 + np.sinc(1 / 96) * np.sin(np.pi * centres), abs=2e-5
    )
    assert averages(state, grid, 3)[2] == pytest.approx(np.full(96, 4.5))


def test_points_are_centres_of_cells() -> None:
    grid = Grid(32, 0.1, 2, lower=-1.0, extent=2.0)
    state = np.stack([2 + 0.5 * np.sin(np.pi * grid.points), np.full(32, 0.5), np.full(32, 3.0)])
    exact = 2 + 0.5 * np.sin(np.pi * (grid.points - 0.05))
    assert march(state, grid, 0.0, 9)[0, 1] == pytest.approx(exact, abs=2e-4)
    with pytest.raises(ValueError, match="centre"):
        march(state, grid, 0.0, 2)
