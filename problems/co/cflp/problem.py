"""Capacitated facility location with demands that may be split."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from frontierco.allocations import AMOUNTS, CLAIM, OPEN, evaluate_allocation, published_cost
from frontierco.definition import BuiltIn, Definition
from frontierco.facilities import FacilityInstance
from frontierco.facilitygen import random_facilities
from frontierco.gap import MIN
from frontierco.pictures import draw_facilities
from frontierco.problem import CoProblem
from frontierco.readers.cflp import read_cflp
from frontierco.readers.formats import CFLP
from solversmith.contract import DEV, TEST, ArraySpec, Parameter, ProblemFolder, ProblemOptions

SUMMARY = "capacitated facility location: which to open, and who is served from where (anytime)"
PARAMETERS: tuple[Parameter, ...] = ()

_HARD_FROM = 400  # facilities
_CASES = {
    DEV: ((50, 120, 3, 7101), (100, 100, 5, 7102), (90, 60, 8, 7103), (150, 150, 10, 7104)),
    TEST: (
        (60, 140, 3, 97101),
        (100, 100, 5, 97102),
        (110, 70, 8, 97103),
        (200, 200, 5, 97104),
        (500, 500, 5, 97105),
        (1000, 1000, 10, 97106),
    ),
}  # (facilities, customers, capacities over demands, seed); the seeds of the splits have nothing in common


def build(parameters: Mapping[str, str], options: ProblemOptions) -> CoProblem:
    """The problem with these options. Raises `UsageError` for options that make no sense."""
    return CoProblem(DEFINITION, ProblemFolder(Path(__file__).parent), options)


def pack(instance: FacilityInstance) -> bytes:
    """Numbers of facilities and customers (int64), then all values as in a file (float64), little-endian.

    That is capacities, fixed costs, demands, and the costs facility by facility.
    """
    head = struct.pack("<qq", len(instance.capacities), len(instance.demands))
    values = (instance.capacities, instance.fixed_costs, instance.demands, instance.costs)
    return b"".join([head, *(each.astype("<f8").tobytes() for each in values)])


def answer(instance: FacilityInstance) -> Mapping[str, ArraySpec]:
    """Which facilities are open, what each customer gets from each of them, and at most one claimed cost."""
    n, m = len(instance.capacities), len(instance.demands)
    return {
        OPEN: ArraySpec("<i8", (n,)),
        AMOUNTS: ArraySpec("<f8", (m, n)),
        CLAIM: ArraySpec("<f8", (None,), most_bytes=8),
    }


def _built_in(num_facilities: int, num_customers: int, ratio: int, seed: int) -> BuiltIn:
    make = partial(random_facilities, num_facilities, num_customers, ratio, seed)
    part = "hard" if num_facilities >= _HARD_FROM else ""
    return BuiltIn(f"square-{num_facilities}-{num_customers}-{ratio}-{seed}", make, part=part)


def draw(axes: Any, instance: FacilityInstance, arrays: Mapping[str, NDArray[Any]]) -> None:
    """What each facility delivers to each customer."""
    draw_facilities(axes, arrays[AMOUNTS].T, arrays[OPEN] > 0)


DEFINITION = Definition(
    name="cflp",
    data_folder="CFLP",
    sense=MIN,
    read=read_cflp,
    pack=pack,
    answer=answer,
    evaluate=evaluate_allocation,
    built_in={split: tuple(_built_in(*case) for case in cases) for split, cases in _CASES.items()},
    published=published_cost,
    reads=(CFLP,),
    draw=draw,
    claim=CLAIM,
)
