"""Families that are solved at once: u_t = −k u, every point by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial

import numpy as np

from codepde.family import Family, Output
from codepde.grid import Array, Grid
from codepde.initial import draw
from codepde.references.reference import Reference
from codepde.sample import Sample

GRID = Grid(num_points=16, final_time=1.0, frames=5)


class Decay:
    """The reference, counting how many samples it was asked for."""

    def __init__(self) -> None:
        self.solved = 0

    def __call__(
        self, inputs: Mapping[str, Array], grid: Grid, coefficients: Mapping[str, float]
    ) -> Iterator[tuple[int, Reference]]:
        states = inputs["u0_batch"]
        for index in reversed(range(len(states))):
            self.solved += 1
            factors = np.exp(-coefficients["k"] * grid.times)[:, None]
            yield (
                index,
                Reference({"trajectory": states[index] * factors}, {"trajectory": 1e-9}, {"index": index}),
            )


def floor(sample: Sample, reference: Reference, grid: Grid, coefficients: Mapping[str, float]) -> float:
    return 1e-4 if sample.kind == "kink" else 1e-15


def family(solve: Decay | None = None, k: float = 1.0, version: str = "toy/1") -> Family:
    return Family(
        name="toy",
        equation="u_t = -k u",
        grid=GRID,
        coefficients={"k": k},
        inputs=("u0_batch",),
        outputs=(Output("trajectory", "u", starts_as="u0_batch"),),
        draw=partial(draw, "toy"),
        stream="toy/1",
        solve=solve or Decay(),
        floor=floor,
        method="closed form",
        version=version,
    )


def draw_pair(split: str, index: int, grid: Grid, coefficients: Mapping[str, float]) -> Sample:
    """Two fields on a square: u, and v a hundredth of it."""
    line = draw("pair", split, index, grid, coefficients).inputs["u0_batch"]
    u = 2.0 + np.add.outer(line, line)
    return Sample({"u0": u, "v0": 0.01 * u, "rates": np.array([1.0, 2.0])}, kind="square")


def solve_pair(
    inputs: Mapping[str, Array], grid: Grid, coefficients: Mapping[str, float]
) -> Iterator[tuple[int, Reference]]:
    """The one decays at the first rate, the other at the second."""
    for index, rates in enumerate(inputs["rates"]):
        factors = np.exp(-np.outer(grid.times, rates))
        fields = {
            name: factors[:, place, None, None] * inputs[f"{name}0"][index]
            for place, name in enumerate(("u", "v"))
        }
        if grid.steady:
            fields = {name: field[0] for name, field in fields.items()}
        yield index, Reference(fields, {"u": 1e-9, "v": 1e-8})


def pair(grid: Grid | None = None) -> Family:
    """Two fields in two dimensions, with a time; no floor."""
    chosen = grid or replace(GRID, dimension=2, num_points=6, lower=-1.0, extent=2.0)
    starts: Callable[[str], str | None] = lambda name: None if chosen.steady else name  # noqa: E731
    return Family(
        name="pair",
        equation="u_t = -r u, v_t = -s v",
        grid=chosen,
        coefficients={},
        inputs=("u0", "v0", "rates"),
        outputs=(Output("u", "u", starts("u0")), Output("v", "v", starts("v0"))),
        draw=draw_pair,
        stream="pair/1",
        solve=solve_pair,
        method="closed form",
        version="pair/1",
        most_estimate=1e-8,
        samples={"dev": 4, "test": 12},
        wall_s=120.0,
    )


def steady_pair() -> Family:
    """The same without time."""
    return pair(Grid(num_points=6, dimension=2))
