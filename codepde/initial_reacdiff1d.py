"""Random initial states of reaction-diffusion: those of the scalar families, rescaled to [0, 1].

Rescaled by least and largest value at the published 1024 cell centres, so that a state is the same function
on every grid.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from codepde.grid import Array, Grid
from codepde.initial import VERSION as WAVES
from codepde.initial import InitialState, draw_state
from codepde.sample import Sample

STREAM: Final = f"reacdiff1d/{WAVES}"
_PUBLISHED: Final = (np.arange(1024) + 0.5) / 1024


@dataclass(frozen=True)
class Rescaled:
    """``(state − low) / (high − low)``; call it with coordinates as parts of the period."""

    state: InitialState
    low: float
    high: float

    def __call__(self, points: Array) -> Array:
        """Values at the given coordinates, of any shape."""
        return (self.state(points) - self.low) / (self.high - self.low)


def draw(split: str, index: int, grid: Grid, coefficients: Mapping[str, float]) -> Sample:
    """A state in [0, 1] at a grid's points."""
    state = draw_state("reacdiff1d", split, index)
    values = state(_PUBLISHED)
    formula = Rescaled(state, float(values.min()), float(values.max()))
    return Sample({"u0_batch": formula((grid.points - grid.lower) / grid.extent)}, state.kind, formula)
