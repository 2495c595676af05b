"""References as a file in PDEBench's layout, with what is known of them as attributes."""

from __future__ import annotations

import errno
import json
import math
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from codepde.batch import Batch
from codepde.family import Family
from codepde.published.layouts import Layout, write
from codepde.references.reference import Reference, worst_estimate
from solversmith.errors import MissingPrerequisite


def export(
    file: Path,
    family: Family,
    parameters: Mapping[str, str],
    batch: Batch,
    references: tuple[Reference, ...],
) -> None:
    """Write inputs and references in float64, with parameters, estimate and version as attributes.

    Each sample's kind, estimate and floor stand in data sets of their own (NaN: no floor), so that whoever
    uses the file can leave samples out. NaN stands where there is no estimate.

    Raises `MissingPrerequisite` where the file can't be written.
    """
    outputs = {
        output.name: np.stack([reference.fields[output.name] for reference in references])
        for output in family.outputs
    }
    about = {
        "made_by": f"solversmith, {family.version}",
        "equation": family.equation,
        "parameters": json.dumps(dict(parameters)),
        "coefficients": json.dumps(dict(family.coefficients)),
        "estimate": _or_nan(worst_estimate(references)),
        "version": family.version,
        "method": family.method,
        "samples": batch.origin,
        "kinds": json.dumps(batch.kinds),
        "estimates": np.array([_or_nan(worst_estimate([reference])) for reference in references]),
        "floors": np.array([_or_nan(reference.floor) for reference in references]),
    }
    try:
        write(file, family.published or layout_of(family), family.grid, batch.inputs, outputs, "<f8", **about)
    except OSError as error:
        raise _unwritable(file, error) from error


def demand_place(file: Path) -> None:
    """Make the file's folder if it is missing. Raises `MissingPrerequisite` if it can't be written to."""
    try:
        if file.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        file.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=file.parent):
            pass
    except OSError as error:
        raise _unwritable(file, error) from error


def _unwritable(file: Path, error: OSError) -> MissingPrerequisite:
    """In one sentence: what h5py says of its errors is for those who know its insides."""
    why = os.strerror(error.errno) if error.errno else "the disk may be full"
    return MissingPrerequisite(f"{file} can't be written ({why}); give --out a file in a folder that can be")


def _or_nan(value: float | None) -> float:
    return math.nan if value is None else value


def layout_of(family: Family) -> Layout:
    """A layout after the same fashion for a family that was never published."""
    single = len(family.outputs) == 1
    outputs = {output.name: "tensor" if single else output.name for output in family.outputs}
    starts = {output.starts_as: outputs[output.name] for output in family.outputs if output.starts_as}
    return Layout(family.name, outputs, {name: starts.get(name, name) for name in family.inputs})
