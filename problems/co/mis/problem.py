"""Maximum independent set."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from frontierco import clique_graphs
from frontierco.best_known import BestKnown
from frontierco.definition import BuiltIn, Definition, Family
from frontierco.gap import MAX
from frontierco.independent_sets import KEY, evaluate_set, published_set_size
from frontierco.instances import Graph
from frontierco.pictures import draw_graph
from frontierco.planted import named_planted, planted_graph
from frontierco.problem import CoProblem
from frontierco.readers.dimacs import read_dimacs
from frontierco.readers.formats import DIMACS
from frontierco.readers.solutions import read_independent_set
from frontierco.writers import write_dimacs
from solversmith.contract import DEV, TEST, ArraySpec, Parameter, ProblemFolder, ProblemOptions

SUMMARY = "maximum independent set: the most vertices without an edge between them (anytime)"
PARAMETERS: tuple[Parameter, ...] = ()

_SLACK = 4  # a set that lists vertices twice should reach the check, which says so
_HARD_FROM = 56  # variables: as large as the hard instances of FrontierCO
_PLANTED = {
    DEV: ((22, 2201), (30, 3001), (36, 3601), (42, 4201)),
    TEST: ((25, 92501), (32, 93201), (40, 94001), (50, 95001), (59, 95901), (100, 99901)),
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
    name = f"planted-{num_variables}-{seed}"
    part = "hard" if num_variables >= _HARD_FROM else ""
    return BuiltIn(name, partial(_graph, num_variables, seed), best, part)


def _place(name: str) -> tuple[str, str]:
    """All that has a name is for `test`: the published graphs are test instances."""
    return TEST, "easy"


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
    published=published_set_size,
    agrees=lambda instance, arrays, ours: ours.objective is not None,
    reads=(DIMACS,),
    read_solution=read_independent_set,
    families=(
        Family(
            clique_graphs.PATTERNS,
            "complements of clique graphs of the second DIMACS challenge",
            clique_graphs.named,
            _place,
        ),
        Family("planted-N-SEED", "model RB with a hidden set of N vertices", named_planted, _place),
    ),
    write=write_dimacs,
)
