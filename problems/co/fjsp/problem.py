"""The flexible job shop."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from frontierco.definition import BuiltIn, Definition
from frontierco.gap import MIN
from frontierco.job_shops import JobShop
from frontierco.pictures import draw_schedule
from frontierco.problem import CoProblem
from frontierco.readers.fjs import read_fjs
from frontierco.readers.formats import FJS
from frontierco.schedules import ASSIGNMENTS, CLAIM, STARTS, evaluate_schedule, published_makespan, times_on
from frontierco.shop_generators import similar_times_shop, uniform_shop, work_centre_shop
from solversmith.contract import DEV, TEST, ArraySpec, Parameter, ProblemFolder, ProblemOptions

SUMMARY = "flexible job shop: machines and starts for operations such that the last one ends early (anytime)"
PARAMETERS: tuple[Parameter, ...] = ()

_SLACK = 4  # rows that are too long should reach the check, which says what is wrong with them


def build(parameters: Mapping[str, str], options: ProblemOptions) -> CoProblem:
    """The problem with these options. Raises `UsageError` for options that make no sense."""
    return CoProblem(DEFINITION, ProblemFolder(Path(__file__).parent), options)


def pack(instance: JobShop) -> bytes:
    """Four sizes, operations per job, options per operation, machines, times; all int64, little-endian."""
    sizes = (instance.num_jobs, instance.num_machines, instance.num_operations, len(instance.machines))
    rows = (
        np.diff(instance.first_operation),
        np.diff(instance.first_option),
        instance.machines,
        instance.times,
    )
    return struct.pack("<4q", *sizes) + b"".join(row.astype("<i8").tobytes() for row in rows)


def answer(instance: JobShop) -> Mapping[str, ArraySpec]:
    """A machine and a start per operation, and the claimed makespan if there is one."""
    most = 8 * _SLACK * (instance.num_operations + 1)
    return {
        ASSIGNMENTS: ArraySpec("<i8", (None,), most_bytes=most),
        STARTS: ArraySpec("<f8", (None,), most_bytes=most),
        CLAIM: ArraySpec("<f8", (None,), most_bytes=8),
    }


def _centres(num_jobs: int, num_machines: int, seed: int) -> BuiltIn:
    make = partial(work_centre_shop, num_jobs, num_machines, seed)
    return BuiltIn(f"centres-{num_jobs}x{num_machines}-{seed}", make)


def _uniform(num_jobs: int, num_machines: int, num_steps: int, seed: int) -> BuiltIn:
    make = partial(uniform_shop, num_jobs, num_machines, num_steps, seed)
    return BuiltIn(f"uniform-{num_jobs}x{num_machines}x{num_steps}-{seed}", make)


def _similar(num_jobs: int, num_machines: int, flexibility: float, seed: int) -> BuiltIn:
    make = partial(similar_times_shop, num_jobs, num_machines, (5, 9), flexibility, seed)
    return BuiltIn(f"similar-{num_jobs}x{num_machines}-{seed}", make)


# The seeds of the splits have nothing in common.
_DEV = (
    _centres(20, 20, 220),
    _uniform(20, 10, 10, 2010),
    _centres(50, 20, 550),
    _similar(30, 8, 0.4, 3008),
)
_EASY = (
    _centres(20, 40, 92040),
    _uniform(15, 10, 12, 91510),
    _centres(50, 40, 95040),
    _uniform(30, 10, 10, 93010),
)
_HARD = (_centres(100, 40, 910040), _similar(100, 10, 0.3, 910010))


def draw(axes: Any, instance: JobShop, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Operations in the rows of their machines, coloured by job."""
    lasting = times_on(instance, arrays[ASSIGNMENTS])
    jobs = np.repeat(np.arange(len(instance.first_operation) - 1), np.diff(instance.first_operation))
    draw_schedule(axes, arrays[ASSIGNMENTS], jobs, arrays[STARTS], arrays[STARTS] + lasting)


DEFINITION = Definition(
    name="fjsp",
    data_folder="FJSP",
    sense=MIN,
    read=read_fjs,
    pack=pack,
    answer=answer,
    evaluate=evaluate_schedule,
    built_in={DEV: _DEV, TEST: (*_EASY, *(replace(case, part="hard") for case in _HARD))},
    published=published_makespan,
    reads=(FJS,),
    claim=CLAIM,
    draw=draw,
)
