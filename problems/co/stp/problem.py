"""The Steiner tree problem in graphs."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from frontierco import steiner_graphs
from frontierco.definition import BuiltIn, Definition, Family
from frontierco.gap import MIN
from frontierco.pictures import draw_tree
from frontierco.problem import CoProblem
from frontierco.readers.formats import STEINLIB
from frontierco.readers.solutions import read_tree
from frontierco.readers.steinlib import read_steinlib
from frontierco.steiner_trees import (
    CLAIM,
    CLAIMED_COUNT,
    EDGES,
    evaluate_tree,
    published_agrees,
    published_cost,
)
from frontierco.terminal_generators import perturbed_hypercube, random_graph, street_graph
from frontierco.terminal_graphs import TerminalGraph, terminal_graph
from frontierco.writers import write_steinlib
from solversmith.contract import DEV, TEST, ArraySpec, Parameter, ProblemFolder, ProblemOptions

SUMMARY = "Steiner tree: the cheapest edges that join given vertices of a graph (anytime)"
PARAMETERS: tuple[Parameter, ...] = ()

_SLACK = 2  # lists with edges twice should reach the check, which says which


def build(parameters: Mapping[str, str], options: ProblemOptions) -> CoProblem:
    """The problem with these options. Raises `UsageError` for options that make no sense."""
    return CoProblem(DEFINITION, ProblemFolder(Path(__file__).parent), options)


def pack(instance: TerminalGraph) -> bytes:
    """Three sizes, the ends of the edges, terminals (all int64), costs (float64); little-endian."""
    sizes = struct.pack("<3q", instance.num_vertices, len(instance.edges), len(instance.terminals))
    rows = (
        instance.edges.astype("<i8"),
        instance.terminals.astype("<i8"),
        instance.costs.astype("<f8"),
    )
    return sizes + b"".join(row.tobytes() for row in rows)


def answer(instance: TerminalGraph) -> Mapping[str, ArraySpec]:
    """Pairs of vertices, and what is claimed of them if anything is."""
    most = 16 * _SLACK * (len(instance.edges) + 1)
    return {
        EDGES: ArraySpec("<i8", (None, 2), most_bytes=most),
        CLAIM: ArraySpec("<f8", (None,), most_bytes=8),
        CLAIMED_COUNT: ArraySpec("<f8", (None,), most_bytes=8),
    }


def _hypercube(dimension: int, seed: int) -> BuiltIn:
    return BuiltIn(f"hypercube-{dimension}-{seed}", partial(perturbed_hypercube, dimension, seed))


def _streets(num_vertices: int, num_terminals: int, seed: int) -> BuiltIn:
    name = f"streets-{num_vertices}-{num_terminals}-{seed}"
    return BuiltIn(name, partial(street_graph, num_vertices, num_terminals, seed))


def _random(num_vertices: int, num_edges: int, num_terminals: int, seed: int) -> BuiltIn:
    name = f"random-{num_vertices}-{num_terminals}-{seed}"
    return BuiltIn(name, partial(random_graph, num_vertices, num_edges, num_terminals, seed))


# The seeds of the splits have nothing in common.
_DEV = (
    _hypercube(7, 700),
    _streets(2000, 120, 2120),
    _random(320, 1845, 80, 380),
    _hypercube(9, 900),
)
_EASY = (
    _hypercube(8, 90800),
    _streets(4000, 250, 94250),
    _random(640, 4135, 160, 9640),
    _streets(20_000, 400, 920400),
)
_HARD = (_hypercube(10, 91000), _hypercube(11, 91100))


def _named(name: str) -> TerminalGraph | None:
    found = steiner_graphs.named(name)
    if found is None:
        return None
    edges, costs = found.edges[:, :2], found.edges[:, 2]
    return terminal_graph(found.num_vertices, edges, costs, found.terminals)


def _place(name: str) -> tuple[str, str]:
    """All that has a name is for `test`: the published graphs are its hard instances."""
    return TEST, "hard"


def draw(axes: Any, instance: TerminalGraph, arrays: Mapping[str, NDArray[Any]]) -> None:
    """The tree, its terminals marked."""
    draw_tree(axes, arrays[EDGES], instance.terminals)


DEFINITION = Definition(
    name="stp",
    data_folder="STP",
    sense=MIN,
    read=read_steinlib,
    pack=pack,
    answer=answer,
    evaluate=evaluate_tree,
    built_in={DEV: _DEV, TEST: (*_EASY, *(replace(case, part="hard") for case in _HARD))},
    published=published_cost,
    agrees=published_agrees,
    reads=(STEINLIB,),
    read_solution=read_tree,
    families=(
        Family(
            "hcDu, ccD-Nu",
            "hypercubes of dimension D and code graphs of D letters out of N with unit costs, of the PUC set",
            _named,
            _place,
        ),
    ),
    write=write_steinlib,
    claim=CLAIM,
    draw=draw,
)
