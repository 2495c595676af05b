"""Minimum dominating set."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from frontierco.definition import BuiltIn, Definition
from frontierco.dominating_sets import KEY, evaluate_set, published_size
from frontierco.gap import MIN
from frontierco.instances import Graph
from frontierco.pictures import draw_graph
from frontierco.problem import CoProblem
from frontierco.random_graphs import geometric_graph, preferential_graph
from frontierco.readers.formats import PACE
from frontierco.readers.pace import read_pace
from frontierco.readers.solutions import read_dominating_set
from solversmith.contract import DEV, TEST, ArraySpec, Parameter, ProblemFolder, ProblemOptions

SUMMARY = "minimum dominating set: the fewest vertices that every other one has for a neighbour (anytime)"
PARAMETERS: tuple[Parameter, ...] = ()

_SLACK = 4  # a set that lists vertices twice should reach the check, which says so
_HARD_FROM = 10_000  # vertices
_FAMILIES = {"attachment": preferential_graph, "geometric": geometric_graph}
_CASES = {
    DEV: (
        ("attachment", 500, 4, 6101),
        ("geometric", 800, 6, 6102),
        ("attachment", 1000, 4, 6103),
        ("geometric", 3000, 4, 6104),
    ),
    TEST: (
        ("attachment", 600, 4, 96101),
        ("geometric", 1000, 6, 96102),
        ("attachment", 1200, 4, 96103),
        ("geometric", 2500, 4, 96104),
        ("attachment", 20_000, 3, 96105),
        ("geometric", 20_000, 5, 96106),
    ),
}  # (family, vertices, attachments or mean degree, seed); the seeds of the splits have nothing in common


def build(parameters: Mapping[str, str], options: ProblemOptions) -> CoProblem:
    """The problem with these options. Raises `UsageError` for options that make no sense."""
    return CoProblem(DEFINITION, ProblemFolder(Path(__file__).parent), options)


def pack(instance: Graph) -> bytes:
    """The numbers of vertices and edges (int64), then the ends of each edge (int32), little-endian."""
    header = struct.pack("<qq", instance.num_vertices, len(instance.edges))
    return header + instance.edges.astype("<i4").tobytes()


def answer(instance: Graph) -> Mapping[str, ArraySpec]:
    """One row of vertices, of any length up to some."""
    return {KEY: ArraySpec("<i8", (None,), most_bytes=8 * _SLACK * (instance.num_vertices + 1))}


def _built_in(family: str, num_vertices: int, degree: int, seed: int) -> BuiltIn:
    make = partial(_FAMILIES[family], num_vertices, degree, seed)
    part = "hard" if num_vertices >= _HARD_FROM else ""
    return BuiltIn(f"{family}-{num_vertices}-{degree}-{seed}", make, part=part)


def draw(axes: Any, instance: Graph, arrays: Mapping[str, NDArray[Any]]) -> None:
    """The graph with the chosen vertices."""
    draw_graph(axes, instance.num_vertices, instance.edges, arrays[KEY])


DEFINITION = Definition(
    name="mds",
    data_folder="MDS",
    sense=MIN,
    read=read_pace,
    pack=pack,
    answer=answer,
    evaluate=evaluate_set,
    built_in={split: tuple(_built_in(*case) for case in cases) for split, cases in _CASES.items()},
    published=published_size,
    agrees=lambda instance, arrays, ours: ours.objective is not None,
    reads=(PACE,),
    read_solution=read_dominating_set,
    draw=draw,
)
