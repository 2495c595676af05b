"""From returned fields to a verdict, a loss, metrics and a fingerprint. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from codepde.batch import Batch
from codepde.family import Family
from codepde.grid import Array, Grid
from codepde.measures import MOST_SAMPLES, measures, rounded, with_time
from codepde.metrics import first_non_finite
from codepde.references.reference import Reference
from solversmith.records.score import CaseScore
from solversmith.records.verdict import Verdict

# Relative to the sample's largest value. A state that went through float32 and back, or through a float32
# Fourier transform and its inverse, is off by less than 1e-6; a trajectory that begins one frame late is off
# by more than 1e-3.
FIRST_FRAME: Final = 1e-5
_PROBES: Final = 96  # values in a fingerprint
_NAMED: Final = 5  # samples that a message names


def score_fields(
    case: str, fields: Mapping[str, Array], family: Family, batch: Batch, references: Sequence[Reference]
) -> CaseScore:
    """The score of one execution: loss is the nRMSE over the whole batch, t = 0 included.

    Of several fields, the mean over the fields of each one's own. Verdicts: `non_finite` where any sample
    has a NaN or an infinity, `bad_output` where a first frame is not the initial state, else `ok`. ``fields``
    have the declared shape.
    """
    timed = {output.name: with_time(fields[output.name], family.grid) for output in family.outputs}
    if bad := _first_bad(timed):
        listed = {str(sample): frame for sample, frame in list(bad.items())[:MOST_SAMPLES]}
        message = _non_finite(bad, family.grid, len(batch))
        return CaseScore(case, Verdict.NON_FINITE, metrics={"first_bad_frame": listed}, message=message)
    if message := _wrong_start(timed, family, batch, references):
        return CaseScore(case, Verdict.BAD_OUTPUT, message=message)
    metrics = measures(timed, family, batch, references)
    return CaseScore(case, Verdict.OK, loss=metrics["nrmse"], metrics=metrics, fingerprint=fingerprint(timed))


def fingerprint(fields: Mapping[str, Array]) -> list[float]:
    """96 values at fixed, seeded places after t = 0, to five digits: tells solutions apart."""
    count = _PROBES // len(fields)
    values = [value for field in fields.values() for value in _probes(field, count)]
    return [rounded(value, 5) for value in values]


def _probes(field: Array, count: int) -> Array:
    places = np.random.default_rng(0).random((count, field.ndim))
    lows = np.array([0, min(1, field.shape[1] - 1), *[0] * (field.ndim - 2)])
    indices = (lows + places * (np.array(field.shape) - lows)).astype(int)
    return np.asarray(field[tuple(indices.T)])


def _first_bad(fields: Mapping[str, Array]) -> dict[int, int]:
    found: dict[int, int] = {}
    for field in fields.values():
        for sample, frame in first_non_finite(field).items():
            found[sample] = min(frame, found.get(sample, frame))
    return dict(sorted(found.items()))


def _non_finite(bad: dict[int, int], grid: Grid, samples: int) -> str:
    named = ", ".join(
        f"sample {sample}" + ("" if grid.steady else f" from frame {frame} (t = {grid.times[frame]:.4g})")
        for sample, frame in list(bad.items())[:_NAMED]
    )
    more = f" and {len(bad) - _NAMED} more" if len(bad) > _NAMED else ""
    return f"NaN or infinity in {len(bad)} of {samples} samples: {named}{more}"


def _wrong_start(
    fields: Mapping[str, Array], family: Family, batch: Batch, references: Sequence[Reference]
) -> str:
    scales = [family.scales(reference.fields) if family.scales else {} for reference in references]
    for output in family.outputs:
        if output.starts_as is not None:
            least = np.array([scale.get(output.name, 0.0) for scale in scales])
            first, state = fields[output.name][:, 0], batch.inputs[output.starts_as]
            if wrong := _differing(first.reshape(len(batch), -1), state.reshape(len(batch), -1), least):
                return f"{wrong}: {output.name}[:, 0] has to equal {output.starts_as}"
    return ""


def _differing(first: Array, states: Array, least: Array) -> str:
    size = np.maximum(np.max(np.abs(states), axis=1), np.maximum(least, np.finfo(float).tiny))
    with np.errstate(over="ignore"):
        apart = np.max(np.abs(first - states), axis=1) / size
    wrong = np.flatnonzero(~(apart <= FIRST_FRAME))
    if not len(wrong):
        return ""
    return (
        f"the first frame is not the initial state in {len(wrong)} of {len(states)} samples "
        f"(sample {wrong[0]} is off by {apart[wrong[0]]:.2g} of its largest value, at "
        f"most {FIRST_FRAME:g} is allowed)"
    )
