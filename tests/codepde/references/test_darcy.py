"""Darcy references against closed forms, against themselves on much finer grids, and as they must behave."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from codepde.grid import Grid
from codepde.initial_darcy import draw
from codepde.references import darcy
from codepde.references.darcy_volumes import residual
from codepde.references.darcy_volumes import solve as volumes
from problems.pde.darcy.problem import build
from solversmith.contract.problem import ProblemOptions
from solversmith.errors import InternalFault

CENTRES = (np.arange(21) + 0.5) / 21
RNG = np.random.default_rng(7)
TWO_VALUED = draw("dev", 0, Grid(21, dimension=2), {}).inputs["a"]


def distance(u: np.ndarray, other: np.ndarray) -> float:
    return float(np.linalg.norm(u - other) / np.linalg.norm(other))


def uniform(a: float) -> np.ndarray:
    """The double sine series of −aΔu = 1; its terms fall like k⁻⁴."""
    k = np.arange(1, 1200, 2)
    sines = np.sin(np.pi * np.outer(CENTRES, k))
    return sines @ (16 / np.pi**4 / a / np.outer(k, k) / (k[:, None] ** 2 + k**2)) @ sines.T


def layered(values: tuple[float, float, float]) -> np.ndarray:
    """Three layers across x: a sine series in y, exponentials in x that are matched at the faces."""
    ends = np.array([0.0, 1 / 3, 2 / 3, 1.0])
    total = np.zeros((21, 21))
    for k in np.pi * np.arange(1, 2500, 2):
        system, right = np.zeros((6, 6)), np.zeros(6)
        particular = [4 / k / (a * k**2) for a in values]

        def pieces(layer: int, x: float, k: float = k) -> np.ndarray:
            return np.exp(-k * np.array([x - ends[layer], ends[layer + 1] - x]))

        system[0, :2], right[0] = pieces(0, 0.0), -particular[0]
        system[5, 4:], right[5] = pieces(2, 1.0), -particular[2]
        for face in (1, 2):
            left, after = slice(2 * face - 2, 2 * face), slice(2 * face, 2 * face + 2)
            before, behind = pieces(face - 1, ends[face]), pieces(face, ends[face])
            system[2 * face - 1, left], system[2 * face - 1, after] = before, -behind
            right[2 * face - 1] = particular[face] - particular[face - 1]
            signs = np.array([-1.0, 1.0])
            system[2 * face, left] = values[face - 1] * signs * before
            system[2 * face, after] = -values[face] * signs * behind
        factors = np.linalg.solve(system, right)
        mode = [
            particular[layer] + pieces(layer, x) @ factors[2 * layer : 2 * layer + 2]
            for layer, x in zip(np.repeat([0, 1, 2], 7), CENTRES, strict=True)
        ]
        total += np.outer(mode, np.sin(k * CENTRES))
    return total


@pytest.mark.parametrize("a", [1.0, 7.5])
def test_a_uniform_medium_has_the_double_sine_series(a: float) -> None:
    found = darcy.solution(np.full((21, 21), a))
    true = distance(found.fields["u"], uniform(a))
    assert true < found.estimate / 4
    assert true < found.detail["not_extrapolated"] / 2
    assert found.detail["order"] == pytest.approx(2.0, abs=0.1)


@pytest.mark.parametrize("values", [(3.0, 12.0, 3.0), (12.0, 3.0, 5.0)])
def test_layers_have_their_sine_series(values: tuple[float, float, float]) -> None:
    a = np.repeat(values, 7)[:, None] * np.ones(21)
    exact = layered(values)
    found = darcy.solution(a)
    assert distance(found.fields["u"], exact) < min(found.estimate / 2, 5e-4)
    turned = darcy.solution(a.T).fields["u"]
    assert distance(turned, exact.T) < 5e-4


def test_volumes_are_of_second_order_where_the_medium_is_uniform() -> None:
    a, exact = np.full((21, 21), 2.0), uniform(2.0)
    errors = []
    for factor in (1, 3, 9):
        u, _ = volumes(a, factor, np.zeros((21 * factor, 21 * factor)))
        errors.append(distance(u[factor // 2 :: factor, factor // 2 :: factor], exact))
    assert np.diff(np.log(errors)) / np.log(3.0) == pytest.approx([-2.0, -2.0], abs=0.1)


def test_corners_take_half_an_order_and_extrapolation_gives_more_back() -> None:
    """Seen from grids of 15 and 21 times as many cells, extrapolated."""
    levels = {}
    for factor in (1, 3, 5, 9, 15, 21):
        u, _ = volumes(TWO_VALUED, factor, np.zeros((21 * factor, 21 * factor)))
        levels[factor] = u[factor // 2 :: factor, factor // 2 :: factor]
    best = darcy.extrapolated(levels[15], levels[21], 1.4)
    order = np.log(distance(levels[3], best) / distance(levels[9], best)) / np.log(3.0)
    assert 1.2 < order < 1.8
    found = darcy.solution(TWO_VALUED)
    true = distance(found.fields["u"], best)
    assert true < distance(levels[5], best) / 3
    assert true < found.estimate
    assert 1.2 < found.detail["order"] < 1.8


def test_a_transposed_medium_has_the_transposed_solution_and_twice_the_medium_half_of_it() -> None:
    u = darcy.solution(TWO_VALUED).fields["u"]
    assert distance(darcy.solution(TWO_VALUED.T).fields["u"], u.T) < 1e-6
    assert distance(darcy.solution(2.0 * TWO_VALUED[::-1]).fields["u"], 0.5 * u[::-1]) < 1e-6


def test_solutions_satisfy_their_equations_and_balance_their_energy() -> None:
    u, _ = volumes(TWO_VALUED, 1, np.zeros((21, 21)))
    assert np.sqrt(np.mean(residual(u, TWO_VALUED) ** 2)) < 1e-5
    inputs, grid = {"a": TWO_VALUED[None]}, Grid(21, dimension=2)
    balances = [darcy.budgets({"u": v[None, None]}, inputs, grid, {})["energy"] for v in (u, 1.1 * u)]
    assert balances[0] < 1e-6
    assert balances[1] == pytest.approx(1.1**2 / 1.1 - 1, abs=1e-4)


def test_iterations_do_not_grow_with_the_grid() -> None:
    counts = [volumes(TWO_VALUED, factor, np.zeros((21 * factor, 21 * factor)))[1] for factor in (1, 5, 15)]
    assert max(counts) <= counts[0] + 3


def test_prolongation_is_exact_for_what_is_linear_between_the_walls() -> None:
    x = (np.arange(30) + 0.5) / 30
    tent = np.minimum(x, 1 - x)
    fine = (np.arange(50) + 0.5) / 50
    expected = np.minimum(fine, 1 - fine)
    found = darcy.prolonged(np.outer(tent, tent), 50)
    away = np.abs(fine - 0.5) > 0.04
    assert found[np.ix_(away, away)] == pytest.approx(np.outer(expected, expected)[np.ix_(away, away)])


@pytest.mark.parametrize("order", [1.2, 1.5, 2.0])
def test_the_order_of_made_up_errors_is_observed(order: float) -> None:
    u, error = RNG.standard_normal((2, 6, 6))
    one, three, five = (u + error * factor**-order for factor in (1.0, 3.0, 5.0))
    assert darcy.observed_order(one, three, five) == pytest.approx(order, abs=1e-3)


def test_what_has_no_solution_or_too_large_an_estimate_is_refused() -> None:
    grid = Grid(21, dimension=2)
    with pytest.raises(InternalFault, match="not positive"):
        next(darcy.solve({"a": np.zeros((1, 21, 21))}, grid, {}))
    with pytest.raises(InternalFault, match="estimate"):
        next(darcy.solve({"a": TWO_VALUED[None]}, grid, {}))


@pytest.mark.slow
def test_the_published_grid_meets_the_target(references: Path) -> None:
    """The first sample of dev, which the human programs are scored on, too: solved once."""
    sources = build({}, ProblemOptions(samples=1, cache=references)).sources
    (found,) = sources.references(sources.batch("dev", 1), "dev", 1)
    assert found.detail["cells"] == [421, 1263, 2105]
    assert found.estimate < 5e-5
    assert found.detail["not_extrapolated"] < 1e-4
    assert 1.3 < found.detail["order"] < 1.5
