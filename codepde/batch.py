"""The input of one execution: a parameter setting with its whole batch of samples."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from codepde.family import Family
from codepde.grid import Array, Grid
from codepde.sample import Sample


@dataclass(frozen=True, eq=False)
class Batch:
    """Samples, and their inputs stacked by name: each of shape ``(batch, ...)``.

    `places` are those of the samples in their stream where they are not the first ones, and `grid` is theirs
    where it is not the family's.
    """

    origin: str  # of the random streams: family, version of the distribution, split
    samples: tuple[Sample, ...]
    inputs: Mapping[str, Array]
    places: tuple[int, ...] | None = None
    grid: Grid | None = None

    @property
    def derived(self) -> bool:
        """Whether these are not the samples of a split from the first one on."""
        return self.places is not None or self.grid is not None

    def __len__(self) -> int:
        return len(self.samples)

    @property
    def kinds(self) -> list[str]:
        """One word per sample: `smooth`, `window`, `kink`, or another of the family's."""
        return [sample.kind for sample in self.samples]


def draw_batch(family: Family, split: str, samples: int, first: int = 0) -> Batch:
    """``samples`` samples of a split, from the first one on or a later one."""
    places = tuple(range(first, first + samples))
    drawn = tuple(family.draw(split, place, family.grid, family.coefficients) for place in places)
    return Batch(f"{family.stream}/{split}", drawn, stacked(family, drawn), places if first else None)


def stacked(family: Family, samples: Sequence[Sample]) -> dict[str, Array]:
    """The inputs of samples by name, each ``(batch, ...)``."""
    return {name: np.stack([sample.inputs[name] for sample in samples]) for name in family.inputs}


def on_its_grid(family: Family, batch: Batch) -> Family:
    """The family with the grid that the batch is on."""
    return family if batch.grid is None else replace(family, grid=batch.grid)


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
