"""The travelling salesman, in the plane or by given distances."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from frontierco import named_cities
from frontierco.definition import BuiltIn, Definition, Family
from frontierco.distances import CONVENTIONS
from frontierco.gap import MIN
from frontierco.instances import EXPLICIT, DistanceMatrix, PointSet
from frontierco.pictures import draw_tour, scaled_places
from frontierco.portgen import clustered, family_seed, uniform
from frontierco.problem import MEMORY_BYTES, CoProblem
from frontierco.readers.formats import TSPLIB
from frontierco.readers.tours import read_tour
from frontierco.readers.tsplib import read_tsplib
from frontierco.tours import KEY, Cities, evaluate_tour, published_tour_length
from frontierco.writers import write_tsplib
from solversmith.contract import DEV, TEST, ArraySpec, Parameter, ProblemFolder, ProblemOptions

SUMMARY = "travelling salesman: the shortest closed tour through given cities (anytime)"
PARAMETERS: tuple[Parameter, ...] = ()

_SLACK = 4  # a tour that is too long should reach the check, which says what is wrong with it
_LARGE = 5_000_000  # cities from which on a list of tuples alone takes gigabytes
_UNIFORM = {
    DEV: ((200, 71200), (500, 71500), (1000, 72000)),
    TEST: ((300, 93300), (500, 93500), (1000, 94000), (2000, 95000)),
}  # (cities, seed); the seeds of the splits have nothing in common


def build(parameters: Mapping[str, str], options: ProblemOptions) -> CoProblem:
    """The problem with these options. Raises `UsageError` for options that make no sense."""
    return CoProblem(DEFINITION, ProblemFolder(Path(__file__).parent), options)


def pack(instance: Cities) -> bytes:
    """The number n of cities (int64), then x and y of each (float64), little-endian.

    With given distances: −n, then the matrix, then x and y of each where there are places.
    """
    if isinstance(instance, DistanceMatrix):
        places = b"" if instance.places is None else instance.places.astype("<f8").tobytes()
        return struct.pack("<q", -instance.num_cities) + instance.matrix.astype("<f8").tobytes() + places
    return struct.pack("<q", len(instance.coordinates)) + instance.coordinates.astype("<f8").tobytes()


def answer(instance: Cities) -> Mapping[str, ArraySpec]:
    """One row of cities, of any length up to some."""
    return {KEY: ArraySpec("<i8", (None,), most_bytes=8 * _SLACK * (instance.num_cities + 1))}


def read_solution(text: bytes, instance: Cities, file: Path) -> dict[str, list[int]]:
    """A TSPLIB tour, or the cities from 0."""
    return read_tour(text, file)


def memory_bytes(instance: Cities) -> int:
    """Twice the default for millions of cities."""
    return MEMORY_BYTES * (2 if instance.num_cities >= _LARGE else 1)


def draw(axes: Any, instance: Cities, arrays: Mapping[str, NDArray[Any]]) -> None:
    """The tour; where distances are given without places, through places that fit them as well as may be."""
    if isinstance(instance, PointSet):
        return draw_tour(axes, instance.coordinates, arrays[KEY])
    places = instance.places
    if places is None:
        places = scaled_places(instance.matrix)
        axes.set_title("places made from the distances")
    return draw_tour(axes, np.asarray(places), arrays[KEY])


def _random_points(num_cities: int, seed: int) -> PointSet:
    return PointSet(uniform(num_cities, seed), "nint")


def _clouds(num_cities: int, seed: int) -> PointSet:
    return PointSet(clustered(num_cities, seed), "nint")


def _own(split: str) -> list[BuiltIn]:
    return [BuiltIn(f"uniform-{n}-{seed}", partial(_random_points, n, seed)) for n, seed in _UNIFORM[split]]


_E1K = BuiltIn("E1k.0", partial(_random_points, 1000, family_seed(1000, 0)))
_HARD = (
    BuiltIn("E10k.0", partial(_random_points, 10_000, family_seed(10_000, 0)), part="hard"),
    BuiltIn("C10k.0", partial(_clouds, 10_000, family_seed(10_000, 0)), part="hard"),
)


DEFINITION = Definition(
    name="tsp",
    data_folder="TSP",
    sense=MIN,
    read=read_tsplib,
    pack=pack,
    answer=answer,
    evaluate=evaluate_tour,
    draw=draw,
    built_in={DEV: (*_own(DEV), _E1K), TEST: (*_own(TEST), *_HARD)},
    published=published_tour_length,
    reads=(TSPLIB,),
    conventions=(*CONVENTIONS, EXPLICIT),
    families=(
        Family(
            named_cities.PATTERN,
            "uniform and clustered cities of the 8th DIMACS challenge",
            named_cities.named,
            named_cities.place,
        ),
    ),
    write=write_tsplib,
    read_solution=read_solution,
    memory_bytes=memory_bytes,
)
