"""Other grids, other samples and parts of a batch."""

from __future__ import annotations

from dataclasses import replace
from types import ModuleType

import numpy as np
import pytest

from codepde import derived
from codepde.batch import draw_batch, on_its_grid, pack
from codepde.family import Family
from codepde.grid import Grid
from codepde.interpolant import evaluate
from codepde.sample import Sample
from codepde.solutions import keys


@pytest.fixture
def family(toy: ModuleType) -> Family:
    made: Family = toy.family()
    return replace(made, grid=replace(made.grid, num_points=1024))


def test_a_ladder_has_the_same_smooth_states_on_four_grids(family: Family) -> None:
    ladder = derived.ladder(family, "test")
    assert [on_its_grid(family, batch).grid.num_points for batch in ladder] == [128, 256, 512, 1024]
    assert {kind for batch in ladder for kind in batch.kinds} == {"smooth"}
    assert len({batch.places for batch in ladder}) == 1
    finest = ladder[-1].inputs["u0_batch"]
    for batch in ladder:
        states = batch.inputs["u0_batch"]
        # The first points lie half a cell from the boundary.
        there = np.arange(1024) / 1024 + 0.5 / 1024 - 0.5 / states.shape[-1]
        np.testing.assert_allclose(evaluate(states, there), finest, atol=1e-12)


def test_grids_that_do_not_hold_the_states_are_left_out(family: Family) -> None:
    """Waves of 20 periods need more than 40 points: fewer would be given other waves."""

    def draw(split: str, index: int, grid: Grid, coefficients: object) -> Sample:
        return Sample({"u0_batch": np.sin(40 * np.pi * grid.points + index)})

    def points(count: int) -> list[int]:
        found = replace(family, draw=draw, grid=replace(family.grid, num_points=count))
        return [on_its_grid(found, batch).grid.num_points for batch in derived.ladder(found, "dev")]

    assert points(512) == [64, 128, 256, 512]
    assert points(256) == [64, 128, 256]
    assert points(64) == []


def test_in_two_dimensions_either_axis_has_to_hold_them(family: Family) -> None:
    def drawn(along: int, across: int) -> list[int]:
        def draw(split: str, index: int, grid: Grid, coefficients: object) -> Sample:
            x, y = np.meshgrid(grid.points, grid.points, indexing="ij")
            return Sample({"u0_batch": np.cos(2 * np.pi * (along * x + across * y) + index)})

        found = replace(family, draw=draw, grid=replace(family.grid, num_points=64, dimension=2))
        return [on_its_grid(found, batch).grid.num_points for batch in derived.ladder(found, "dev")]

    assert drawn(1, 3) == [8, 16, 32, 64]
    assert drawn(1, 6) == drawn(6, 1) == [16, 32, 64]


def test_the_splits_share_no_state(family: Family) -> None:
    dev, test = (derived.ladder(family, split)[0].inputs["u0_batch"] for split in ("dev", "test"))
    assert not any(np.array_equal(one, other) for one in dev for other in test)


@pytest.mark.parametrize(
    "grid",
    [
        Grid(num_points=64, dimension=2),
        Grid(num_points=65, final_time=1.0, frames=3, vertices=True),
        Grid(num_points=420, final_time=1.0, frames=3),
    ],
)
def test_what_has_no_coarser_grids_has_no_ladder(family: Family, grid: Grid) -> None:
    assert derived.ladder(replace(family, grid=grid), "dev") == []


def test_other_samples_are_those_that_a_larger_split_would_have(family: Family) -> None:
    first, whole = draw_batch(family, "dev", 3), draw_batch(family, "dev", 6)
    others = derived.others(family, "dev", 3)
    np.testing.assert_array_equal(others.inputs["u0_batch"], whole.inputs["u0_batch"][3:])
    assert keys(family, others) == keys(family, whole)[3:]
    assert not set(keys(family, others)) & set(keys(family, first))


def test_chosen_samples_keep_their_places(family: Family) -> None:
    whole = draw_batch(family, "dev", 4)
    part = derived.chosen(family, derived.chosen(family, whole, [3, 1, 2]), [1, 0])
    assert part.places == (1, 3)
    assert part.kinds == [whole.kinds[1], whole.kinds[3]]
    assert keys(family, part) == [keys(family, whole)[1], keys(family, whole)[3]]
    assert len(pack(family, part)) < len(pack(family, whole))
