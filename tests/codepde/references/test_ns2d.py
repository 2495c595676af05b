"""The vorticity reference against closed forms, the equation in another form, and its own laws."""

from __future__ import annotations

import functools
from collections.abc import Iterator

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from codepde.grid import Array, Grid
from codepde.initial_vorticity import draw
from codepde.metrics import sample_errors
from codepde.references import ns2d
from codepde.references.ns2d import Level, Pace, followed, planned
from codepde.references.ns2d_modes import (
    fastest,
    march,
    resized,
    shear_forcing,
    spectrum,
    values,
)
from codepde.references.reference import MOST_ESTIMATE, Reference
from solversmith.errors import InternalFault

GRID = Grid(64, 3.0, 4, dimension=2)
SMALL = Grid(16, 1.0, 3, dimension=2)
X, Y = np.meshgrid(GRID.points, GRID.points, indexing="ij")
TURN = 2.0 * np.pi
VISCOSITY = 1e-3


def lively(grid: Grid, index: int = 0) -> Array:
    """A state so strong that it folds within a unit of time."""
    return 30.0 * draw("dev", index, grid, {}).inputs["w0"]


@functools.cache
def solved() -> Reference:
    ((_, reference),) = ns2d.solve({"w0": lively(GRID)[None]}, GRID, {"nu": VISCOSITY})
    return reference


def test_modes_and_values_are_inverse_and_keep_the_nyquist_cosine() -> None:
    field = np.random.default_rng(0).normal(size=(8, 8))
    assert values(spectrum(field, 4), 8) == pytest.approx(field, abs=1e-14)
    assert values(resized(spectrum(field, 9), 6), 8) == pytest.approx(field, abs=1e-14)
    fine = values(spectrum(field, 5), 16)
    assert fine[::2, ::2] == pytest.approx(field, abs=1e-14)
    checks = np.cos(np.pi * np.arange(8))[:, None] * np.ones(8)
    expected = np.cos(np.pi * np.arange(16) / 2)[:, None] * np.ones(16)
    assert values(spectrum(checks, 4), 16) == pytest.approx(expected, abs=1e-14)


def test_the_forcing_is_what_the_statement_says_at_the_points() -> None:
    expected = 0.1 * (np.sin(TURN * (X + Y)) + np.cos(TURN * (X + Y)))
    assert values(resized(shear_forcing(GRID), 3), 64) == pytest.approx(expected, abs=1e-15)


def test_velocities_are_those_of_the_stream_function() -> None:
    field = 8 * np.pi**2 * np.sin(TURN * X) * np.sin(TURN * Y)  # ψ = sin 2πx sin 2πy
    u, v = TURN * np.sin(TURN * X) * np.cos(TURN * Y), -TURN * np.cos(TURN * X) * np.sin(TURN * Y)
    assert fastest(spectrum(field, 32), 64) == pytest.approx(np.max(np.abs(u) + np.abs(v)), rel=1e-12)


def test_taylor_green_vortices_decay() -> None:
    field = 3.0 * np.cos(TURN * X) * np.cos(TURN * Y)
    end, _ = march(spectrum(field, 42), 2.0, 40, 0.01, np.zeros((3, 2), dtype=complex))
    exact = field * np.exp(-8 * np.pi**2 * 0.01 * 2.0)
    assert values(end, 64) == pytest.approx(exact, abs=1e-13)


@pytest.mark.parametrize("viscosity", [1e-3, 1e-4])
def test_a_shear_along_the_forcing_is_known(viscosity: float) -> None:
    """Of x + y alone: nothing is transported, and the forced heat equation is left."""
    start = 0.5 * np.sin(TURN * (X + Y)) - 0.2 * np.cos(TURN * (X + Y))
    force = 0.1 * (np.sin(TURN * (X + Y)) + np.cos(TURN * (X + Y)))
    rate = 8 * np.pi**2 * viscosity
    decay = np.exp(-rate * GRID.times)[:, None, None]
    exact = decay * start + (1 - decay) / rate * force
    ((_, reference),) = ns2d.solve({"w0": start[None]}, GRID, {"nu": viscosity})
    assert sample_errors(reference.fields["trajectory"][None], exact[None])[0] < 1e-12


