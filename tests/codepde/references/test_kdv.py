"""The Korteweg-de Vries reference against solitons in closed form, and against its own laws."""

from __future__ import annotations

import functools

import numpy as np
import pytest

from codepde.grid import Array, Grid
from codepde.initial_waves import draw_kdv
from codepde.metrics import sample_errors
from codepde.references import kdv
from codepde.references.quadratic_modes import Level, integrate
from codepde.references.reference import MOST_ESTIMATE, Reference
from solversmith.errors import InternalFault

GRID = Grid(256, 10.0, 101, extent=32.0)
SHORT = Grid(256, 1.0, 11, extent=32.0)
LONG = Grid(512, 6.0, 13, extent=64.0)


def soliton(x: Array, kappa: float) -> Array:
    """``2κ² sech²(κx)``, which moves at 4κ²."""
    return 2.0 * kappa**2 / np.cosh(kappa * x) ** 2


def two_solitons(x: Array, t: float) -> Array:
    """``2 ∂_xx log F`` of Hirota's ``F = 1 + e₁ + e₂ + A e₁e₂`` with k = 2, 1.3: the fast one overtakes."""
    k, places = (2.0, 1.3), (16.0, 26.0)
    first, second = (np.exp(k[i] * (x - places[i]) - k[i] ** 3 * t) for i in (0, 1))
    share = ((k[0] - k[1]) / (k[0] + k[1])) ** 2
    both, speed = share * first * second, k[0] + k[1]
    f = 1.0 + first + second + both
    slope = k[0] * first + k[1] * second + speed * both
    curve = k[0] ** 2 * first + k[1] ** 2 * second + speed**2 * both
    return 2.0 * (curve * f - slope**2) / f**2


@functools.cache
def solved(index: int) -> Reference:
    state = draw_kdv("dev", index, SHORT, {}).inputs["u0_batch"]
    ((_, reference),) = kdv.solve({"u0_batch": state[None]}, SHORT, {})
    return reference


def test_two_solitons_pass_through_each_other() -> None:
    exact = np.stack([two_solitons(LONG.points, t) for t in LONG.times])
    assert np.argmax(exact[0]) < np.argmax(exact[-1])  # the tall one has overtaken, and both have moved
    ((_, reference),) = kdv.solve({"u0_batch": exact[:1]}, LONG, {})
    error = sample_errors(reference.fields["trajectory"][None], exact[None])[0]
    assert error <= max(1.1 * reference.estimate, 1e-9)
    assert reference.estimate <= MOST_ESTIMATE / 2


def test_one_soliton_keeps_its_shape_around_the_period() -> None:
    kappa, x = 1.0, GRID.points
    places = np.remainder(x - 16.0 - 4.0 * kappa**2 * GRID.times[:, None] + 16.0, 32.0) - 16.0
    exact = soliton(places, kappa)
    ((_, reference),) = kdv.solve({"u0_batch": exact[:1]}, GRID, {})
    assert sample_errors(reference.fields["trajectory"][None], exact[None])[0] <= 1e-6


def test_the_order_in_time_is_four() -> None:
    state = draw_kdv("dev", 6, SHORT, {}).inputs["u0_batch"][None]
    exact, _ = integrate(state, SHORT, kdv.EQUATION, Level(192, 640))
    steps = np.array([40, 60, 80, 120])
    errors = [
        sample_errors(integrate(state, SHORT, kdv.EQUATION, Level(192, int(n)))[0], exact)[0] for n in steps
    ]
    assert -np.polyfit(np.log(steps), np.log(errors), 1)[0] == pytest.approx(4.0, abs=0.4)


def test_more_modes_and_steps_change_no_more_than_the_estimate() -> None:
    reference = solved(6)
    doubled = Level(2 * reference.detail["modes"], 4 * reference.detail["steps"])
    finest, _ = integrate(reference.fields["trajectory"][:1], SHORT, kdv.EQUATION, doubled)
    apart = sample_errors(reference.fields["trajectory"][None], finest)[0]
    assert apart <= 1.1 * max(reference.estimate, 1e-14)


@pytest.mark.parametrize("index", [1, 6])
def test_mass_momentum_and_energy_are_kept(index: int) -> None:
    u = solved(index).fields["trajectory"]
    drift = kdv.budgets({"trajectory": u[None]}, {"u0_batch": u[:1]}, SHORT, {})
    assert drift["mass"] < 1e-13
    assert drift["momentum"] < 1e-6
    frequencies = 2j * np.pi / 32.0 * np.arange(129)
    slope = np.fft.irfft(frequencies * np.fft.rfft(u), 256)
    energy = np.mean(u**3 - slope**2 / 2, axis=-1)
    assert energy == pytest.approx(np.full(11, energy[0]), rel=1e-5)


def test_budgets_see_what_is_lost() -> None:
    u = solved(1).fields["trajectory"][None]
    damped = u * np.exp(-0.01 * SHORT.times)[None, :, None]
    drift = kdv.budgets({"trajectory": damped}, {"u0_batch": u[:, 0]}, SHORT, {})
    assert drift["momentum"] == pytest.approx(1 - np.exp(-0.02), rel=1e-3)


def test_a_moving_frame_changes_nothing_but_the_place() -> None:
    """Galilean: u₀ + c gives c + u(x − 6ct, t); 6ct is 24 cells of 1/8 here."""
    state = draw_kdv("dev", 1, SHORT, {}).inputs["u0_batch"]
    trajectories, _ = integrate(np.array([state, state + 0.5]), SHORT, kdv.EQUATION, Level(128, 40))
    still, moving = trajectories[:, 10]
    assert moving - 0.5 == pytest.approx(np.roll(still, 24), abs=1e-10)


def test_a_shifted_state_has_a_shifted_solution_and_no_sample_depends_on_its_batch() -> None:
    states = np.stack([draw_kdv("dev", index, SHORT, {}).inputs["u0_batch"] for index in (1, 6)])
    found = dict(kdv.solve({"u0_batch": np.stack([*states, np.roll(states[0], 37)])}, SHORT, {}))
    first, moved = found[0].fields["trajectory"], found[2].fields["trajectory"]
    assert moved == pytest.approx(np.roll(first, 37, axis=-1), abs=1e-10)
    alone = solved(1)
    assert alone.detail["steps"] == found[0].detail["steps"]
    assert alone.fields["trajectory"] == pytest.approx(first, abs=1e-12)


def test_what_can_not_be_resolved_is_refused() -> None:
    grid = Grid(8192, 1.0, 2, extent=32.0)
    with pytest.raises(InternalFault, match="modes"):
        kdv.solve({"u0_batch": np.ones((1, 8192))}, grid, {})
