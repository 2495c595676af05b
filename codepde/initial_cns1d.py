"""Random initial states of a one-dimensional gas: the published distribution as it is understood here.

Each of velocity, density and pressure is made from waves of its own, drawn as in `codepde.initial` (two of
four wave classes, with probability 0.1 the absolute value), their period being the domain's:

- velocity: the waves themselves, amplitudes below 1 each;
- density: ``b + m s`` with b and m log-uniform in (1, 10), s the waves rescaled to [0, 1];
- pressure: likewise, with b and m log-uniform in (10, 100).

With probability 0.5 a field's waves are cut out by a window of its own, with tanh flanks 0.01 wide, so that
outside it the gas rests, or has the background's density or pressure. Ranges and probabilities are those
that the published data are described with; that the fields draw independently, and that rescaling comes
before the window, is our reading (unverified).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from codepde.grid import Array, Grid
from codepde.initial import KINDS, InitialState, draw_state
from codepde.initial import VERSION as WAVES
from codepde.sample import Sample
from codepde.streams import uniforms

STREAM: Final = f"cns1d/1/{WAVES}"  # family, version of the distribution, version of the waves
VELOCITY: Final = "Vx0"
DENSITY: Final = "density0"
PRESSURE: Final = "pressure0"
_LEAST: Final = {DENSITY: 1.0, PRESSURE: 10.0}  # of background and of amplitude; the most is ten times that
_FLANK: Final = 0.01
_WINDOW: Final = 0.5  # probability
_FINE: Final = 8192  # points that the range of the waves is seen at


@dataclass(frozen=True)
class Profile:
    """One field as a formula, ``offset + factor · window · (waves − low) / (high − low)``.

    Attributes
    ----------
    waves
        Of period 1, without a window.
    lower, extent
        Of the domain.
    span
        Lowest and highest value of the waves, or (0, 1), which leaves them as they are.
    window
        Left and right flank as parts of the domain, or `None`.
    offset, factor
        Of the whole.
    """

    waves: InitialState
    lower: float
    extent: float
    span: tuple[float, float] = (0.0, 1.0)
    window: tuple[float, float] | None = None
    offset: float = 0.0
    factor: float = 1.0

    def __call__(self, points: Array) -> Array:
        """Values at the given coordinates, of any shape; the period is the domain's length."""
        turns = np.remainder((points - self.lower) / self.extent, 1.0)
        low, high = self.span
        state = (self.waves(turns) - low) / (high - low)
        if self.window is not None:
            left, right = (np.tanh((turns - flank) * self.extent / _FLANK) for flank in self.window)
            state = state * 0.5 * (left - right)
        return self.offset + self.factor * state

    @property
    def kind(self) -> str:
        """`kink` where the absolute value bends a wave, else `window` where there is one, else `smooth`."""
        if self.waves.kind == "kink":
            return "kink"
        return "smooth" if self.window is None else "window"


def draw(split: str, index: int, grid: Grid, coefficients: Mapping[str, float]) -> Sample:
    """Velocity, density and pressure at a grid's points; the formula is the mapping of the three profiles.

    The kind is that of the roughest field.
    """
    profiles = {
        name: _profile(name, split, index, grid.lower, grid.extent) for name in (VELOCITY, DENSITY, PRESSURE)
    }
    inputs = {name: profile(grid.points) for name, profile in profiles.items()}
    return Sample(inputs, max((p.kind for p in profiles.values()), key=KINDS.index), profiles)


def _profile(name: str, split: str, index: int, lower: float, extent: float) -> Profile:
    waves = replace(draw_state(f"cns1d/{name}", split, index), window=None)
    chance, left, right, background, amplitude = map(float, uniforms(f"{STREAM}/{name}", split, index, 5))
    profile = Profile(
        waves, lower, extent, window=(0.1 + 0.35 * left, 0.55 + 0.35 * right) if chance < _WINDOW else None
    )
    if name == VELOCITY:
        return profile
    values = waves(np.arange(_FINE) / _FINE)
    span = (float(values.min()), float(values.max()))
    least = _LEAST[name]
    return replace(profile, span=span, offset=least * 10.0**background, factor=least * 10.0**amplitude)
