"""A family that is solved at once: u_t = −k u, every point by itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from codepde.family import Family
from codepde.grid import Array, Grid
from codepde.initial import InitialState
from codepde.references.reference import Reference

GRID = Grid(num_points=16, final_time=1.0, frames=5)


class Decay:
    """The reference, counting how many samples it was asked for."""

    def __init__(self) -> None:
        self.solved = 0

    def __call__(
        self, states: Array, grid: Grid, coefficients: Mapping[str, float]
    ) -> Iterator[tuple[int, Reference]]:
        for index in reversed(range(len(states))):
            self.solved += 1
            factors = np.exp(-coefficients["k"] * grid.times)[:, None]
            yield index, Reference(states[index] * factors, 1e-9, {"index": index})


def floor(
    formula: InitialState, reference: Reference, grid: Grid, coefficients: Mapping[str, float]
) -> float:
    return 1e-4 if formula.kind == "kink" else 1e-15


def family(solve: Decay | None = None, k: float = 1.0, version: str = "toy/1") -> Family:
    return Family("toy", "u_t = -k u", GRID, {"k": k}, solve or Decay(), floor, "closed form", version)
