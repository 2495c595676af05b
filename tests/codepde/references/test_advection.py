"""The moving interpolant."""

from __future__ import annotations

import numpy as np
import pytest

from codepde.grid import Grid
from codepde.initial import InitialState, draw_state
from codepde.interpolant import evaluate
from codepde.metrics import sample_errors
from codepde.references import advection
from codepde.references.reference import Reference
from codepde.sample import Sample

GRID = Grid(1024, 2.0, 21)
SPEEDS = (0.1, 1.0, 7.0)


def solved(formula: InitialState, speed: float) -> tuple[Reference, float]:
    ((_, reference),) = advection.solve({"u0_batch": formula(GRID.points)[None]}, GRID, {"beta": speed})
    return reference, advection.floor(Sample({}, formula=formula), reference, GRID, {"beta": speed})


def of_kind(kind: str, count: int) -> list[InitialState]:
    drawn = (draw_state("advection", "test", index) for index in range(1000))
    return [state for state in drawn if state.kind == kind][:count]


@pytest.mark.parametrize("speed", SPEEDS)
def test_smooth_states_follow_the_analytic_formula_to_rounding(speed: float) -> None:
    assert max(solved(state, speed)[1] for state in of_kind("smooth", 10)) < 1e-14


def test_windows_follow_it_to_the_jump_that_their_flanks_leave() -> None:
    assert max(solved(state, 0.1)[1] for state in of_kind("window", 10)) < 1e-10


def test_kinks_follow_it_to_their_floor() -> None:
    floors = [solved(state, 0.1)[1] for state in of_kind("kink", 10)]
    assert 1e-5 < np.median(floors) < 5e-4
    assert max(floors) < 1e-3


@pytest.mark.parametrize("speed", [*SPEEDS, -0.4])
def test_kinks_follow_their_interpolant_to_rounding(speed: float) -> None:
    state = of_kind("kink", 1)[0]
    reference, _ = solved(state, speed)
    offsets = np.arange(GRID.num_points) / GRID.num_points
    for frame in (1, 13, 20):
        exact = evaluate(state(GRID.points), offsets - speed * GRID.times[frame])
        assert sample_errors(reference.fields["trajectory"][frame][None], exact[None])[0] < 1e-12
    assert reference.estimate < 1e-12
    assert np.array_equal(reference.fields["trajectory"][0], state(GRID.points))
