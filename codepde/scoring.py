"""From returned fields to a verdict, a loss, metrics and a fingerprint. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from codepde.batch import Batch
from codepde.family import Family
from codepde.grid import Array, Grid
from codepde.measures import MOST_SAMPLES, measures, rounded, with_time
from codepde.metrics import MOST, first_non_finite
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
    case: str,
    fields: Mapping[str, Array],
    family: Family,
    batch: Batch,
    references: Sequence[Reference],
    loss: float | None = None,
) -> CaseScore:
    """The score of one execution: loss is the nRMSE over the whole batch, t = 0 included.

    Of several fields, the mean over the fields of each one's own. Verdicts: `non_finite` where any sample
    has a NaN or an infinity, `bad_output` where a first frame is not the initial state, else `ok`. ``fields``
    have the declared shape; outside the family's domain they are ignored, and references are 0. ``loss``
    replaces the mean over the fields where another figure is asked for; one that is not finite, since its
    squares overflow, is cut off at `MOST`.
    """
    timed = timed_fields(fields, family, batch)
    if refused := refusal(case, timed, family, batch, [reference.fields for reference in references]):
        return refused
    metrics = measures(timed, family, batch, references)
    if loss is not None:
        metrics["nrmse_published"] = loss = loss if loss <= MOST else MOST  # written as <= so that NaN goes
    counted = metrics["nrmse"] if loss is None else loss
    return CaseScore(case, Verdict.OK, loss=counted, metrics=metrics, fingerprint=fingerprint(timed))


def timed_fields(fields: Mapping[str, Array], family: Family, batch: Batch) -> dict[str, Array]:
    """The outputs of the family, each ``(batch, frames, *space)``, 0 outside the domain.

    A steady field has one frame.
    """
    inside = {output.name: _inside(fields[output.name], family, batch) for output in family.outputs}
    return {name: with_time(field, family.grid) for name, field in inside.items()}


def refusal(
    case: str,
    timed: Mapping[str, Array],
    family: Family,
    batch: Batch,
    sizes: Sequence[Mapping[str, Array]] | None = None,
) -> CaseScore | None:
    """The score of an answer that is no answer, whatever it is compared with; else `None`.

    ``sizes`` are the fields of every sample by which the least sizes are found; without any, the states that
    the program was given.
    """
    if bad := _first_bad(timed):
        listed = {str(sample): frame for sample, frame in list(bad.items())[:MOST_SAMPLES]}
        message = _non_finite(bad, family.grid, len(batch))
        return CaseScore(case, Verdict.NON_FINITE, metrics={"first_bad_frame": listed}, message=message)
    if sizes is None:
        # Not the answer's fields: a gas of negative density has no speed of sound to measure by.
        sizes = [_given(timed, family, batch, k) for k in range(len(batch))]
    message = _wrong_start(timed, family, batch, sizes)
    return CaseScore(case, Verdict.BAD_OUTPUT, message=message) if message else None


def fingerprint(fields: Mapping[str, Array]) -> list[float]:
    """96 values at fixed, seeded places after t = 0, to five digits: tells solutions apart."""
    count = _PROBES // len(fields)
    values = [value for field in fields.values() for value in _probes(field, count)]
    return [rounded(value, 5) for value in values]


def _inside(field: Array, family: Family, batch: Batch) -> Array:
    """The field with 0 at every point outside the domain, whatever it holds there."""
    if family.domain is None:
        return field
    inside = batch.inputs[family.domain] != 0.0
    if not family.grid.steady:
        inside = inside[:, None]
    return np.where(inside, field, 0.0)


def _given(timed: Mapping[str, Array], family: Family, batch: Batch, row: int) -> dict[str, Array]:
    """The initial states of one sample by the names of the outputs; of what has none, the answer."""
    starts = {output.name: output.starts_as for output in family.outputs}
    return {
        name: (field if starts[name] is None else batch.inputs[str(starts[name])])[row]
        for name, field in timed.items()
    }


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
    fields: Mapping[str, Array], family: Family, batch: Batch, sizes: Sequence[Mapping[str, Array]]
) -> str:
    scales = [family.scales(each) if family.scales else {} for each in sizes]
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
