"""Random initial states of the scalar families: the published distribution, drawn by our own generator.

A state is a sum of four waves. Two wave classes are drawn with replacement from {1, 2, 3, 4}; class n gets
the wavenumber ``2π n m`` where m counts how often it was drawn, so that a class that was not drawn adds a
constant. Amplitudes are uniform in (0, 1), phases in (0, 2π). With probability 0.1 the absolute value is
taken, the sign is random, and with probability 0.1 a window with tanh flanks of width 0.01 cuts out a part.

Every sample is a function of (family, split, index) alone, whatever the number of samples asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from codepde.grid import Array, Grid
from codepde.sample import Sample
from codepde.streams import uniforms

VERSION: Final = 1  # of the distribution and its random streams: part of every reference's key
KINDS: Final = ("smooth", "window", "kink")
_CLASSES: Final = 4
_FLANK: Final = 0.01
_RARE: Final = 0.1  # probability of the absolute value, and of the window


@dataclass(frozen=True)
class InitialState:
    """One state as a formula, 1-periodic; call it with coordinates.

    Attributes
    ----------
    multiplicities
        How often each wave class was drawn, four numbers that sum to 2.
    amplitudes, phases
        Of the four waves.
    absolute
        Whether the absolute value is taken.
    sign
        1 or −1.
    window
        Left and right flank, or `None`.
    wave_period
        1, or what the waves alone are periodic on; a state is 1-periodic in any case.
    """

    multiplicities: tuple[int, ...]
    amplitudes: tuple[float, ...]
    phases: tuple[float, ...]
    absolute: bool = False
    sign: float = 1.0
    window: tuple[float, float] | None = None
    wave_period: float = 1.0

    def __call__(self, points: Array) -> Array:
        """Values at the given coordinates, of any shape; the period is 1."""
        x = np.remainder(points, 1.0)
        state = self._waves(x)
        if self.absolute:
            state = np.abs(state)
        state = self.sign * state
        if self.window is not None:
            left, right = self.window
            state = state * 0.5 * (np.tanh((x - left) / _FLANK) - np.tanh((x - right) / _FLANK))
        return state

    @property
    def kind(self) -> str:
        """`kink` where the absolute value bends a wave, else `window` where there is one, else `smooth`."""
        if self.absolute and self._changes_sign():
            return "kink"
        return "smooth" if self.window is None else "window"

    def _waves(self, x: Array) -> Array:
        total = np.zeros_like(x)
        for number, (count, amplitude, phase) in enumerate(
            zip(self.multiplicities, self.amplitudes, self.phases, strict=True), start=1
        ):
            total += amplitude * np.sin(2.0 * np.pi * number * count * x / self.wave_period + phase)
        return total

    def _changes_sign(self) -> bool:
        waves = self._waves(np.arange(8192) / 8192)
        return bool(waves.min() < 0.0 < waves.max())


def draw(family: str, split: str, index: int, grid: Grid, coefficients: Mapping[str, float]) -> Sample:
    """The values of a state at a grid's points, its period being the grid's extent.

    With the family's name bound by `functools.partial`, a `Draw`.
    """
    state = draw_state(family, split, index)
    return Sample({"u0_batch": state((grid.points - grid.lower) / grid.extent)}, state.kind, state)


def draw_state(family: str, split: str, index: int) -> InitialState:
    """Sample ``index`` of a split. Dev and test never share a random stream."""
    uniform = uniforms(f"{family}/{VERSION}", split, index, 15)
    drawn = [int(_CLASSES * u) for u in uniform[:2]]
    flanks = (0.1 + 0.35 * float(uniform[13]), 0.55 + 0.35 * float(uniform[14]))
    return InitialState(
        multiplicities=tuple(drawn.count(number) for number in range(_CLASSES)),
        amplitudes=tuple(float(u) for u in uniform[2:6]),
        phases=tuple(float(2.0 * np.pi * u) for u in uniform[6:10]),
        absolute=bool(uniform[10] < _RARE),
        sign=1.0 if uniform[11] < 0.5 else -1.0,
        window=flanks if uniform[12] < _RARE else None,
    )
