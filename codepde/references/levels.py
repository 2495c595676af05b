"""References on a periodic square: the coarsest resolution that a finer one confirms, for each sample."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final, Protocol

import numpy as np

from codepde.grid import Array, Grid
from codepde.metrics import sample_errors
from codepde.references.reference import MOST_ESTIMATE, Reference
from solversmith.errors import InternalFault

_TARGET: Final = MOST_ESTIMATE / 2
_TAIL: Final = 1e-7  # relative size of the last quarter of the modes, beyond which space is too coarse
_BATCH: Final = 4  # samples solved together
_EPS: Final = float(np.finfo(float).eps)
# Even and without large prime factors, times 3/2 as well.
_BEYOND: Final = 1 << 20
_POINTS: Final = (64, 96, 128, 160, 192, 256, 320, 384, 512, 640)


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
            level = replace(level, points=next((rung for rung in _POINTS if rung > level.points), _BEYOND))
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
    count = len(next(iter(inputs.values())))
    pending: dict[Level, list[int]] = {ladder.first: list(range(count))}
    while pending:
        level = min(pending)
        waiting = pending.pop(level)
        chosen, rest = waiting[:_BATCH], waiting[_BATCH:]
        if rest:
            pending[level] = rest
        given = {key: array[chosen] for key, array in inputs.items()}
        fields, tails = integrate(given, grid, coefficients, level)
        finer, _ = integrate(given, grid, coefficients, level.finer())
        for row, index in enumerate(chosen):
            estimates = {
                key: float(sample_errors(field[row][None], finer[key][row][None])[0])
                for key, field in fields.items()
            }
            worst = max(estimates.values())
            if worst <= _TARGET:
                detail = {"points": level.points, "steps": level.steps, "tail": float(tails[row])}
                solved = {key: field[row] for key, field in fields.items()}
                yield index, Reference(solved, {k: max(e, _EPS) for k, e in estimates.items()}, detail)
            else:
                following = ladder.next(level, float(tails[row]), worst, name)
                pending.setdefault(following, []).append(index)


def tails(values: Array) -> Array:
    """Share of the last quarter of the modes in a field's norm, at worst over the frames.

    ``values`` of shape ``(batch, frames, points, points)``.
    """
    most = values.shape[-1] // 2
    size = np.abs(np.fft.rfft2(values)) ** 2
    first = np.abs(np.fft.fftfreq(values.shape[-1], 1.0 / values.shape[-1]))
    high = np.maximum(first[:, None], np.arange(most + 1)[None, :]) > 0.75 * most
    share = np.sqrt(np.sum(size * high, axis=(-2, -1)) / np.maximum(np.sum(size, axis=(-2, -1)), 1e-300))
    worst: Array = np.max(share, axis=1)
    return worst
