"""The input of one execution: a parameter setting with its whole batch of samples."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from codepde.family import Family
from codepde.grid import Array
from codepde.sample import Sample


@dataclass(frozen=True, eq=False)
class Batch:
    """Samples, and their inputs stacked by name: each of shape ``(batch, ...)``."""

    origin: str  # of the random streams: family, version of the distribution, split
    samples: tuple[Sample, ...]
    inputs: Mapping[str, Array]

    def __len__(self) -> int:
        return len(self.samples)

    @property
    def kinds(self) -> list[str]:
        """One word per sample: `smooth`, `window`, `kink`, or another of the family's."""
        return [sample.kind for sample in self.samples]


def draw_batch(family: Family, split: str, samples: int) -> Batch:
    """The first ``samples`` samples of a split."""
    drawn = tuple(family.draw(split, index, family.grid, family.coefficients) for index in range(samples))
    inputs = {name: np.stack([sample.inputs[name] for sample in drawn]) for name in family.inputs}
    return Batch(f"{family.stream}/{split}", drawn, inputs)


def digest(family: Family, batch: Batch) -> str:
    """SHA-256 of all that defines the case."""
    head = {"family": family.name, "coefficients": dict(family.coefficients), "grid": family.grid.describe()}
    text = json.dumps(head, sort_keys=True) + batch.origin
    return hashlib.sha256(text.encode() + b"".join(map(_bytes, batch.inputs.values()))).hexdigest()


def pack(family: Family, batch: Batch) -> bytes:
    """The payload: one line of JSON that describes the arrays, then their bytes, little-endian float64.

    The family's inputs come first, then ``t_coordinate`` where there is time, then the coefficients, as the
    program receives them. The header also has the name and the shape of every array of the answer.
    """
    arrays = {name: batch.inputs[name] for name in family.inputs}
    if not family.grid.steady:
        arrays["t_coordinate"] = family.grid.times
    header = {
        "arrays": [[name, list(array.shape)] for name, array in arrays.items()],
        "scalars": list(family.coefficients.values()),
        "answer": [[output.name, list(answer_shape(family, batch))] for output in family.outputs],
    }
    return json.dumps(header).encode() + b"\n" + b"".join(_bytes(array) for array in arrays.values())


def answer_shape(family: Family, batch: Batch) -> tuple[int, ...]:
    """Of every output: ``(batch, frames, *space)``, or ``(batch, *space)`` where it is steady."""
    return (len(batch), *family.grid.shape)


def _bytes(array: Array) -> bytes:
    return np.ascontiguousarray(array, dtype="<f8").tobytes()
