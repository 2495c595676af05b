"""The Burgers reference against Cole-Hopf, against itself, and against closed forms."""

from __future__ import annotations

import functools

import numpy as np
import pytest

from codepde.grid import Grid
from codepde.initial import InitialState, draw_state
from codepde.metrics import sample_errors
from codepde.references import burgers
from codepde.references.burgers_modes import MODES, Pace, integrate
from codepde.references.burgers_pace import explore
from codepde.references.cole_hopf import solve_at
from codepde.references.reference import MOST_ESTIMATE, Reference
from codepde.sample import Sample
from solversmith.errors import InternalFault

GRID = Grid(1024, 2.0, 201)
SHORT = Grid(1024, 0.2, 21)
LABELS = (0.001, 0.002, 0.004, 0.01, 0.02, 0.04, 0.1, 0.2, 0.4, 1.0, 2.0, 4.0)
STATES = [draw_state("burgers", "dev", index) for index in range(8)]
STEEP, SMALL = 7, 0  # ranges 3.7 and .5


@functools.cache
def solved(index: int, label: float, grid: Grid = GRID) -> Reference:
    ((_, reference),) = burgers.solve(
        {"u0_batch": STATES[index](grid.points)[None]}, grid, {"nu": label / np.pi}
    )
    return reference


@pytest.mark.parametrize("label", LABELS)
def test_it_agrees_with_cole_hopf_at_every_published_viscosity(label: float) -> None:
    reference = solved(SMALL, label)
    assert reference.estimate <= MOST_ESTIMATE
    places, nu = np.arange(3, 1024, 128), label / np.pi
    for frame in (5, 60, 200):
        points = 1024 if nu * GRID.times[frame] > 0.05 else 8192
        exact = solve_at(reference.fields["trajectory"][0], places / 1024, GRID.times[frame], nu, points)
        assert reference.fields["trajectory"][frame, places] == pytest.approx(exact, abs=2e-8)


def test_it_converges_to_cole_hopf_through_the_strongest_shock() -> None:
    """Values go from 1.9 to -1.7 within a cell here: the largest error of any value, anywhere."""
    grid, nu = Grid(1024, 0.1, 11), 0.002 / np.pi
    state, places = STATES[STEEP](grid.points), np.arange(0, 1024, 16)
    exact = solve_at(state, places / 1024, grid.times[6], nu, 8192)
    coarse, (found,) = explore(state[None], grid, nu, 1.0)
    finer, _ = integrate(state[None], grid, nu, [[Pace(pace.modes, 2 * pace.steps) for pace in found.paces]])
    errors = [np.max(np.abs(trial[0, 6, places] - exact)) for trial in (coarse, finer)]
    assert errors[0] < 3e-5
    assert errors[1] < errors[0] / 8


@pytest.mark.parametrize("label", [0.01, 1.0])
def test_it_agrees_with_itself_at_doubled_modes_and_steps(label: float) -> None:
    reference = solved(STEEP, label, SHORT)
    state = reference.fields["trajectory"][:1]
    doubled = [Pace(2 * modes, 2 * steps) for modes, steps in reference.detail["paces"]]
    finer, _ = integrate(state, SHORT, label / np.pi, [doubled])
    distance = sample_errors(reference.fields["trajectory"][None], finer)[0]
    assert distance <= reference.estimate <= MOST_ESTIMATE


def test_the_estimate_bounds_the_true_error_where_that_is_known() -> None:
    """A sawtooth in closed form: φ = 2 + cos ky in the heat equation of Cole and Hopf."""
    nu, k, y = 0.02, 2 * np.pi, np.arange(1024) / 1024
    decay = np.exp(-nu * k**2 * GRID.times)[:, None]
    exact = 0.4 + 2 * nu * k * decay * np.sin(k * (y - 0.4 * GRID.times[:, None])) / (
        2 + decay * np.cos(k * (y - 0.4 * GRID.times[:, None]))
    )
    ((_, reference),) = burgers.solve({"u0_batch": exact[:1]}, GRID, {"nu": nu})
    distance = sample_errors(reference.fields["trajectory"][None], exact[None])[0]
    assert distance <= max(reference.estimate, 1e-12)


