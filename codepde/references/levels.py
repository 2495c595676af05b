"""References on a periodic square: the coarsest resolution that a finer one confirms, for each sample."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Protocol

import numpy as np

from codepde.grid import Array, Grid
from codepde.metrics import sample_errors
from codepde.references.ladder import climb as samples_climb
from codepde.references.reference import MOST_ESTIMATE, Reference
from solversmith.errors import InternalFault

_TARGET: Final = MOST_ESTIMATE / 2
_TAIL: Final = 2e-7  # share of the last quarter of the modes, beyond which points are too few
_HOPELESS: Final = 1e-5  # a share that no finer level need confirm
_BATCH: Final = 4  # samples solved together
_EPS: Final = float(np.finfo(float).eps)
_BEYOND: Final = 1 << 20  # more points than any ladder has
# Even and without large prime factors, times 3/2 as well.
POINTS: Final = (64, 96, 128, 160, 192, 256, 320, 384, 512, 640)


@dataclass(frozen=True, order=True)
class Level:
    """Points along each axis of space, and time steps per frame."""

    points: int
    steps: int

    def finer(self) -> Level:
        """One and a half times the points, twice the steps."""
        return Level(3 * self.points // 2, 2 * self.steps)


class Integrate(Protocol):
    """Marches a batch at one level."""

    def __call__(
        self, inputs: Mapping[str, Array], grid: Grid, coefficients: Mapping[str, float], level: Level
    ) -> tuple[Mapping[str, Array], Array]:
        """Fields ``(batch, *grid.shape)`` by name, and each sample's spectrum tail, ``(batch,)``."""
        ...


@dataclass(frozen=True)
class Ladder:
    """Where to begin, how far to go, and the order in time that decides how much finer steps must be.

    ``order`` 0 says that steps are exact up to rounding: then only points are added.
    """

    first: Level
    most: Level
    order: int = 4

    def next(self, level: Level, tail: float, estimate: float, name: str) -> Level:
        """Raises `InternalFault` beyond the top."""
        coarse = not tail <= _TAIL  # written so that NaN is coarse
        if coarse or not self.order:
            level = replace(level, points=next((rung for rung in POINTS if rung > level.points), _BEYOND))
        if not coarse and self.order:
            factor = 1.2 * (estimate / _TARGET) ** (1.0 / self.order) if np.isfinite(estimate) else 2.0
            level = replace(level, steps=int(np.ceil(level.steps * min(max(factor, 1.3), 4.0))))
        if level.points > self.most.points or level.steps > self.most.steps:
            raise InternalFault(f"no {name} reference: {level} would be needed, at most {self.most} is tried")
        return level


def climb(
    integrate: Integrate,
    inputs: Mapping[str, Array],
    grid: Grid,
    coefficients: Mapping[str, float],
    ladder: Ladder,
    name: str,
) -> Iterator[tuple[int, Reference]]:
    """References with an estimate of at most 5e-7 in each field.

    The estimate compares with one and a half times the points and twice the steps. Raises `InternalFault`
    where the highest level does not suffice.
    """

    def attempt(chosen: Sequence[int], level: Level) -> Sequence[Reference | Level]:
        found = _attempt(integrate, _rows(inputs, chosen), grid, coefficients, level)
        return [
            reference if reference.estimate <= _TARGET else ladder.next(level, tail, reference.estimate, name)
            for reference, tail in found
        ]

    count = len(next(iter(inputs.values())))
    return samples_climb([ladder.first] * count, attempt, _BATCH)


def _attempt(
    integrate: Integrate,
    inputs: Mapping[str, Array],
    grid: Grid,
    coefficients: Mapping[str, float],
    level: Level,
) -> list[tuple[Reference, float]]:
    """Every sample's solution with its estimate, infinite where no finer level was tried; and its tail."""
    fields, shares = integrate(inputs, grid, coefficients, level)
    rows = np.flatnonzero(shares <= _HOPELESS)  # written as <= so that NaN fails
    finer: Mapping[str, Array] = {}
    if len(rows):
        finer, _ = integrate(_rows(inputs, rows), grid, coefficients, level.finer())
    results = []
    for row, share in enumerate(shares.tolist()):
        solved = {name: field[row] for name, field in fields.items()}
        estimates = dict.fromkeys(fields, float("inf"))
        if row in rows:
            place = int(np.searchsorted(rows, row))
            estimates = {name: _distance(field, finer[name][place]) for name, field in solved.items()}
        detail = {"points": level.points, "steps": level.steps, "tail": share}
        results.append((Reference(solved, estimates, detail), share))
    return results


def _rows(inputs: Mapping[str, Array], rows: Any) -> dict[str, Array]:
    return {name: array[rows] for name, array in inputs.items()}


def _distance(field: Array, finer: Array) -> float:
    if not (np.all(np.isfinite(field)) and np.all(np.isfinite(finer))):
        return float("inf")
    return max(float(sample_errors(field[None], finer[None])[0]), _EPS)


def tails(values: Array) -> Array:
    """Share of the last quarter of the modes in a field's norm, at worst over the frames.

    ``values`` of shape ``(batch, frames, points, points)``.
    """
    most = values.shape[-1] // 2
    size = np.abs(np.fft.rfft2(values)) ** 2
    size[..., 1:most] *= 2.0  # for the modes that a real field's transform leaves out
    first = np.abs(np.fft.fftfreq(values.shape[-1], 1.0 / values.shape[-1]))
    high = np.maximum(first[:, None], np.arange(most + 1)[None, :]) > 0.75 * most
    share = np.sqrt(np.sum(size * high, axis=(-2, -1)) / np.maximum(np.sum(size, axis=(-2, -1)), 1e-300))
    worst: Array = np.max(share, axis=1)
    return worst
