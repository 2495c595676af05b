"""The reaction-diffusion reference against closed forms, against ETDRK4, and against itself."""

from __future__ import annotations

import functools
from itertools import pairwise

import numpy as np
import pytest

from codepde.grid import Array, Grid
from codepde.initial_reacdiff1d import draw
from codepde.interpolant import spectrum
from codepde.metrics import sample_errors
from codepde.references import etdrk4, reacdiff1d
from codepde.references.reference import MOST_ESTIMATE, Reference
from codepde.references.splitting import Level, extrapolated, integrate
from codepde.sample import Sample
from solversmith.errors import InternalFault

GRID = Grid(1024, 1.0, 101)
SHORT = Grid(256, 0.05, 6)
WORST = {"nu": 5.0, "rho": 10.0}
PAIRS = [(nu, rho) for nu in (0.5, 1.0, 2.0, 5.0) for rho in (1.0, 2.0, 5.0, 10.0)]


def sample(index: int, grid: Grid = GRID) -> Sample:
    return draw("dev", index, grid, WORST)


KINK = next(index for index in range(99) if sample(index).kind == "kink")
WINDOW = next(index for index in range(99) if sample(index).kind == "window")


@functools.cache
def solved(nu: float, rho: float) -> list[Reference]:
    states = np.stack([sample(index).inputs["u0_batch"] for index in (0, KINK, WINDOW)])
    found = dict(reacdiff1d.solve({"u0_batch": states}, GRID, {"nu": nu, "rho": rho}))
    return [found[index] for index in range(len(states))]


def etdrk4_at(state: Array, nu: float, rho: float, times: Array, modes: int = 256) -> Array:
    """States at times whose distances may grow, twelve steps from each to the next."""
    v = spectrum(state[None], modes)
    linear, points = -nu * (2 * np.pi * np.arange(modes + 1)) ** 2, 4 * modes

    def growth(w: Array) -> Array:
        u = np.fft.irfft(w, points, axis=1) * points
        return np.asarray(rho * np.fft.rfft(u - u * u, axis=1)[:, : modes + 1] / points)

    found = []
    for start, end in pairwise(times):
        scheme = etdrk4.coefficients(linear, (end - start) / 12)
        for _ in range(12):
            v = etdrk4.advance(v, growth, scheme)
        found.append(np.fft.irfft(v, 1024, axis=1)[0] * 1024)
    return np.array(found)


@pytest.mark.parametrize(("nu", "rho"), PAIRS)
def test_every_published_pair_keeps_its_estimate(nu: float, rho: float) -> None:
    assert max(reference.estimate for reference in solved(nu, rho)) <= MOST_ESTIMATE / 10


@pytest.mark.parametrize(("nu", "rho"), [(0.5, 1.0), (0.5, 10.0), (5.0, 10.0)])
def test_it_agrees_with_exponential_time_differencing(nu: float, rho: float) -> None:
    """Another method, other steps, fewer modes; through the transient and into the second frame."""
    times = np.array([0.0, *(0.01 * 2.0 ** np.arange(-16.0, 2.0))])
    for reference in solved(nu, rho)[::2]:
        second = etdrk4_at(reference.fields["trajectory"][0], nu, rho, times)
        assert reference.fields["trajectory"][1:3] == pytest.approx(second[-2:], abs=1e-7)


def test_the_estimate_bounds_the_distance_to_a_much_finer_solution() -> None:
    state = sample(KINK).inputs["u0_batch"][None]
    finest, _ = extrapolated(state, GRID, 5.0, 10.0, Level(4096, 256, 192))
    reference = solved(5.0, 10.0)[1]
    distance = sample_errors(reference.fields["trajectory"][None], finest)[0]
    assert distance <= reference.estimate <= 2 * distance + 1e-12


def test_without_growth_it_is_the_heat_equation() -> None:
    state = sample(WINDOW).inputs["u0_batch"]
    ((_, reference),) = reacdiff1d.solve({"u0_batch": state[None]}, GRID, {"nu": 0.5, "rho": 0.0})
    decay = np.exp(-0.5 * (2 * np.pi * np.arange(513)) ** 2 * GRID.times[:, None])
    exact = np.fft.irfft(decay * np.fft.rfft(state), 1024, axis=1)
    assert reference.fields["trajectory"] == pytest.approx(exact, abs=1e-13)


