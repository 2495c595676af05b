"""Maximum independent set."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from frontierco.best_known import BestKnown
from frontierco.definition import BuiltIn, Definition
from frontierco.gap import MAX
from frontierco.independent_sets import KEY, evaluate_set
from frontierco.instances import Graph
from frontierco.pictures import draw_graph
from frontierco.planted import planted_graph
from frontierco.problem import CoProblem
from frontierco.readers.dimacs import read_dimacs
from solversmith.contract import DEV, TEST, ArraySpec, Parameter, ProblemFolder, ProblemOptions

SUMMARY = "maximum independent set: the most vertices without an edge between them (anytime)"
PARAMETERS: tuple[Parameter, ...] = ()

_SLACK = 4  # a set that lists vertices twice should reach the check, which says so
_PLANTED = {
    DEV: ((22, 2201), (30, 3001), (36, 3601), (42, 4201)),
    TEST: ((25, 92501), (32, 93201), (40, 94001), (50, 95001), (56, 95601)),
}  # (variables, seed); the seeds of the splits have nothing in common


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


def _graph(num_variables: int, seed: int) -> Graph:
    return planted_graph(num_variables, seed)[0]


def _built_in(num_variables: int, seed: int) -> BuiltIn:
    best = BestKnown(num_variables, "count", "planted: optimal by construction")
    return BuiltIn(f"planted-{num_variables}-{seed}", partial(_graph, num_variables, seed), best)


DEFINITION = Definition(
    name="mis",
    data_folder="MIS",
    sense=MAX,
    read=read_dimacs,
    pack=pack,
    answer=answer,
    evaluate=evaluate_set,
    draw=lambda axes, instance, arrays: draw_graph(axes, instance.num_vertices, instance.edges, arrays[KEY]),
    built_in={split: tuple(_built_in(n, seed) for n, seed in cases) for split, cases in _PLANTED.items()},
)
