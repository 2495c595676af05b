"""Instances to files that the readers read, written beside and renamed: a file is whole or not there."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from frontierco.instances import Graph, PointSet
from frontierco.terminal_graphs import TerminalGraph
from solversmith.errors import MissingPrerequisite

_ROWS = 1 << 16  # at a time: ten million cities are never one text
_WEIGHTS = {"nint": "EUC_2D", "ceil": "CEIL_2D", "geo": "GEO", "att": "ATT"}


def write_tsplib(instance: PointSet, name: str, file: Path) -> None:
    """Cities in the TSPLIB format, numbered from 1; integers without a point, others as Python shows them.

    Raises `MissingPrerequisite` if it can't be written.
    """
    _write(file, _tsplib(instance, name))


def write_dimacs(instance: Graph, name: str, file: Path) -> None:
    """A graph in the DIMACS edge format. Raises `MissingPrerequisite` if it can't be written."""
    _write(file, _dimacs(instance, name))


def write_steinlib(instance: TerminalGraph, name: str, file: Path) -> None:
    """A Steiner tree problem in SteinLib's format. Raises `MissingPrerequisite` if it can't be written."""
    _write(file, _steinlib(instance, name))


def _tsplib(instance: PointSet, name: str) -> Iterator[str]:
    yield (
        f"NAME : {name}\nTYPE : TSP\nDIMENSION : {len(instance.coordinates)}\n"
        f"EDGE_WEIGHT_TYPE : {_WEIGHTS[instance.convention]}\nNODE_COORD_SECTION\n"
    )
    for start in range(0, len(instance.coordinates), _ROWS):
        part = instance.coordinates[start : start + _ROWS]
        whole = bool(np.all(part == np.trunc(part)))
        rows = part.astype(np.int64).tolist() if whole else part.tolist()
        yield "".join(f"{number} {x} {y}\n" for number, (x, y) in enumerate(rows, start + 1))
    yield "EOF\n"


def _dimacs(instance: Graph, name: str) -> Iterator[str]:
    yield f"c {name}\np edge {instance.num_vertices} {len(instance.edges)}\n"
    for start in range(0, len(instance.edges), _ROWS):
        yield "".join(f"e {low} {high}\n" for low, high in instance.edges[start : start + _ROWS].tolist())


def _steinlib(instance: TerminalGraph, name: str) -> Iterator[str]:
    yield f'33D32945 STP File, STP Format Version 1.0\n\nSECTION Comment\nName    "{name}"\nEND\n\n'
    yield f"SECTION Graph\nNodes {instance.num_vertices}\nEdges {len(instance.edges)}\n"
    costs = instance.costs.astype(np.int64) if instance.has_whole_costs else instance.costs
    for start in range(0, len(instance.edges), _ROWS):
        part = zip(
            instance.edges[start : start + _ROWS].tolist(), costs[start : start + _ROWS].tolist(), strict=True
        )
        yield "".join(f"E {low} {high} {cost}\n" for (low, high), cost in part)
    yield f"END\n\nSECTION Terminals\nTerminals {len(instance.terminals)}\n"
    yield "".join(f"T {terminal}\n" for terminal in instance.terminals.tolist()) + "END\n\nEOF\n"


def _write(file: Path, parts: Iterator[str]) -> None:
    beside = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        try:
            with beside.open("w", encoding="ascii", newline="\n") as out:
                out.writelines(parts)
            beside.replace(file)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        raise MissingPrerequisite(f"can't write {file}: {error.strerror or error}") from None