def test_it_agrees_with_the_convective_form_and_another_integrator() -> None:
    """w_t = −u w_x − v w_y + …, all derivatives by themselves, on a grid without aliasing."""
    start, viscosity, points = lively(SMALL), 0.01, 64
    k = TURN * np.fft.fftfreq(points, 1 / points)
    across, along = k[:, None], k[None, : points // 2 + 1].copy()
    along[0, -1] = -along[0, -1]
    square = across**2 + along**2
    inverse = np.divide(1.0, square, out=np.zeros_like(square), where=square > 0)
    kept = (np.abs(across) < TURN * 21.5) & (along < TURN * 21.5)
    z = np.arange(points) / points + SMALL.points[0]
    force = 0.1 * (np.sin(TURN * (z[:, None] + z)) + np.cos(TURN * (z[:, None] + z)))

    def back(modes: Array) -> Array:
        return np.fft.irfft2(modes, (points, points))

    def rate(_: float, flat: Array) -> Array:
        w = np.fft.rfft2(flat.reshape(points, points)) * kept
        psi = w * inverse
        transport = back(1j * along * psi) * back(1j * across * w) - back(1j * across * psi) * back(
            1j * along * w
        )
        modes = -np.fft.rfft2(transport) * kept - viscosity * square * w
        return (back(modes) + force).ravel()

    fine = values(spectrum(start, 21), points)
    other = solve_ivp(rate, (0, 1.0), fine.ravel(), "DOP853", SMALL.times, rtol=1e-10, atol=1e-10).y.T
    ((_, reference),) = ns2d.solve({"w0": start[None]}, SMALL, {"nu": viscosity})
    found = other.reshape(-1, points, points)[:, ::4, ::4]
    assert sample_errors(reference.fields["trajectory"][None], found[None])[0] < 1e-6


def test_the_estimate_keeps_the_target_and_bounds_what_finer_marches_change() -> None:
    reference = solved()
    assert reference.estimate <= MOST_ESTIMATE / 2
    _, paces, _ = planned(lively(GRID), GRID, VISCOSITY, Level(reference.detail["courant"]))
    assert max(pace.modes for pace in paces) == reference.detail["modes"]
    finest = followed(lively(GRID), GRID, VISCOSITY, [Pace(2 * pace.modes, 3 * pace.steps) for pace in paces])
    apart = sample_errors(reference.fields["trajectory"][None], finest[None])[0]
    assert apart <= 1.2 * max(reference.estimate, 1e-13)


def test_the_order_in_time_is_four() -> None:
    start, forcing = spectrum(lively(GRID), 42), shear_forcing(GRID)
    exact, _ = march(start, 0.5, 320, VISCOSITY, forcing)
    steps = np.array([20, 30, 40, 60])
    errors = [np.linalg.norm(march(start, 0.5, int(n), VISCOSITY, forcing)[0] - exact) for n in steps]
    assert -np.polyfit(np.log(steps), np.log(errors), 1)[0] == pytest.approx(4.0, abs=0.4)


def test_enstrophy_changes_by_viscosity_and_forcing_alone() -> None:
    """d⟨w²⟩/dt = −2ν⟨|∇w|²⟩ + 2⟨f w⟩, by a central difference in time."""
    forcing, span = shear_forcing(GRID), 1e-3
    start = spectrum(lively(GRID), 64)
    middle, _ = march(start, span, 10, VISCOSITY, forcing)
    end, _ = march(middle, span, 10, VISCOSITY, forcing)
    before, w, after = (values(modes, 256) for modes in (start, middle, end))
    m = np.concatenate([np.arange(65), np.arange(-64, 0)])[:, None]
    square = (TURN**2) * (m**2 + np.arange(65) ** 2)
    gradients = float(np.mean(w * values(square * middle, 256)))
    work = float(np.mean(w * values(resized(forcing, 3), 256)))
    change = float(np.mean(after**2) - np.mean(before**2)) / (2 * span)
    assert change == pytest.approx(-2 * VISCOSITY * gradients + 2 * work, rel=2e-4)


def test_the_mean_is_kept() -> None:
    field = lively(GRID) + 0.25
    ((_, reference),) = ns2d.solve({"w0": field[None]}, GRID, {"nu": VISCOSITY})
    w = reference.fields["trajectory"]
    assert w.mean(axis=(1, 2)) == pytest.approx(np.full(4, field.mean()), abs=1e-13)
    # And it moves nothing: there is no velocity with constant vorticity on a torus.
    assert w - 0.25 == pytest.approx(solved().fields["trajectory"], abs=1e-9)


def test_a_shift_along_the_crests_of_the_forcing_shifts_the_solution() -> None:
    moved = np.roll(lively(GRID), (5, -5), axis=(0, 1))
    ((_, reference),) = ns2d.solve({"w0": moved[None]}, GRID, {"nu": VISCOSITY})
    expected = np.roll(solved().fields["trajectory"], (5, -5), axis=(1, 2))
    assert reference.fields["trajectory"] == pytest.approx(expected, abs=1e-9)


def test_frames_that_are_not_finite_are_done_again_with_shorter_steps() -> None:
    wild = Level(courant=40.0)
    forcing = shear_forcing(GRID)
    far, _ = march(spectrum(lively(GRID), 42), 3.0, 8, 1e-4, forcing)
    assert not np.isfinite(far).all()
    brief = Grid(64, 3.0, 2, dimension=2)
    trajectory, (pace,), _ = planned(lively(brief), brief, 1e-4, wild)
    assert np.isfinite(trajectory).all()
    assert pace.steps > 8


def test_tails_ask_for_modes_and_excess_for_shorter_steps() -> None:
    after = Level().after(16.0)
    assert after.courant == pytest.approx(Level().courant / 2.2)
    assert after.tail < Level().tail
    brief = Grid(64, 1.0, 3, dimension=2)
    _, coarse, _ = planned(lively(brief), brief, 2e-4, Level(tail=1e-2))
    _, fine, tail = planned(lively(brief), brief, 2e-4, Level(tail=1e-6))
    assert max(pace.modes for pace in fine) > max(pace.modes for pace in coarse)
    assert tail <= 1e-6


def test_what_can_not_be_resolved_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ns2d, "MODES", ns2d.MODES[:1])
    with pytest.raises(InternalFault, match="modes are needed"):
        list(ns2d.solve({"w0": lively(GRID)[None]}, GRID, {"nu": 1e-5}))


@pytest.fixture(scope="module", autouse=True)
def _forget() -> Iterator[None]:
    yield
    solved.cache_clear()
