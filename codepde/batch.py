"""The input of one execution: a parameter setting with its whole batch of initial states."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from codepde.family import Family
from codepde.grid import Array
from codepde.initial import VERSION, InitialState, draw


@dataclass(frozen=True, eq=False)
class Batch:
    """States ``(batch, num_points)`` at the cell centres, and the formulas that they are values of."""

    origin: str  # of the random streams: family, version of the distribution, split
    formulas: tuple[InitialState, ...]
    states: Array

    @property
    def kinds(self) -> list[str]:
        """`smooth`, `window` or `kink`, one per sample."""
        return [formula.kind for formula in self.formulas]


def draw_batch(family: Family, split: str, samples: int) -> Batch:
    """The first ``samples`` states of a split."""
    formulas = tuple(draw(family.name, split, index) for index in range(samples))
    states = np.stack([formula(family.grid.points) for formula in formulas])
    return Batch(f"{family.name}/{VERSION}/{split}", formulas, states)


def digest(family: Family, batch: Batch) -> str:
    """SHA-256 of all that defines the case."""
    head = {"family": family.name, "coefficients": dict(family.coefficients), "grid": family.grid.describe()}
    text = json.dumps(head, sort_keys=True) + batch.origin
    return hashlib.sha256(text.encode() + _bytes(batch.states)).hexdigest()


def pack(family: Family, batch: Batch) -> bytes:
    """The payload: one line of JSON that describes the arrays, then their bytes, little-endian float64.

    ``u0_batch`` and ``t_coordinate`` come first, then the coefficients, as the program receives them.
    """
    arrays: Mapping[str, Array] = {"u0_batch": batch.states, "t_coordinate": family.grid.times}
    header = {
        "arrays": [[name, list(array.shape)] for name, array in arrays.items()],
        "scalars": list(family.coefficients.values()),
        "answer": list(answer_shape(family, batch)),
    }
    return json.dumps(header).encode() + b"\n" + b"".join(_bytes(array) for array in arrays.values())


def answer_shape(family: Family, batch: Batch) -> tuple[int, int, int]:
    """``(batch, frames, num_points)``."""
    return (len(batch.states), family.grid.frames, family.grid.num_points)


def _bytes(array: Array) -> bytes:
    return np.ascontiguousarray(array, dtype="<f8").tobytes()
