"""Capacitated vehicle routing in the plane."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from frontierco.definition import BuiltIn, Definition
from frontierco.distances import EUCLIDEAN
from frontierco.fleetgen import FleetRecipe, random_fleet
from frontierco.fleets import FleetInstance
from frontierco.gap import MIN
from frontierco.pictures import draw_routes
from frontierco.problem import CoProblem
from frontierco.readers.cvrplib import read_cvrplib
from frontierco.readers.formats import CVRPLIB
from frontierco.readers.solutions import read_routes
from frontierco.routes import OFFSETS, ROUTES, evaluate_routes, published_length
from solversmith.contract import DEV, TEST, ArraySpec, Parameter, ProblemFolder, ProblemOptions

SUMMARY = "capacitated vehicle routing: shortest delivery routes from one depot (anytime)"
PARAMETERS: tuple[Parameter, ...] = ()

_ENTRIES_PER_NODE, _ROUTES_PER_NODE = 4, 2  # a bad solution should reach the check, which has words for it
_RECIPES = {
    DEV: (
        (FleetRecipe(100, "central", "random", "1-100", 6.0), 41100),
        (FleetRecipe(150, "eccentric", "clustered", "1-10", 11.0), 41150),
        (FleetRecipe(200, "random", "half-clustered", "quadrant", 16.0), 41200),
        (FleetRecipe(300, "central", "clustered", "many-small", 9.0), 41300),
    ),
    TEST: (
        (FleetRecipe(180, "random", "random", "50-100", 5.0), 62180),
        (FleetRecipe(240, "central", "half-clustered", "unitary", 18.0), 62240),
        (FleetRecipe(320, "eccentric", "random", "5-10", 13.0), 62320),
        (FleetRecipe(440, "random", "clustered", "1-100", 8.0), 62440),
        (FleetRecipe(1000, "central", "half-clustered", "1-10", 21.0), 63000),
        (FleetRecipe(3000, "eccentric", "clustered", "1-10", 15.0), 65000),
    ),
}  # the seeds of the splits have nothing in common
_HARD_FROM = 1000  # customers


def build(parameters: Mapping[str, str], options: ProblemOptions) -> CoProblem:
    """The problem with these options. Raises `UsageError` for options that make no sense."""
    return CoProblem(DEFINITION, ProblemFolder(Path(__file__).parent), options)


def pack(instance: FleetInstance) -> bytes:
    """Number of nodes, capacity, depot and demands (int64), then x and y of each (float64), little-endian."""
    head = struct.pack("<qqq", len(instance.demands), instance.capacity, instance.depot)
    return head + instance.demands.astype("<i8").tobytes() + instance.coordinates.astype("<f8").tobytes()


def answer(instance: FleetInstance) -> Mapping[str, ArraySpec]:
    """All routes in one row, and where each begins; both of any length up to some."""
    nodes = len(instance.demands) + 1
    return {
        ROUTES: ArraySpec("<i8", (None,), most_bytes=8 * _ENTRIES_PER_NODE * nodes),
        OFFSETS: ArraySpec("<i8", (None,), most_bytes=8 * (_ROUTES_PER_NODE * nodes + 1)),
    }


def _built_in(split: str) -> tuple[BuiltIn, ...]:
    return tuple(
        BuiltIn(
            f"{recipe.layout}-{recipe.num_customers}-{seed}",
            partial(random_fleet, recipe, seed),
            part="hard" if recipe.num_customers >= _HARD_FROM else "",
        )
        for recipe, seed in _RECIPES[split]
    )


def draw(axes: Any, instance: FleetInstance, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Routes from the depot and back."""
    routes = np.split(arrays[ROUTES], arrays[OFFSETS][1:])
    draw_routes(axes, instance.coordinates, routes, instance.depot)


DEFINITION = Definition(
    name="cvrp",
    data_folder="CVRP",
    sense=MIN,
    read=read_cvrplib,
    pack=pack,
    answer=answer,
    evaluate=evaluate_routes,
    built_in={DEV: _built_in(DEV), TEST: _built_in(TEST)},
    published=published_length,
    reads=(CVRPLIB,),
    read_solution=read_routes,
    conventions=EUCLIDEAN,
    draw=draw,
)
