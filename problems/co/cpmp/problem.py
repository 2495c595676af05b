"""The capacitated p-median problem in the plane."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from frontierco.customers import CustomerSet
from frontierco.definition import BuiltIn, Definition
from frontierco.gap import MIN
from frontierco.mediangen import random_customers
from frontierco.medians import ASSIGNMENTS, CLAIM, MEDIANS, evaluate_medians, published_total
from frontierco.pictures import draw_clusters
from frontierco.problem import CoProblem
from frontierco.readers.cpmp import read_cpmp
from frontierco.readers.formats import CPMP
from solversmith.contract import DEV, TEST, ArraySpec, Parameter, ProblemFolder, ProblemOptions

SUMMARY = "capacitated p-median: p customers that serve all the others, each within its capacity (anytime)"
PARAMETERS: tuple[Parameter, ...] = ()

_SLACK = 4  # a list that is too long should reach the check, which says what is wrong with it
_SIZES = {
    DEV: ((100, 10, 51100), (150, 15, 51150), (200, 40, 51200), (500, 50, 51500)),
    TEST: (
        (120, 12, 72120),
        (300, 30, 72300),
        (400, 100, 72400),
        (700, 30, 72700),
        (1500, 150, 73500),
        (3000, 600, 75000),
    ),
}  # (customers, medians, seed); the seeds of the splits have nothing in common
_HARD_FROM = 1500  # customers


def build(parameters: Mapping[str, str], options: ProblemOptions) -> CoProblem:
    """The problem with these options. Raises `UsageError` for options that make no sense."""
    return CoProblem(DEFINITION, ProblemFolder(Path(__file__).parent), options)


def pack(instance: CustomerSet) -> bytes:
    """n and p (int64), then x, y, capacity and demand of each customer (float64), little-endian."""
    table = np.column_stack((instance.coordinates, instance.capacities, instance.demands))
    return struct.pack("<qq", len(table), instance.num_medians) + table.astype("<f8").tobytes()


def answer(instance: CustomerSet) -> Mapping[str, ArraySpec]:
    """Two rows of customers, of any length up to some, and at most one claimed objective."""
    most_bytes = 8 * _SLACK * (len(instance.demands) + 1)
    return {
        MEDIANS: ArraySpec("<i8", (None,), most_bytes=most_bytes),
        ASSIGNMENTS: ArraySpec("<i8", (None,), most_bytes=most_bytes),
        CLAIM: ArraySpec("<f8", (None,), most_bytes=8),
    }


def _built_in(split: str) -> tuple[BuiltIn, ...]:
    return tuple(
        BuiltIn(
            f"random-{count}-{num_medians}-{seed}",
            partial(random_customers, count, num_medians, seed),
            part="hard" if count >= _HARD_FROM else "",
        )
        for count, num_medians, seed in _SIZES[split]
    )


def draw(axes: Any, instance: CustomerSet, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Customers joined to their medians."""
    draw_clusters(axes, instance.coordinates, arrays[MEDIANS], arrays[ASSIGNMENTS])


DEFINITION = Definition(
    name="cpmp",
    data_folder="CPMP",
    sense=MIN,
    read=read_cpmp,
    pack=pack,
    answer=answer,
    evaluate=evaluate_medians,
    built_in={DEV: _built_in(DEV), TEST: _built_in(TEST)},
    published=published_total,
    reads=(CPMP,),
    conventions=("exact", "floor"),
    claim=CLAIM,
    draw=draw,
)
