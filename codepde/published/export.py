"""References as a file in PDEBench's layout, with what is known of them as attributes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from codepde.batch import Batch
from codepde.family import Family
from codepde.published.layouts import Layout, write
from codepde.references.reference import Reference
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
    uses the file can leave samples out. Raises `MissingPrerequisite` where it can't be written.
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
        "estimate": max(reference.estimate for reference in references),
        "version": family.version,
        "method": family.method,
        "samples": batch.origin,
        "kinds": json.dumps(batch.kinds),
        "estimates": np.array([reference.estimate for reference in references]),
        "floors": np.array([np.nan if r.floor is None else r.floor for r in references]),
    }
    try:
        write(file, family.published or layout_of(family), family.grid, batch.inputs, outputs, "<f8", **about)
    except OSError as error:
        raise MissingPrerequisite(f"{file} can't be written ({error.strerror or error})") from error


def layout_of(family: Family) -> Layout:
    """A layout after the same fashion for a family that was never published."""
    single = len(family.outputs) == 1
    outputs = {output.name: "tensor" if single else output.name for output in family.outputs}
    starts = {output.starts_as: outputs[output.name] for output in family.outputs if output.starts_as}
    return Layout(family.name, outputs, {name: starts.get(name, name) for name in family.inputs})
