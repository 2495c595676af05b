"""The entropy solution of the gas: what its estimate is worth, and where it is refused."""

from __future__ import annotations

import functools

import numpy as np
import pytest

from codepde import gas
from codepde.grid import Array, Grid
from codepde.initial_cns1d import draw
from codepde.references import cns1d_entropy
from codepde.references.gas_volumes import march
from codepde.references.reference import Reference
from codepde.sample import Sample
from solversmith.errors import InternalFault

GRID = Grid(64, 0.3, 4, lower=-1.0, extent=2.0)
THIN = {"eta": 1e-8, "zeta": 1e-8}


def steepening() -> Array:
    """Shocks form at about t = 0.1 and meet."""
    y = np.pi * GRID.points
    return np.stack([2 + 0.5 * np.sin(y), 2.0 * np.sin(y + 2), 4 + np.cos(y)])


def inputs(states: Array) -> dict[str, Array]:
    return {gas.STARTS[name]: state[None] for name, state in zip(gas.COMPUTED, states, strict=True)}


@functools.cache
def solved() -> Reference:
    ((_, reference),) = cns1d_entropy.solve(inputs(steepening()), GRID, THIN)
    return reference


def test_the_estimate_bounds_the_distance_to_a_three_times_finer_solution() -> None:
    reference = solved()
    finest = march(steepening(), GRID, gas.viscosity(THIN), 27)
    found = np.stack([reference.fields[name] for name in gas.COMPUTED])
    for power, estimates in ((2, reference.estimates), (1, reference.detail["estimates_l1"])):
        apart = dict(zip(gas.COMPUTED, gas.distances(found, finest, power), strict=True))
        assert all(apart[name] <= estimates[name] for name in gas.COMPUTED)
    assert reference.estimate <= cns1d_entropy.MOST_ESTIMATE
    assert max(reference.detail["estimates_l1"].values()) < reference.estimate


def test_orders_are_below_two_where_it_jumps_and_estimates_are_doubled_then() -> None:
    reference = solved()
    assert all(0.2 < order < 2.0 for order in reference.detail["orders"].values())
    mu = gas.viscosity(THIN)
    middle, fine = (march(steepening(), GRID, mu, factor) for factor in (3, 9))
    for name, distance in zip(gas.COMPUTED, gas.distances(fine, middle), strict=True):
        assert reference.estimates[name] >= 2 * distance


def test_it_is_a_gas_and_starts_as_received() -> None:
    reference = solved()
    assert reference.fields[gas.DENSITY].min() > 0
    assert reference.fields[gas.PRESSURE].min() > 0
    found = np.stack([reference.fields[name][0] for name in gas.COMPUTED])
    assert np.array_equal(found, steepening())


def test_floors_are_those_of_the_formula() -> None:
    grid = Grid(256, 0.02, 3, lower=-1.0, extent=2.0)

    def drawn(kind: str) -> Sample:
        samples = (draw("test", index, grid, THIN) for index in range(99))
        return next(sample for sample in samples if sample.kind == kind)

    smooth, kink = (cns1d_entropy.floor(drawn(kind), solved(), grid, THIN) for kind in ("smooth", "kink"))
    assert smooth < 1e-12
    assert 1e-7 < kink < 1e-3


def test_what_is_no_gas_and_what_is_too_rough_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    empty = steepening()
    empty[2] -= 5.0
    with pytest.raises(InternalFault, match="no gas"):
        list(cns1d_entropy.solve(inputs(empty), GRID, THIN))
    monkeypatch.setattr(cns1d_entropy, "MOST_ESTIMATE", 1e-6)
    with pytest.raises(InternalFault, match="above"):
        list(cns1d_entropy.solve(inputs(steepening()), GRID, THIN))
