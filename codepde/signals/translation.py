"""The program on states that are shifted, or that move: the solutions are known from the unshifted ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from codepde.grid import Array, Grid
from codepde.interpolant import shifted
from codepde.signals.distance import Fields

_PERIODS: Final = 0.3  # that the moving observer passes by until the end


def cells(grid: Grid) -> int:
    """By how many points states are shifted: no whole part of the period."""
    return grid.num_points // 3 + 1


def shifted_inputs(inputs: Mapping[str, Array], grid: Grid) -> dict[str, Array]:
    """Every field on the grid moved along its last axis; other inputs as they are."""
    return {
        name: np.roll(values, cells(grid), axis=-1) if values.shape[1:] == grid.space else values
        for name, values in inputs.items()
    }


def shifted_back(fields: Fields, grid: Grid) -> dict[str, Array]:
    """The answer to shifted inputs, as it should have been to the unshifted ones."""
    return {name: np.roll(values, -cells(grid), axis=-1) for name, values in fields.items()}


def speed(grid: Grid) -> float:
    """Of the moving frame."""
    return _PERIODS * grid.extent / grid.final_time


def boosted_inputs(
    inputs: Mapping[str, Array], starts: Mapping[str, str], boosts: Mapping[str, float], grid: Grid
) -> dict[str, Array]:
    """States as a moving observer sees them: those that ``boosts`` names have ``speed · boost`` added.

    ``starts`` has the input that each output starts as.
    """
    added = {starts[name]: boost * speed(grid) for name, boost in boosts.items()}
    return {name: values + added.get(name, 0.0) for name, values in inputs.items()}


def boosted(fields: Fields, boosts: Mapping[str, float], grid: Grid) -> dict[str, Array]:
    """What the moving observer sees of an answer: ``u(x − ct, t) + boost · c``; one dimension of space.

    Shapes ``(batch, frames, N)``; between the points the interpolant is moved.
    """
    moved = {}
    for name, values in fields.items():
        frames = [
            shifted(values[:, frame], speed(grid) * time, grid.extent)
            for frame, time in enumerate(grid.times)
        ]
        moved[name] = np.stack(frames, axis=1) + boosts.get(name, 0.0) * speed(grid)
    return moved
