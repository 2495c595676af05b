"""What is recorded of an answer besides its loss: bounded, whatever the size of the batch and the grid."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

from codepde.batch import Batch
from codepde.family import Family
from codepde.grid import Array, Grid
from codepde.metrics import BANDS, MOST, FieldErrors, field_errors, sample_errors
from codepde.references.reference import Reference, worst_estimate

MOST_SAMPLES: Final = 128  # of which each one's error is recorded
_MOST_TIMES: Final = 21
_WORST: Final = 5


def measures(
    fields: Mapping[str, Array], family: Family, batch: Batch, references: Sequence[Reference]
) -> dict[str, Any]:
    """Errors, floors and drifts of a whole batch; `nrmse` is the loss, unrounded.

    The error of a sample is the mean over the fields of each one's own nRMSE, measured by what `scales` says
    where that is more than the reference's size; `nrmse` is its mean. `nrmse_published` pools the fields as
    they are, so that the one of the largest values decides.

    Parameters
    ----------
    fields
        By name, each ``(batch, frames, *space)`` with one frame where there is no time; finite.
    """
    exact = {name: stacked(references, name, family.grid) for name in fields}
    scales = [family.scales(reference.fields) if family.scales else {} for reference in references]
    found = {
        name: field_errors(field, exact[name], np.array([scale.get(name, 0.0) for scale in scales]))
        for name, field in fields.items()
    }
    errors = _mean([each.whole for each in found.values()])
    loss = float(np.mean(errors))
    return {
        "nrmse": loss,
        "nrmse_published": rounded(np.mean(_pooled(fields, exact))),
        **_by_sample(errors, batch),
        **_by_field(found, references),
        **_of_kinds_of_error(found),
        **(_in_one_norm(found, references) if family.l1 else {}),
        **(_by_time(found, family.grid) if not family.grid.steady else {}),
        "worst_samples": _worst(errors, _mean([each.frames for each in found.values()]), batch, family.grid),
        **(_drift(fields, family, batch) if family.budgets else {}),
        **_resolution(loss, references),
        "capped": bool(any(np.any(each.whole >= MOST) for each in found.values())),
    }


def stacked(references: Sequence[Reference], name: str, grid: Grid) -> Array:
    """One field of all references, ``(batch, frames, *space)``."""
    return with_time(np.stack([reference.fields[name] for reference in references]), grid)


def with_time(field: Array, grid: Grid) -> Array:
    """``(batch, frames, *space)``: a steady field has one frame."""
    return field[:, None] if grid.steady else field


def rounded(value: Any, digits: int = 6) -> float:
    """A number as it is recorded: finite, to a few digits."""
    # The largest floats would round up to infinity.
    return float(f"{min(max(float(value), -1e300), 1e300):.{digits}g}")


def _by_sample(errors: Array, batch: Batch) -> dict[str, Any]:
    kinds = np.array(batch.kinds)
    return {
        "nrmse_per_sample": [rounded(error, 4) for error in errors[:MOST_SAMPLES]],
        "kinds": batch.kinds[:MOST_SAMPLES],
        "nrmse_by_kind": {kind: rounded(np.mean(errors[kinds == kind])) for kind in sorted(set(batch.kinds))},
        "median": rounded(np.median(errors)),
        "worst": rounded(np.max(errors)),
    }


def _by_field(found: Mapping[str, FieldErrors], references: Sequence[Reference]) -> dict[str, Any]:
    if len(found) == 1:
        return {}
    return {
        "nrmse_by_field": {name: rounded(np.mean(each.whole)) for name, each in found.items()},
        **_estimates(list(found), references),
    }


def _estimates(names: Sequence[str], references: Sequence[Reference]) -> dict[str, Any]:
    """Each field's largest, where there are any."""
    if not all(reference.estimates for reference in references):
        return {}
    largest = {name: max(reference.estimates[name] for reference in references) for name in names}
    return {"estimate_by_field": largest}


def _of_kinds_of_error(found: Mapping[str, FieldErrors]) -> dict[str, Any]:
    bands = np.mean([np.mean(each.bands, axis=0) for each in found.values()], axis=0)
    return {
        "nrmse_fluctuation": rounded(np.mean([each.fluctuation for each in found.values()])),
        "max_error": rounded(max(np.max(each.maximum) for each in found.values())),
        "nrmse_by_band": {band: rounded(error) for band, error in zip(BANDS, bands, strict=True)},
    }


def _in_one_norm(found: Mapping[str, FieldErrors], references: Sequence[Reference]) -> dict[str, Any]:
    """The mean error in the 1-norm, each field's, and what the references say of their own."""
    own = [reference.detail["estimates_l1"] for reference in references if "estimates_l1" in reference.detail]
    return {
        "l1": rounded(np.mean([each.absolute for each in found.values()])),
        "l1_by_field": {name: rounded(np.mean(each.absolute)) for name, each in found.items()},
        **({"l1_estimate": rounded(max(max(each.values()) for each in own))} if own else {}),
    }


def _by_time(found: Mapping[str, FieldErrors], grid: Grid) -> dict[str, Any]:
    by_frame = np.mean([np.mean(each.frames, axis=0) for each in found.values()], axis=0)
    shown = np.unique(np.linspace(0, grid.frames - 1, min(_MOST_TIMES, grid.frames)).round().astype(int))
    return {
        "nrmse_final_time": rounded(by_frame[-1]),
        "times": [rounded(grid.times[frame]) for frame in shown],
        "nrmse_by_time": [rounded(by_frame[frame], 4) for frame in shown],
    }


def _worst(errors: Array, frames: Array, batch: Batch, grid: Grid) -> list[dict[str, Any]]:
    """The samples with the largest errors, each with the time of its worst frame."""
    order = np.argsort(-errors, kind="stable")[:_WORST]
    return [
        {
            "sample": int(sample),
            "kind": batch.kinds[sample],
            "error": rounded(errors[sample], 4),
            **({} if grid.steady else {"t": rounded(grid.times[np.argmax(frames[sample])])}),
        }
        for sample in order
    ]


def _drift(fields: Mapping[str, Array], family: Family, batch: Batch) -> dict[str, Any]:
    assert family.budgets is not None
    with np.errstate(all="ignore"):  # an answer may be finite, and its square not
        found = family.budgets(fields, batch.inputs, family.grid, family.coefficients)
    # Written as <= so that NaN is cut off, too.
    return {"drift": {name: rounded(value if value <= MOST else MOST) for name, value in found.items()}}


def _resolution(loss: float, references: Sequence[Reference]) -> dict[str, Any]:
    """How well the references are known, and whether the loss says more than that; `None` if nobody knows."""
    estimate = worst_estimate(references)
    if estimate is None:
        return {"estimate": None, "error_floor": None, "saturated": False}
    floor = max(estimate, float(np.mean([reference.floor or 0.0 for reference in references])))
    return {"estimate": estimate, "error_floor": floor, "saturated": loss <= floor}


def _pooled(fields: Mapping[str, Array], exact: Mapping[str, Array]) -> Array:
    """Of every sample the nRMSE over all fields together."""
    pairs = zip(zip(*fields.values(), strict=True), zip(*exact.values(), strict=True), strict=True)
    return np.array([sample_errors(np.stack(found)[None], np.stack(true)[None])[0] for found, true in pairs])


def _mean(arrays: Sequence[Array]) -> Array:
    mean: Array = np.mean(arrays, axis=0)
    return mean
