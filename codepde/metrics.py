"""Errors of fields against a reference. Arguments are checked, never broadcast."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from codepde.grid import Array

# Errors beyond this are all the same: the answer has nothing to do with the problem.
MOST: Final = 1e6
BANDS: Final = ("low", "mid", "high")
_EDGES: Final = (4.5, 12.5)  # wavenumbers 0-4, 5-12, and from 13 on, as PDEBench has them
# Of a sample's root mean square: a frame, or a fluctuation, that has decayed below this is measured by it.
# Relative to itself a solution of size 1e-40 is rounding.
_LEAST_FRAME: Final = 1e-3
_LEAST_FLUCTUATION: Final = 1e-6


class ShapeMismatch(ValueError):
    """Two fields that were to be compared have different shapes."""


@dataclass(frozen=True, eq=False)
class FieldErrors:
    """Errors of one field of every sample, each cut off at `MOST`; 0 is exact.

    Attributes
    ----------
    whole
        ``‖u − u_ref‖₂ / ‖u_ref‖₂`` over times and space, shape ``(batch,)``.
    fluctuation
        The same with the spatial mean of each frame taken out of both.
    absolute
        ``‖u − u_ref‖₁ / ‖u_ref‖₁``.
    maximum
        Largest difference relative to the largest value of the reference.
    frames
        Of each frame relative to that frame, or to a thousandth of the sample's root mean square, if that is
        more; shape ``(batch, frames)``.
    bands
        The parts of `whole` in low, middle and high wavenumbers (0-4, 5-12, from 13 on; in two dimensions
        the length of the vector), shape ``(batch, 3)``: their squares add up to that of `whole`.
    """

    whole: Array
    fluctuation: Array
    absolute: Array
    maximum: Array
    frames: Array
    bands: Array


def nrmse(field: Array, reference: Array) -> float:
    """Root-mean-square error relative to the reference, averaged over the batch.

    For each sample ``‖u − u_ref‖₂ / ‖u_ref‖₂`` over everything but the first axis; then the mean. 0 is
    exact; the zero trajectory scores 1. Scaling both arguments changes nothing. Per-sample errors are cut
    off at `MOST`, so that finite fields always have a finite error.

    Parameters
    ----------
    field, reference
        Shape ``(batch, time, *space)``, finite, any real dtype.

    Raises
    ------
    ShapeMismatch
        If the shapes differ; broadcasting is never applied.
    """
    return float(np.mean(sample_errors(field, reference)))


def sample_errors(field: Array, reference: Array) -> Array:
    """``‖u − u_ref‖₂ / ‖u_ref‖₂`` of every sample, cut off at `MOST`; shape ``(batch,)``.

    A sample whose reference is zero everywhere has the error 0 if it is met, else `MOST`.
    """
    _check(field, reference)
    return np.array([_whole(_compared(u, r, 0.0)) for u, r in zip(field, reference, strict=True)])


def field_errors(field: Array, reference: Array, least: Array | None = None) -> FieldErrors:
    """All errors of one field.

    Parameters
    ----------
    field, reference
        Shape ``(batch, frames, *space)``, finite.
    least
        Of each sample: a root mean square by which its errors are measured where the reference's own is
        less. Shape ``(batch,)``; none by default.

    Raises
    ------
    ShapeMismatch
        If the shapes differ.
    """
    _check(field, reference)
    sizes = np.zeros(len(field)) if least is None else least
    pairs = [_compared(u, r, float(size)) for u, r, size in zip(field, reference, sizes, strict=True)]
    return FieldErrors(
        whole=np.array([_whole(pair) for pair in pairs]),
        fluctuation=np.array([_whole(_fluctuation(pair)) for pair in pairs]),
        absolute=np.array([_absolute(pair) for pair in pairs]),
        maximum=np.array([_maximum(pair) for pair in pairs]),
        frames=np.array([_frames(pair) for pair in pairs]),
        bands=np.array([_bands(pair) for pair in pairs]),
    )


def first_non_finite(field: Array) -> dict[int, int]:
    """Sample to first frame that holds a NaN or an infinity, for the samples that have one."""
    axes = tuple(range(2, field.ndim))
    bad = np.asarray(np.any(~np.isfinite(field), axis=axes))
    return {int(sample): int(np.argmax(bad[sample])) for sample in np.flatnonzero(np.any(bad, axis=1))}


@dataclass(frozen=True, eq=False)
class _Compared:
    """Difference, reference and least root mean square of one sample, all divided by one size."""

    difference: Array
    reference: Array
    least: float


def _check(field: Array, reference: Array) -> None:
    if field.shape != reference.shape:
        raise ShapeMismatch(f"field has shape {field.shape}, reference {reference.shape}")


def _compared(field: Array, reference: Array, least: float) -> _Compared:
    # Both are divided by the reference's size first, and the difference is cut off before it is squared:
    # squares of finite numbers may overflow.
    size = max(float(np.max(np.abs(reference), initial=0.0)), least)
    if size == 0.0:
        return _Compared(np.where(field == 0.0, 0.0, 1.0), np.zeros(reference.shape), 0.0)
    scaled = reference / size
    with np.errstate(over="ignore"):
        difference = np.clip(field / size - scaled, -1e140, 1e140)
    return _Compared(difference, scaled, least / size)


def _whole(pair: _Compared) -> float:
    least = pair.least * np.sqrt(pair.reference.size)
    return _ratio(np.linalg.norm(pair.difference), max(np.linalg.norm(pair.reference), least))


def _fluctuation(pair: _Compared) -> _Compared:
    axes = tuple(range(1, pair.reference.ndim))
    difference, reference = (
        values - np.mean(values, axis=axes, keepdims=True) for values in (pair.difference, pair.reference)
    )
    return _Compared(difference, reference, max(pair.least, _LEAST_FLUCTUATION * _rms(pair.reference)))


def _absolute(pair: _Compared) -> float:
    least = pair.least * pair.reference.size
    return _ratio(np.sum(np.abs(pair.difference)), max(np.sum(np.abs(pair.reference)), least))


def _maximum(pair: _Compared) -> float:
    return _ratio(np.max(np.abs(pair.difference)), max(np.max(np.abs(pair.reference)), pair.least))


def _frames(pair: _Compared) -> list[float]:
    least = max(pair.least, _LEAST_FRAME * _rms(pair.reference))
    return [
        _whole(_Compared(difference, reference, least))
        for difference, reference in zip(pair.difference, pair.reference, strict=True)
    ]


def _bands(pair: _Compared) -> list[float]:
    space = pair.reference.shape[1:]
    axes = tuple(range(1, pair.reference.ndim))
    waves = np.fft.fftn(pair.difference, axes=axes, norm="ortho")
    strength = np.sqrt(np.sum(np.abs(waves) ** 2, axis=0))
    numbers = np.meshgrid(*(np.fft.fftfreq(points, 1.0 / points) for points in space), indexing="ij")
    band = np.digitize(np.sqrt(np.sum(np.square(numbers), axis=0)), _EDGES)
    whole = max(np.linalg.norm(pair.reference), pair.least * np.sqrt(pair.reference.size))
    return [_ratio(np.linalg.norm(strength[band == place]), whole) for place in range(len(BANDS))]


def _rms(values: Array) -> float:
    return float(np.linalg.norm(values) / np.sqrt(values.size))


def _ratio(error: Any, size: Any) -> float:
    if size == 0.0:
        return 0.0 if error == 0.0 else MOST
    return float(min(error / size, MOST))
