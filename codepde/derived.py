"""Further inputs of a family: the same states on other grids, other samples, a part of a batch."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from codepde.batch import Batch, draw_batch, stacked
from codepde.family import Family
from codepde.grid import Grid
from codepde.order import kink_free, on_grid

_DIVISORS: Final = (8, 4, 2, 1)
_STATES: Final = 4  # on every grid of a ladder


def grids(family: Family) -> list[Grid]:
    """An eighth, a quarter, half and all of the points: 128, 256, 512 and 1024 where there are 1024.

    None where the order of a program can't be measured: its states have to be periodic and smooth, and there
    has to be a number of points for each.
    """
    grid = family.grid
    if grid.steady or grid.vertices or grid.num_points % (2 * _DIVISORS[0]):
        return []
    return [replace(grid, num_points=grid.num_points // divisor) for divisor in _DIVISORS]


def ladder(family: Family, split: str) -> list[Batch]:
    """The first four smooth samples of a split, drawn at the points of every grid.

    Each batch is to be scored against the solution from the interpolant of its own points. For states without
    modes beyond those of the coarsest grid, which the smooth ones of the published families are, that is one
    and the same solution.
    """
    try:
        places = tuple(kink_free(family, split, _STATES)) if grids(family) else ()
    except ValueError:  # there are hardly any
        return []
    return [_drawn(on_grid(family, grid.num_points), split, places) for grid in grids(family)]


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
