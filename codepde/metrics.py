"""Errors of trajectories against a reference. Arguments are checked, never broadcast."""

from __future__ import annotations

from typing import Final

import numpy as np

from codepde.grid import Array

# Errors beyond this are all the same: the answer has nothing to do with the problem.
MOST: Final = 1e6


class ShapeMismatch(ValueError):
    """Two fields that were to be compared have different shapes."""


def nrmse(trajectory: Array, reference: Array) -> float:
    """Root-mean-square error relative to the reference, averaged over the batch.

    For each sample ``‖u − u_ref‖₂ / ‖u_ref‖₂`` over everything but the first axis; then the mean. 0 is
    exact; the zero trajectory scores 1. Scaling both arguments changes nothing. Per-sample errors are cut
    off at `MOST`, so that finite fields always have a finite error.

    Parameters
    ----------
    trajectory, reference
        Shape ``(batch, time, *space)``, finite, any real dtype.

    Raises
    ------
    ShapeMismatch
        If the shapes differ; broadcasting is never applied.
    """
    return float(np.mean(sample_errors(trajectory, reference)))


def sample_errors(trajectory: Array, reference: Array) -> Array:
    """``‖u − u_ref‖₂ / ‖u_ref‖₂`` of every sample, cut off at `MOST`; shape ``(batch,)``.

    A sample whose reference is zero everywhere has the error 0 if it is met, else `MOST`.
    """
    _check(trajectory, reference)
    return np.array([_relative(u, r) for u, r in zip(trajectory, reference, strict=True)])


def frame_errors(trajectory: Array, reference: Array) -> Array:
    """Error of every frame of every sample relative to that frame of the reference; ``(batch, time)``."""
    _check(trajectory, reference)
    return np.array(
        [
            [_relative(u, r) for u, r in zip(*pair, strict=True)]
            for pair in zip(trajectory, reference, strict=True)
        ]
    )


def first_non_finite(trajectory: Array) -> dict[int, int]:
    """Sample to first frame that holds a NaN or an infinity, for the samples that have one."""
    axes = tuple(range(2, trajectory.ndim))
    bad = np.asarray(np.any(~np.isfinite(trajectory), axis=axes))
    return {int(sample): int(np.argmax(bad[sample])) for sample in np.flatnonzero(np.any(bad, axis=1))}


def _check(trajectory: Array, reference: Array) -> None:
    if trajectory.shape != reference.shape:
        raise ShapeMismatch(f"trajectory has shape {trajectory.shape}, reference {reference.shape}")


def _relative(field: Array, reference: Array) -> float:
    # Both are divided by the reference's size first, and the error is cut off before it is squared: squares
    # of finite numbers may overflow.
    size = float(np.max(np.abs(reference), initial=0.0))
    if size == 0.0:
        return 0.0 if not np.any(field) else MOST
    scaled = reference / size
    with np.errstate(over="ignore"):
        difference = np.clip(field / size - scaled, -1e140, 1e140)
    error = np.linalg.norm(difference) / np.linalg.norm(scaled)
    return min(float(error), MOST)
