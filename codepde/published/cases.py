"""Published samples as the input of an execution, and published fields as what it is scored against."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from codepde.batch import Batch
from codepde.family import Family
from codepde.initial import InitialState
from codepde.initial_reacdiff1d import Rescaled
from codepde.published import streams
from codepde.published.layouts import PublishedBatch, Stored, find, read
from codepde.references.reference import Reference
from codepde.sample import Sample
from solversmith.errors import UsageError

_SAME = 1e-4  # a state this close to that of the published streams is that one: the others differ by order 1


def published_batch(
    family: Family, parameters: Mapping[str, str], folder: Path, split: str, most: int | None
) -> tuple[Batch, PublishedBatch]:
    """The first samples of a split of a published file, as float64, with their formulas where they are known.

    Raises `UsageError` for a family without published files, `BadData` for files that are none.
    """
    layout = family.published
    if layout is None:
        raise UsageError(f"there are no published data of {family.name}")
    file, rows = find(folder, layout, parameters, split)
    stored = read(file, rows, layout, family.grid, most)
    inputs = {name: values.astype(np.float64) for name, values in stored.inputs.items()}
    samples = tuple(
        Sample({name: inputs[name][row] for name in family.inputs}, *_origin(family, inputs, row, index))
        for row, index in enumerate(stored.indices)
    )
    return Batch(f"published/{family.name}/{split}", samples, inputs), stored


def published_references(family: Family, stored: PublishedBatch) -> tuple[Reference, ...]:
    """The published fields as references, without an estimate: how wrong they are can't be seen in them."""
    names = [output.name for output in family.outputs]
    count = len(stored.indices)
    detail = {"file": stored.file.name}
    return tuple(
        Reference(
            {name: stored.outputs[name][row].astype(np.float64) for name in names},
            {},
            detail,
        )
        for row in range(count)
    )


def content(stored: PublishedBatch) -> str:
    """SHA-256 of the samples that were read."""
    sha = hashlib.sha256()
    for arrays in (stored.inputs, stored.outputs):
        for name in sorted(arrays):
            sha.update(f"{name} {arrays[name].shape} {arrays[name].dtype.str}".encode())
            sha.update(np.ascontiguousarray(arrays[name]).tobytes())
    return sha.hexdigest()


def published_nrmse(found: Mapping[str, Stored], reference: Mapping[str, Stored]) -> float:
    """The published figure, in the arithmetic that numpy uses for the types of its arguments.

    ``mean(sqrt(mean (p − r)²) / sqrt(mean r²))``, the inner means over everything but the samples; of several
    fields, which are stacked as they are, over these, too. Not finite where squares overflow.
    """
    p, r = (np.stack([fields[name] for name in reference], axis=-1) for fields in (found, reference))
    axes = tuple(range(1, p.ndim))
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        missed = np.sqrt(np.mean((p - r) ** 2, axis=axes))
        return float(np.mean(missed / np.sqrt(np.mean(r**2, axis=axes))))


def _origin(family: Family, inputs: Mapping[str, Any], row: int, index: int) -> tuple[str, Any]:
    """Kind and formula of a state that the published streams yield; `file` and none for any other."""
    wanted = {"advection": False, "burgers": False, "reacdiff1d": True}.get(family.name)
    if wanted is None or inputs["u0_batch"].shape[1] != streams.NUM_POINTS:
        return "file", None
    drawn = _all_draws()
    number = index % streams.DRAWN
    state = streams.states([number], wanted, drawn)[0]
    if not np.max(np.abs(state - inputs["u0_batch"][row])) <= _SAME:
        return "file", None
    formula = streams.formulas([number], drawn)[0]
    return formula.kind, _rescaled(formula) if wanted else formula


def _rescaled(formula: InitialState) -> Callable[..., Any]:
    values = formula((np.arange(streams.NUM_POINTS) + 0.5) / streams.NUM_POINTS)
    return Rescaled(formula, float(values.min()), float(values.max()))


@functools.cache
def _all_draws() -> streams.Draws:
    return streams.draws()
