"""Further inputs of a family: the same states on other grids, other samples, a part of a batch."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from codepde.batch import Batch, draw_batch, on_its_grid, stacked
from codepde.family import Family
from codepde.grid import Grid
from codepde.interpolant import evaluate
from codepde.order import kink_free, on_grid

_DIVISORS: Final = (8, 4, 2, 1)
_STATES: Final = 4  # on every grid of a ladder
_SAME: Final = 1e-4  # relative: what programs miss on so few points is far more


def grids(family: Family) -> list[Grid]:
    """An eighth, a quarter, half and all of the points: 128, 256, 512 and 1024 where there are 1024.

    None where the order of a program can't be measured: there has to be time, cells, and an even number of
    points for each.
    """
    grid = family.grid
    if grid.steady or grid.vertices or grid.num_points % (2 * _DIVISORS[0]):
        return []
    return [replace(grid, num_points=grid.num_points // divisor) for divisor in _DIVISORS]


def ladder(family: Family, split: str) -> list[Batch]:
    """The first four smooth samples of a split, drawn at the points of every grid that holds them.

    Each batch is to be scored against the solution from the interpolant of its own points, and these have to
    be the same states: a grid on which their modes do not fit is left out, and all coarser ones with it.
    Where fewer than two are left there is no ladder.
    """
    try:
        places = tuple(kink_free(family, split, _STATES)) if grids(family) else ()
    except ValueError:  # there are hardly any
        return []
    rungs: list[Batch] = []
    for grid in reversed(grids(family)):
        drawn = _drawn(on_grid(family, grid.num_points), split, places)
        if rungs and not _same_states(family, drawn, rungs[0]):
            break
        rungs.insert(0, drawn)
    return rungs if len(rungs) > 1 else []


def _same_states(family: Family, coarse: Batch, fine: Batch) -> bool:
    """Whether the interpolants of the fields of both agree at the points of the finer one."""
    few, many = on_its_grid(family, coarse).grid, on_its_grid(family, fine).grid
    offsets = many.points - few.points[0]
    for name in family.inputs:
        values, expected = coarse.inputs[name], fine.inputs[name]
        if values.shape[1:] != few.space:
            continue
        for _ in range(few.dimension):  # along the last axis, which becomes the first of space
            values = np.moveaxis(evaluate(values, offsets, few.extent), -1, 1)
        if not np.linalg.norm(values - expected) <= _SAME * np.linalg.norm(expected):
            return False
    return True


def others(family: Family, split: str, samples: int) -> Batch:
    """As many samples of the same split, behind the ones that are scored."""
    return draw_batch(family, split, samples, first=samples)


def chosen(family: Family, batch: Batch, rows: list[int]) -> Batch:
    """Some samples of a batch."""
    places = batch.places or tuple(range(len(batch)))
    return replace(
        batch,
        samples=tuple(batch.samples[row] for row in rows),
        inputs={name: batch.inputs[name][rows] for name in family.inputs},
        places=tuple(places[row] for row in rows),
    )


def _drawn(family: Family, split: str, places: tuple[int, ...]) -> Batch:
    samples = tuple(family.draw(split, place, family.grid, family.coefficients) for place in places)
    return Batch(f"{family.stream}/{split}", samples, stacked(family, samples), places, family.grid)