def test_the_order_in_time_is_four() -> None:
    state, nu = STATES[STEEP](SHORT.points)[None], 0.1 / np.pi
    exact, _ = integrate(state, SHORT, nu, [[Pace(512, 64)] * 2])
    steps = np.array([4, 6, 8, 12])
    errors = [
        sample_errors(integrate(state, SHORT, nu, [[Pace(512, int(n))] * 2])[0], exact)[0] for n in steps
    ]
    order = -np.polyfit(np.log(steps), np.log(errors), 1)[0]
    assert order == pytest.approx(4.0, abs=0.5)


def test_a_sample_does_not_depend_on_its_batch() -> None:
    states = np.array([STATES[index](SHORT.points) for index in (0, 1, 6)])
    together = dict(burgers.solve({"u0_batch": states}, SHORT, {"nu": 0.1 / np.pi}))
    ((_, alone),) = burgers.solve({"u0_batch": states[1:2]}, SHORT, {"nu": 0.1 / np.pi})
    assert alone.detail["paces"] == together[1].detail["paces"]
    assert np.max(np.abs(alone.fields["trajectory"] - together[1].fields["trajectory"])) < 1e-12


def test_the_mean_is_kept_and_the_first_frame_is_what_was_received() -> None:
    reference = solved(STEEP, 0.1, SHORT)
    means = reference.fields["trajectory"].mean(axis=1)
    assert means == pytest.approx(np.full(len(means), means[0]), abs=1e-13)
    assert np.array_equal(reference.fields["trajectory"][0], STATES[STEEP](SHORT.points))


def test_a_moving_frame_changes_nothing_but_the_place() -> None:
    """Galilean: u_0 + c gives c + u(x − ct, t); c t is a whole number of cells here."""
    state = STATES[1](SHORT.points)
    speed = 1024 // 16 / 1024 / SHORT.times[10]
    both, paces = np.array([state, state + speed]), [[Pace(512, 16)] * 2] * 2
    trajectories, _ = integrate(both, SHORT, 0.1 / np.pi, paces)
    still, moving = trajectories[:, 10]
    assert moving - speed == pytest.approx(np.roll(still, 64), abs=1e-11)


def test_the_pace_falls_when_shocks_have_decayed() -> None:
    paces = solved(SMALL, 0.001).detail["paces"]
    assert len(paces) == 20
    (most_modes, most_steps), (modes, steps) = np.max(paces, axis=0), paces[-1]
    assert modes < most_modes
    assert steps < most_steps / 2


def test_paces_are_rungs_and_grow_with_the_range() -> None:
    small, large = (solved(index, 0.01, SHORT).detail["paces"] for index in (SMALL, STEEP))
    assert np.all(np.max(small, axis=0) < np.max(large, axis=0))
    assert {modes for modes, _ in small + large} <= set(MODES)


def test_every_pace_but_the_last_has_one_that_is_clearly_finer() -> None:
    for modes in MODES[:-1]:
        finer = Pace(modes, 5).finer(1.5)
        assert 4 * finer.modes >= 5 * modes
        assert finer.steps == 8


def test_too_little_viscosity_is_refused() -> None:
    with pytest.raises(InternalFault, match="modes"):
        list(burgers.solve({"u0_batch": STATES[STEEP](GRID.points)[None]}, GRID, {"nu": 1e-6}))


def test_floors_are_rounding_for_smooth_states_and_small_for_kinks() -> None:
    smooth, kink = (
        burgers.floor(Sample({}, formula=STATES[index]), solved(index, 0.01), GRID, {"nu": 0.01 / np.pi})
        for index in (0, 6)
    )
    assert STATES[6].kind == "kink"
    assert smooth < 1e-14
    assert 1e-7 < kink < 1e-4


def test_a_constant_state_stays() -> None:
    constant = InitialState((2, 0, 0, 0), (0.0, 0.5, 0.5, 0.5), (0.0, 1.0, 1.0, 1.0))
    ((_, reference),) = burgers.solve({"u0_batch": constant(SHORT.points)[None]}, SHORT, {"nu": 0.01})
    assert reference.fields["trajectory"] == pytest.approx(np.full((21, 1024), 1.5 * np.sin(1.0)), abs=1e-14)
