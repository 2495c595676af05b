"""The travelling salesman in the plane."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from frontierco.definition import BuiltIn, Definition
from frontierco.gap import MIN
from frontierco.instances import PointSet
from frontierco.pictures import draw_tour
from frontierco.portgen import family_seed, uniform
from frontierco.problem import CoProblem
from frontierco.readers.tsplib import read_tsplib
from frontierco.tours import KEY, evaluate_tour
from solversmith.contract import DEV, TEST, ArraySpec, Parameter, ProblemFolder, ProblemOptions

SUMMARY = "travelling salesman: the shortest closed tour through given cities (anytime)"
PARAMETERS: tuple[Parameter, ...] = ()

_SLACK = 4  # a tour that is too long should reach the check, which says what is wrong with it
_UNIFORM = {
    DEV: ((200, 71200), (500, 71500), (1000, 72000)),
    TEST: ((300, 93300), (500, 93500), (1000, 94000), (2000, 95000)),
}  # (cities, seed); the seeds of the splits have nothing in common


def build(parameters: Mapping[str, str], options: ProblemOptions) -> CoProblem:
    """The problem with these options. Raises `UsageError` for options that make no sense."""
    return CoProblem(DEFINITION, ProblemFolder(Path(__file__).parent), options)


def pack(instance: PointSet) -> bytes:
    """The number of cities (int64), then x and y of each (float64), little-endian."""
    return struct.pack("<q", len(instance.coordinates)) + instance.coordinates.astype("<f8").tobytes()


def answer(instance: PointSet) -> Mapping[str, ArraySpec]:
    """One row of cities, of any length up to some."""
    return {KEY: ArraySpec("<i8", (None,), most_bytes=8 * _SLACK * (len(instance.coordinates) + 1))}


def _random_points(num_cities: int, seed: int) -> PointSet:
    return PointSet(uniform(num_cities, seed), "nint")


def _built_in(split: str, family_name: str, family_size: int) -> tuple[BuiltIn, ...]:
    own = [BuiltIn(f"uniform-{n}-{seed}", partial(_random_points, n, seed)) for n, seed in _UNIFORM[split]]
    published = partial(_random_points, family_size, family_seed(family_size, 0))
    return (*own, BuiltIn(family_name, published))


DEFINITION = Definition(
    name="tsp",
    data_folder="TSP",
    sense=MIN,
    read=read_tsplib,
    pack=pack,
    answer=answer,
    evaluate=evaluate_tour,
    draw=lambda axes, instance, arrays: draw_tour(axes, instance.coordinates, arrays[KEY]),
    built_in={DEV: _built_in(DEV, "E1k.0", 1000), TEST: _built_in(TEST, "E10k.0", 10_000)},
)
