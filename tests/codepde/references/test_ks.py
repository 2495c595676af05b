"""The Kuramoto-Sivashinsky reference against linear theory, another integrator, and its own laws."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from codepde.grid import Array, Grid
from codepde.initial_waves import draw_ks
from codepde.metrics import sample_errors
from codepde.references import ks
from codepde.references.quadratic_modes import Level, integrate
from codepde.references.reference import MOST_ESTIMATE
from problems.pde.ks.problem import build
from solversmith.contract.problem import ProblemOptions

GRID = Grid(256, 50.0, 51, extent=64.0)
SHORT = Grid(128, 5.0, 6, extent=64.0)


def state(index: int, grid: Grid) -> Array:
    return draw_ks("dev", index, grid, {}).inputs["u0_batch"]


@pytest.mark.parametrize("number", [1, 5, 7, 10, 11, 14])
def test_small_waves_grow_and_decay_as_linear_theory_has_it(number: int) -> None:
    k, small = 2.0 * np.pi * number / 64.0, 1e-7
    wave = small * np.cos(k * SHORT.points)
    trajectory, _ = integrate(wave[None], SHORT, ks.EQUATION, Level(96, 40))
    exact = wave * np.exp((k**2 - k**4) * SHORT.times)[:, None]
    assert np.max(np.abs(trajectory[0] - exact)) < 1e-5 * small


def test_it_agrees_with_another_integrator() -> None:
    grid = Grid(64, 4.0, 5, extent=22.0)
    start = draw_ks("dev", 0, grid, {}).inputs["u0_batch"]
    k = 2.0 * np.pi / 22.0 * np.arange(33)

    def rate(_: float, u: Array) -> Array:
        modes = np.fft.rfft(u)
        fine = np.fft.irfft(np.concatenate([modes, np.zeros(32)]), 128) * 2.0
        flux = np.fft.rfft(fine**2)[:33] / 4.0  # without aliasing
        return np.fft.irfft((k**2 - k**4) * modes - 1j * k * np.where(k < k[-1], flux, 0.0), 64)

    other = solve_ivp(rate, (0.0, 4.0), start, "LSODA", grid.times, rtol=1e-10, atol=1e-12).y.T
    ((_, reference),) = ks.solve({"u0_batch": start[None]}, grid, {})
    assert sample_errors(reference.fields["trajectory"][None], other[None])[0] < 1e-6


def test_the_order_in_time_is_four() -> None:
    start = state(0, SHORT)[None]
    exact, _ = integrate(start, SHORT, ks.EQUATION, Level(96, 960))
    steps = np.array([80, 120, 160, 240])
    errors = [
        sample_errors(integrate(start, SHORT, ks.EQUATION, Level(96, int(n)))[0], exact)[0] for n in steps
    ]
    assert -np.polyfit(np.log(steps), np.log(errors), 1)[0] == pytest.approx(4.0, abs=0.4)


def test_the_estimate_counts_the_gain_and_keeps_the_target(references: Path) -> None:
    """Of the first sample of dev, which the human programs are scored on, too: solved once."""
    sources = build({}, ProblemOptions(samples=1, cache=references)).sources
    batch = sources.batch("dev", 1)
    start = batch.inputs["u0_batch"]
    (reference,) = sources.references(batch, "dev", 1)
    assert reference.estimate <= MOST_ESTIMATE
    gain, level = reference.detail["gain"], Level(reference.detail["modes"], reference.detail["steps"])
    assert gain > 10  # it is chaotic
    finer, _ = integrate(start, GRID, ks.EQUATION, level.finer())
    apart = sample_errors(reference.fields["trajectory"][None], finer)[0]
    assert reference.estimate == pytest.approx(gain * apart, rel=1e-2)
    # A perturbation of another kind grows about as much, whatever its size.
    bump = np.exp(-(((GRID.points - 20.0) / 3.0) ** 2))
    bump *= 1e-6 * np.linalg.norm(start) / np.linalg.norm(bump)
    moved, _ = integrate(start + bump, GRID, ks.EQUATION, level)
    last = moved[0, -1] - reference.fields["trajectory"][-1]
    growth = np.linalg.norm(last) / np.linalg.norm(moved[0, -1]) / 1e-6
    assert gain / 30 < growth < 10 * gain


def test_nothing_grows_from_rest_and_short_waves_only_decay() -> None:
    assert ks.gains(np.zeros((1, 128)), SHORT, Level(96, 40)) == pytest.approx([1.0])
    ((_, reference),) = ks.solve({"u0_batch": np.zeros((1, 128))}, SHORT, {})
    assert not reference.fields["trajectory"].any()


def test_the_mean_is_kept() -> None:
    ((_, reference),) = ks.solve({"u0_batch": state(1, SHORT)[None]}, SHORT, {})
    means = reference.fields["trajectory"].mean(axis=-1)
    assert means == pytest.approx(np.full(len(means), means[0]), abs=1e-13)


def test_shifts_and_moving_frames_change_nothing_but_the_place() -> None:
    """Galilean: u₀ + c gives c + u(x − ct, t); at t = 2 that is 4 cells of 1/2 here."""
    start = state(0, SHORT)
    batch = np.array([start, np.roll(start, 21), start + 1.0])
    trajectories, _ = integrate(batch, SHORT, ks.EQUATION, Level(96, 80))
    plain, shifted, moving = trajectories[:, 2]
    assert shifted == pytest.approx(np.roll(plain, 21), abs=1e-9)
    assert moving - 1.0 == pytest.approx(np.roll(plain, 4), abs=1e-9)
