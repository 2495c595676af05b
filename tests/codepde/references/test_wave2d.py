"""Waves against plane waves, against an eigendecomposition in one dimension, and as they must behave."""

from __future__ import annotations

import functools

import numpy as np
import pytest

from codepde.grid import Array, Grid
from codepde.initial_wave2d import draw
from codepde.interpolant2d import differentiation
from codepde.references import wave2d
from codepde.references.levels import Level
from codepde.references.reference import Reference
from solversmith.errors import InternalFault

GRID = Grid(32, 0.5, 6, dimension=2)
X = GRID.points
EMPTY: dict[str, float] = {}


def solved(u0: Array, v0: Array, c: Array, grid: Grid = GRID) -> Reference:
    inputs = {"u0": u0[None], "v0": v0[None], "c": c[None]}
    ((_, found),) = wave2d.solve(inputs, grid, EMPTY)
    return found


@functools.cache
def sample(index: int) -> tuple[Array, Array, Array]:
    """Of a coarser grid than the catalogue's, whose states are still smooth enough for it."""
    given = draw("dev", index, GRID, {}).inputs
    return given["u0"], given["v0"], given["c"]


def test_plane_waves_travel_at_their_speed() -> None:
    m, n, c = 2, -3, 0.7
    omega = 2 * np.pi * c * np.hypot(m, n)
    phase = 2 * np.pi * (m * X[:, None] + n * X)
    found = solved(np.cos(phase), omega * np.sin(phase), np.full((32, 32), c))
    for frame, time in enumerate(GRID.times):
        assert found.fields["u"][frame] == pytest.approx(np.cos(phase - omega * time), abs=1e-11)
        assert found.fields["v"][frame] == pytest.approx(omega * np.sin(phase - omega * time), abs=1e-9)


def test_a_uniform_velocity_moves_the_mean() -> None:
    found = solved(np.zeros((32, 32)), np.full((32, 32), 2.0), sample(0)[2])
    assert found.fields["u"][:, 3, 4] == pytest.approx(2.0 * GRID.times, abs=1e-11)
    assert found.fields["v"] == pytest.approx(2.0, abs=1e-11)


def test_one_dimensional_waves_agree_with_an_eigendecomposition() -> None:
    points = 256
    y = X[0] + np.arange(points) / points
    slope = differentiation(points)

    def speed(x: Array) -> Array:
        return 1.0 + 0.3 * np.sin(2 * np.pi * x) + 0.1 * np.cos(4 * np.pi * x)

    def state(x: Array) -> Array:
        return np.sin(2 * np.pi * x) + 0.5 * np.cos(6 * np.pi * x)

    eigenvalues, vectors = np.linalg.eigh(-slope @ np.diag(speed(y) ** 2) @ slope)
    root = np.sqrt(np.maximum(eigenvalues, 0.0))
    found = solved(state(X)[:, None] * np.ones(32), np.zeros((32, 32)), speed(X)[:, None] * np.ones(32))
    for frame, time in enumerate(GRID.times):
        u = vectors @ (np.cos(root * time) * (vectors.T @ state(y)))
        v = vectors @ (-root * np.sin(root * time) * (vectors.T @ state(y)))
        assert found.fields["u"][frame, :, 5] == pytest.approx(u[:: points // 32], abs=1e-7)
        assert found.fields["v"][frame, :, 5] == pytest.approx(v[:: points // 32], abs=1e-5)


def test_time_runs_backwards() -> None:
    u0, v0, c = sample(0)
    inputs = {"u0": u0[None], "v0": v0[None], "c": c[None]}
    level = Level(GRID.num_points, 1)  # where the states at the points are all there is
    forth, _ = wave2d.integrate(inputs, GRID, EMPTY, level)
    ended = {"u0": forth["u"][:, -1], "v0": -forth["v"][:, -1], "c": inputs["c"]}
    back, _ = wave2d.integrate(ended, GRID, EMPTY, level)
    assert back["u"][:, -1] == pytest.approx(inputs["u0"], abs=1e-10)
    assert back["v"][:, -1] == pytest.approx(-inputs["v0"], abs=1e-8)


def test_shifted_and_transposed_inputs_have_shifted_and_transposed_solutions() -> None:
    given = sample(1)
    u = solved(*given).fields["u"]
    moved = solved(*(np.roll(part, (5, -3), (0, 1)) for part in given)).fields["u"]
    assert moved == pytest.approx(np.roll(u, (5, -3), (1, 2)), abs=1e-10)
    turned = solved(*(part.T for part in given)).fields["u"]
    assert turned == pytest.approx(u.transpose(0, 2, 1), abs=1e-10)


def test_energy_and_momentum_are_kept_and_their_loss_is_seen() -> None:
    u0, v0, c = sample(0)
    found, inputs = solved(u0, v0, c), {"u0": u0[None], "v0": v0[None], "c": c[None]}
    fields = {name: field[None] for name, field in found.fields.items()}
    assert max(wave2d.budgets(fields, inputs, GRID, EMPTY).values()) < 1e-4
    damped = {name: field * np.exp(-0.1 * GRID.times)[:, None, None] for name, field in fields.items()}
    assert wave2d.budgets(damped, inputs, GRID, EMPTY)["energy"] == pytest.approx(1 - np.exp(-0.1), rel=1e-2)
    drifting = {**fields, "v": fields["v"] + np.arange(6)[:, None, None]}
    assert wave2d.budgets(drifting, inputs, GRID, EMPTY)["momentum"] > 0.1


@pytest.mark.parametrize("time", [0.01, 0.3])
def test_the_series_is_that_of_both_functions(time: float) -> None:
    largest = 5000.0
    series = wave2d.chebyshev(largest, np.array([time / 2, time]))
    eigenvalues = np.linspace(0.0, largest, 301)
    angles = np.arccos(np.clip(2.0 * eigenvalues / largest - 1.0, -1.0, 1.0))
    summed = np.tensordot(np.cos(np.outer(angles, np.arange(len(series)))), series, axes=1)
    root = np.sqrt(eigenvalues)
    assert summed[:, 1, 0] == pytest.approx(np.cos(time * root), abs=1e-12)
    assert summed[:, 1, 1] == pytest.approx(time * np.sinc(time * root / np.pi), abs=1e-12)


def test_catalogue_states_meet_the_target() -> None:
    grid = Grid(64, 0.5, 11, dimension=2)
    given = [draw("dev", index, grid, {}).inputs for index in (0, 3)]
    inputs = {name: np.stack([one[name] for one in given]) for name in ("u0", "v0", "c")}
    found = dict(wave2d.solve(inputs, grid, EMPTY))
    assert len(found) == 2
    for index, reference in found.items():
        assert set(reference.estimates) == {"u", "v"}
        assert reference.estimate <= 5e-7
        assert np.array_equal(reference.fields["v"][0], inputs["v0"][index])


def test_a_speed_that_no_level_resolves_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wave2d, "_MOST", Level(64, 1))
    rough = 1.0 + 0.5 * np.random.default_rng(0).random((32, 32))
    with pytest.raises(InternalFault, match="no wave2d reference"):
        solved(sample(0)[0], sample(0)[1], rough)
