"""Which error of a program each signal sees: programs of the toy family `u_t = −k u`, run in this process."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import ModuleType

import numpy as np
import pytest

from codepde.batch import Batch, draw_batch, on_its_grid
from codepde.family import Family
from codepde.grid import Array, Grid
from codepde.metrics import MOST
from codepde.signals import probes

Program = Callable[[Array, Array], Array]


@pytest.fixture
def family(toy: ModuleType) -> Family:
    made: Family = toy.family()
    return replace(made, grid=replace(made.grid, num_points=64), budgets=lambda *_: {"none": 0.0})


def exact(u0: Array, times: Array) -> Array:
    return u0[:, None] * np.exp(-times)[:, None]


def first_order_in_space(u0: Array, times: Array) -> Array:
    return exact(u0, times * (1 + 1 / u0.shape[-1]))


def slow_at_first(u0: Array, times: Array) -> Array:
    return exact(u0, np.maximum(times - 0.3, 0.0))


def wrong_at_the_boundary(u0: Array, times: Array) -> Array:
    answer = exact(u0, times)
    answer[:, 1:, :4] *= 0.9
    return answer


def another_equation(u0: Array, times: Array) -> Array:
    return u0[:, None] * np.exp(-3.0 * times)[:, None]


def run(program: Program, family: Family, samples: int = 3) -> dict[str, float]:
    batch = draw_batch(family, "dev", samples)

    def answered(given: Batch) -> dict[str, Array]:
        times = on_its_grid(family, given).grid.times
        return {"trajectory": program(given.inputs["u0_batch"], times)}

    answer = answered(batch)
    further = probes.probes(family, batch, answer)
    return probes.signals(family, batch, answer, {name: answered(each) for name, each in further.items()})


def test_an_exact_program_shows_nothing(family: Family) -> None:
    found = run(exact, family)
    assert set(found) == {"half_grid", "restart", "shift", "budgets"}
    assert max(found.values()) < 1e-12
    assert probes.combined(found) < 1e-12


@pytest.mark.parametrize(
    ("program", "seen_by"),
    [
        (first_order_in_space, {"half_grid"}),
        (slow_at_first, {"restart"}),
        (wrong_at_the_boundary, {"half_grid", "restart", "shift"}),
        (another_equation, set()),
    ],
)
def test_each_signal_sees_its_kind_of_error(family: Family, program: Program, seen_by: set[str]) -> None:
    found = run(program, family)
    assert {name for name, value in found.items() if value > 1e-3} >= seen_by
    assert {name for name, value in found.items() if value > 1e-12} <= seen_by


def test_an_error_of_first_order_shows_in_its_size(family: Family) -> None:
    batch = draw_batch(family, "dev", 2)
    states, times = batch.inputs["u0_batch"], family.grid.times
    true = np.linalg.norm(first_order_in_space(states, times) - exact(states, times))
    size = np.linalg.norm(exact(states, times))
    assert run(first_order_in_space, family)["half_grid"] == pytest.approx(true / size, rel=0.1)


def test_a_family_that_moves_with_nothing_has_no_shift(family: Family) -> None:
    assert "shift" not in run(exact, replace(family, periodic=False))


def test_states_that_do_not_decide_what_follows_are_not_started_from(family: Family) -> None:
    (output,) = family.outputs
    assert "restart" not in probes.names(replace(family, outputs=(replace(output, starts_as=None),)))


def test_a_steady_family_has_balances_and_a_residual_alone(toy: ModuleType) -> None:
    family = replace(
        toy.steady_pair(),
        periodic=False,
        budgets=lambda *_: {"energy": 2e-3, "mass": 1e-3},
        residual=lambda fields, inputs, grid, coefficients: {"residual": float("nan")},
    )
    batch = draw_batch(family, "dev", 2)
    answer = {name: np.ones((2, 1, 6, 6)) for name in ("u", "v")}
    assert probes.probes(family, batch, answer) == {}
    assert probes.signals(family, batch, answer, {}) == {"budgets": 2e-3, "residual": MOST}


def test_a_failure_counts_one_and_nothing_counts_more(family: Family) -> None:
    batch = draw_batch(family, "dev", 2)
    answer = {"trajectory": exact(batch.inputs["u0_batch"], family.grid.times)}
    found = probes.signals(
        family, batch, answer, {"shift": None, "restart": {"trajectory": 1e9 * answer["trajectory"]}}
    )
    assert found == {"shift": 1.0, "restart": MOST, "budgets": 0.0}
    assert probes.combined(found) == pytest.approx(2 / 3)


def test_smooth_samples_are_looked_at_first(family: Family) -> None:
    batch = draw_batch(family, "dev", 16)
    assert len(set(batch.kinds)) > 1, "or the test shows nothing"
    assert {batch.kinds[row] for row in probes.rows(batch)} == {"smooth"}


def test_two_fields_in_two_dimensions(toy: ModuleType) -> None:
    family = toy.pair(Grid(num_points=16, final_time=1.0, frames=5, dimension=2))
    batch = draw_batch(family, "dev", 2)

    def answered(given: Batch) -> dict[str, Array]:
        rates, times = given.inputs["rates"], family.grid.times
        factors = np.exp(-rates[:, :, None] * times)[..., None, None]
        return {name: factors[:, k] * given.inputs[f"{name}0"][:, None] for k, name in enumerate("uv")}

    answer = answered(batch)
    further = probes.probes(family, batch, answer)
    assert further["half_grid"].inputs["u0"].shape == (2, 8, 8)
    found = probes.signals(family, batch, answer, {name: answered(each) for name, each in further.items()})
    assert set(found) == {"half_grid", "restart", "shift"}
    assert max(found.values()) < 1e-12
