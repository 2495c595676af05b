"""One sample: what a program is given of it, and where that comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from codepde.grid import Array, Grid


@dataclass(frozen=True, eq=False)
class Sample:
    """Point values, and the formula that they are values of.

    Attributes
    ----------
    inputs
        By the names of the family's inputs, without a batch axis, float64: all that the exact solution
        depends on.
    kind
        `smooth`, `window`, `kink`, or a word of the family's own; errors are reported by kind too.
    formula
        For the family's `floor`; `None` where there is none, as for a user's own arrays.
    """

    inputs: Mapping[str, Array]
    kind: str = "smooth"
    formula: Any = None


class Draw(Protocol):
    """Sample ``index`` of a split, whatever the number of samples; dev and test share no random stream."""

    def __call__(self, split: str, index: int, grid: Grid, coefficients: Mapping[str, float]) -> Sample:
        """The sample at the grid's points, which may be fewer or more than programs get."""
        ...
