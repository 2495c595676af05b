"""Climbing until a finer level confirms, on a made-up integrator whose errors are known."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from codepde.grid import Array, Grid
from codepde.references.levels import POINTS, Integrate, Ladder, Level, climb, tails
from codepde.references.reference import MOST_ESTIMATE
from solversmith.errors import InternalFault

GRID = Grid(8, 1.0, 3, dimension=2)
MOST = Level(512, 256)
SEEN: list[Level] = []


def integrate(
    inputs: Mapping[str, Array], grid: Grid, coefficients: Mapping[str, float], level: Level
) -> tuple[Mapping[str, Array], Array]:
    """1 everywhere, off by exp(−points/size) in space and size/steps⁴ in time; size is the state's."""
    SEEN.append(level)
    size = inputs["u0"][:, 0, 0]
    space = np.exp(-level.points / size)
    off = space + 1e-3 * size * level.steps**-4.0
    return {"u": np.ones((len(size), *grid.shape)) + off[:, None, None, None]}, 100 * space


def solved(sizes: list[float], by: Integrate = integrate, ladder: Ladder | None = None) -> dict[int, Level]:
    SEEN.clear()
    states = np.array(sizes)[:, None, None] * np.ones((8, 8))
    used = {}
    for index, found in climb(by, {"u0": states}, GRID, {}, ladder or Ladder(Level(64, 4), MOST), "toy"):
        level = Level(found.detail["points"], found.detail["steps"])
        true = float(np.max(np.abs(found.fields["u"] - 1.0)))
        assert found.estimate <= MOST_ESTIMATE / 2
        assert true == pytest.approx(found.estimate, rel=0.1)
        used[index] = level
    return used


def test_every_sample_ends_at_the_level_that_it_needs() -> None:
    used = solved([1.0, 3.0, 6.0, 12.0, 24.0, 2.0])
    assert set(used) == set(range(6))
    assert used[0] < used[3] < used[4]
    assert used[0].points == 64
    assert used[4].points > 256
    assert all(level.points in POINTS for level in used.values())


def test_a_hopeless_level_is_not_confirmed() -> None:
    solved([24.0])
    assert Level(64, 4).finer() not in SEEN
    assert SEEN[-1] == SEEN[-2].finer()


def test_exact_steps_are_never_refined() -> None:
    def exact_in_time(
        inputs: Mapping[str, Array], grid: Grid, coefficients: Mapping[str, float], level: Level
    ) -> tuple[Mapping[str, Array], Array]:
        return integrate(inputs, grid, coefficients, Level(level.points, 1 << 12))

    used = solved([1.0, 10.0], exact_in_time, Ladder(Level(64, 1), MOST, order=0))
    assert {level.steps for level in used.values()} == {1}
    assert used[1].points > used[0].points


@pytest.mark.parametrize("size", [200.0, float("nan")])
def test_beyond_the_top_it_refuses(size: float) -> None:
    with pytest.raises(InternalFault, match="no toy reference"):
        solved([size])


def test_the_tail_is_the_share_of_the_high_modes() -> None:
    x = 2 * np.pi * np.arange(32) / 32
    low, high = np.cos(3 * x)[:, None] * np.ones(32), np.cos(x)[:, None] * np.cos(14 * x)
    fields = np.stack([low, low + 1e-3 * high])[:, None]
    # Both have the mean square ½ and ¼.
    assert tails(fields) == pytest.approx([0.0, 1e-3 / np.sqrt(2.0)], rel=1e-3, abs=1e-12)
