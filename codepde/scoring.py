"""From a returned trajectory to a verdict, a loss, metrics and a fingerprint. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from codepde.batch import Batch
from codepde.grid import Array, Grid
from codepde.metrics import MOST, first_non_finite, frame_errors, sample_errors
from codepde.references.reference import Reference
from solversmith.records.score import CaseScore
from solversmith.records.verdict import Verdict

# Relative to the sample's largest value. A state that went through float32 and back, or through a float32
# Fourier transform and its inverse, is off by less than 1e-6; a trajectory that begins one frame late is off
# by more than 1e-3.
FIRST_FRAME: Final = 1e-5
_PROBES: Final = 96  # values in a fingerprint
_NAMED: Final = 5  # samples that a message names


def score_trajectory(
    case: str, trajectory: Array, batch: Batch, grid: Grid, references: Sequence[Reference]
) -> CaseScore:
    """The score of one execution: loss is the nRMSE over the whole batch, t = 0 included.

    Verdicts: `non_finite` where any sample has a NaN or an infinity, `bad_output` where the first frame is
    not the initial state, else `ok`. ``trajectory`` has the declared shape.
    """
    if bad := first_non_finite(trajectory):
        frames = {"first_bad_frame": {str(sample): frame for sample, frame in bad.items()}}
        message = _non_finite(bad, grid, len(trajectory))
        return CaseScore(case, Verdict.NON_FINITE, metrics=frames, message=message)
    if message := _wrong_start(trajectory[:, 0], batch.states):
        return CaseScore(case, Verdict.BAD_OUTPUT, message=message)
    exact = np.stack([reference.trajectory for reference in references])
    metrics = _metrics(trajectory, exact, batch, grid, references)
    return CaseScore(
        case, Verdict.OK, loss=metrics["nrmse"], metrics=metrics, fingerprint=fingerprint(trajectory)
    )


def fingerprint(trajectory: Array) -> list[float]:
    """96 values at fixed, seeded places after t = 0, to five digits: tells solutions apart."""
    places = np.random.default_rng(0).random((_PROBES, trajectory.ndim))
    lows = np.array([0, 1, *[0] * (trajectory.ndim - 2)])
    indices = (lows + places * (np.array(trajectory.shape) - lows)).astype(int)
    return [_rounded(value, 5) for value in trajectory[tuple(indices.T)]]


def _metrics(
    trajectory: Array, exact: Array, batch: Batch, grid: Grid, references: Sequence[Reference]
) -> dict[str, Any]:
    errors = sample_errors(trajectory, exact)
    by_frame = frame_errors(trajectory, exact)
    loss = float(np.mean(errors))
    estimate = max(reference.estimate for reference in references)
    error_floor = max(estimate, float(np.mean([reference.floor or 0.0 for reference in references])))
    kinds = batch.kinds
    return {
        "nrmse": loss,
        "nrmse_per_sample": [_rounded(error) for error in errors],
        "kinds": kinds,
        "nrmse_by_kind": {
            kind: _rounded(np.mean([e for e, k in zip(errors, kinds, strict=True) if k == kind]))
            for kind in sorted(set(kinds))
        },
        "median": _rounded(np.median(errors)),
        "worst": _rounded(np.max(errors)),
        "nrmse_final_time": _rounded(np.mean(by_frame[:, -1])),
        "worst_time_per_sample": [_rounded(grid.times[frame]) for frame in np.argmax(by_frame, axis=1)],
        "estimate": estimate,
        "error_floor": error_floor,
        "saturated": loss < error_floor,
        "capped": bool(np.any(errors >= MOST)),
    }


def _non_finite(bad: dict[int, int], grid: Grid, samples: int) -> str:
    named = ", ".join(
        f"sample {sample} from frame {frame} (t = {grid.times[frame]:.4g})"
        for sample, frame in list(bad.items())[:_NAMED]
    )
    more = f" and {len(bad) - _NAMED} more" if len(bad) > _NAMED else ""
    return f"NaN or infinity in {len(bad)} of {samples} samples: {named}{more}"


def _wrong_start(first: Array, states: Array) -> str:
    size = np.maximum(np.max(np.abs(states), axis=1), np.finfo(float).tiny)
    with np.errstate(over="ignore"):
        apart = np.max(np.abs(first - states), axis=1) / size
    wrong = np.flatnonzero(~(apart <= FIRST_FRAME))
    if not len(wrong):
        return ""
    return (
        f"the first frame is not the initial state in {len(wrong)} of {len(states)} samples (sample "
        f"{wrong[0]} is off by {apart[wrong[0]]:.2g} of its largest value, at most {FIRST_FRAME:g} is "
        "allowed): trajectory[:, 0] has to equal u0_batch"
    )


def _rounded(value: Any, digits: int = 6) -> float:
    # The largest floats would round up to infinity.
    return float(f"{min(max(float(value), -1e300), 1e300):.{digits}g}")
