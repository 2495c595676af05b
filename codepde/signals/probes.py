"""Which related inputs a family has, and what the answers to them say together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import numpy as np

from codepde.batch import Batch
from codepde.derived import chosen
from codepde.family import Family
from codepde.grid import Array
from codepde.metrics import MOST
from codepde.signals import resolution, restart, translation
from codepde.signals.distance import Fields, distance

HALF, RESTART, SHIFT, BOOST = "half_grid", "restart", "shift", "moving_frame"
BUDGETS, RESIDUAL = "budgets", "residual"
SAMPLES: Final = 2  # of the batch, smooth ones first
FAILED: Final = 1.0  # what a signal counts whose execution failed; none counts more


def rows(batch: Batch) -> list[int]:
    """The samples that are looked at: a kink that a coarse grid can't hold says nothing of a program."""
    return sorted(range(len(batch)), key=lambda row: batch.kinds[row] != "smooth")[:SAMPLES]


def names(family: Family) -> list[str]:
    """The signals of a family that need a further execution."""
    found = {
        HALF: resolution.applies(family.grid),
        RESTART: restart.applies(family),
        SHIFT: family.periodic and not family.grid.vertices,
        BOOST: bool(family.boosts),
    }
    return [name for name, applies in found.items() if applies]


def probes(family: Family, batch: Batch, answer: Fields) -> dict[str, Batch]:
    """Signal to further inputs for the program.

    ``answer`` has a time axis, is finite, and begins with the initial states.
    """
    part = chosen(family, batch, rows(batch))
    fields = {name: values[rows(batch)] for name, values in answer.items()}
    return {name: _probe(name, family, part, fields) for name in names(family)}


def signals(
    family: Family, batch: Batch, answer: Fields, probed: Mapping[str, Fields | None]
) -> dict[str, float]:
    """Signal to relative difference, 0 for the exact solution, at most `MOST`.

    Parameters
    ----------
    answer, probed
        What the program answered to the batch, and to each of `probes`; each field with a time axis. A failed
        execution, `None`, counts `FAILED`.
    """
    fields = {name: values[rows(batch)] for name, values in answer.items()}
    found = {
        name: FAILED if again is None else _capped(_compared(name, family, fields, again))
        for name, again in probed.items()
    }
    for name, balance in ((BUDGETS, family.budgets), (RESIDUAL, family.residual)):
        if balance is not None:
            with np.errstate(all="ignore"):
                drifts = balance(answer, batch.inputs, family.grid, family.coefficients)
            found[name] = _capped(max(drifts.values(), key=_capped))
    return found


def combined(found: Mapping[str, float]) -> float:
    """The mean of all signals, each counting at most 1."""
    return float(np.mean([min(value, FAILED) for value in found.values()]))


def _probe(name: str, family: Family, part: Batch, fields: Fields) -> Batch:
    grid = family.grid
    if name == HALF:
        coarse = replace(grid, num_points=grid.num_points // resolution.FACTOR)
        return replace(part, inputs=resolution.coarse_inputs(part.inputs, grid), grid=coarse)
    inputs: dict[str, Array]
    if name == RESTART:
        inputs = restart.inputs(family, part.inputs, fields)
    elif name == SHIFT:
        inputs = translation.shifted_inputs(part.inputs, grid)
    else:
        starts = {output.name: str(output.starts_as) for output in family.outputs}
        inputs = translation.boosted_inputs(part.inputs, starts, family.boosts, grid)
    return replace(part, inputs=inputs)


def _compared(name: str, family: Family, fields: Fields, again: Fields) -> float:
    grid = family.grid
    if name == HALF:
        found, expected = resolution.comparable(again, fields, grid.dimension)
    elif name == RESTART:
        found, expected = restart.comparable(again, fields, grid)
    elif name == SHIFT:
        found, expected = translation.shifted_back(again, grid), dict(fields)
    else:
        found, expected = dict(again), translation.boosted(fields, family.boosts, grid)
    with np.errstate(all="ignore"):
        return distance(found, expected, family.scales)


def _capped(value: float) -> float:
    return value if value <= MOST else MOST  # written as <= so that NaN is cut off, too