def test_a_constant_state_follows_the_logistic_curve() -> None:
    ((_, reference),) = reacdiff1d.solve({"u0_batch": np.full((1, 1024), 0.2)}, GRID, WORST)
    curve = 0.2 / (0.2 + 0.8 * np.exp(-10.0 * GRID.times))
    assert reference.fields["trajectory"] == pytest.approx(np.repeat(curve[:, None], 1024, axis=1), abs=1e-13)


def test_a_travelling_wave_of_fisher_travels(monkeypatch: pytest.MonkeyPatch) -> None:
    """``(1 + e^{z/√6})^−2``, z = x − 5t/√6: a population that spreads both ways on a long ring."""
    monkeypatch.setattr(
        reacdiff1d, "_FIRST_POINTS", 256
    )  # where it ends: nothing is to be learned on the way
    grid = Grid(512, 4.0, 17, lower=-120.0, extent=240.0)
    wave = (1 + np.exp((np.abs(grid.points) - 48 - 5 / np.sqrt(6) * grid.times[:, None]) / np.sqrt(6))) ** -2
    ((_, reference),) = reacdiff1d.solve({"u0_batch": wave[:1]}, grid, {"nu": 1.0, "rho": 1.0})
    assert reference.fields["trajectory"] == pytest.approx(wave, abs=3e-7)
    assert sample_errors(reference.fields["trajectory"][None], wave[None])[0] <= 2 * reference.estimate


@pytest.mark.parametrize(("solve", "order"), [(integrate, 2.0), (extrapolated, 4.0)])
def test_orders_in_time(solve: functools.partial[tuple[Array, Array]], order: float) -> None:
    state = sample(0, SHORT).inputs["u0_batch"][None]
    exact, _ = extrapolated(state, SHORT, 0.5, 10.0, Level(256, 64, 1024))
    steps = np.array([16, 32, 64])
    errors = [
        sample_errors(solve(state, SHORT, 0.5, 10.0, Level(256, 64, int(n)))[0], exact)[0] for n in steps
    ]
    assert -np.polyfit(np.log(steps), np.log(errors), 1)[0] == pytest.approx(order, abs=0.3)


def test_a_shifted_state_has_the_shifted_solution() -> None:
    state = sample(KINK, SHORT).inputs["u0_batch"]
    trajectory, _ = extrapolated(np.array([state, np.roll(state, 37)]), SHORT, 2.0, 5.0, Level(256, 64, 24))
    assert np.roll(trajectory[0], 37, axis=1) == pytest.approx(trajectory[1], abs=1e-12)


def test_states_stay_between_the_curves_of_their_least_and_largest_value() -> None:
    """The maximum principle: a logistic curve from below the state stays below it."""
    for reference in solved(0.5, 10.0)[:2]:
        u = reference.fields["trajectory"]
        assert u.min() >= -1e-12
        assert u.max() <= 1.0 + 1e-12


def test_a_sample_does_not_depend_on_its_batch() -> None:
    states = np.stack([sample(index, SHORT).inputs["u0_batch"] for index in (0, 1, KINK)])
    together = dict(reacdiff1d.solve({"u0_batch": states}, SHORT, WORST))
    ((_, alone),) = reacdiff1d.solve({"u0_batch": states[2:]}, SHORT, WORST)
    assert alone.fields["trajectory"] == pytest.approx(together[2].fields["trajectory"], abs=1e-13)


def test_floors_are_rounding_for_smooth_states_and_small_for_kinks() -> None:
    smooth, kink, window = (
        reacdiff1d.floor(sample(index), reference, GRID, {"nu": 0.5, "rho": 1.0})
        for index, reference in zip((0, KINK, WINDOW), solved(0.5, 1.0), strict=True)
    )
    assert smooth < 1e-13
    assert window < 1e-10
    assert 1e-9 < kink < 1e-4


def test_diffusion_that_smooths_nothing_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reacdiff1d, "_MOST_LATER", 128)
    grid = Grid(256, 0.02, 3)
    state = sample(KINK, grid).inputs["u0_batch"][None]
    with pytest.raises(InternalFault, match=r"128 points after the first frame leave .* a tail of"):
        list(reacdiff1d.solve({"u0_batch": state}, grid, {"nu": 1e-6, "rho": 1.0}))
