"""The points and times at which states are given and asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Grid:
    """``num_points`` cell centres of the periodic unit interval, and ``frames`` equally spaced times from 0.

    The coordinates are ``x_i = (i + 1/2) / num_points``, the period is exactly 1.
    """

    num_points: int
    final_time: float
    frames: int  # with t = 0

    def __post_init__(self) -> None:
        if self.num_points < 2 or self.num_points % 2:
            raise ValueError(f"a grid has an even number of points, not {self.num_points}")
        if self.frames < 2 or not self.final_time > 0:
            raise ValueError("a grid needs a final time after 0 and at least two frames")

    @property
    def points(self) -> Array:
        """Cell centres, shape ``(num_points,)``."""
        return (np.arange(self.num_points) + 0.5) / self.num_points

    @property
    def times(self) -> Array:
        """Times of the frames, shape ``(frames,)``, the first one 0."""
        return np.linspace(0.0, self.final_time, self.frames)

    def describe(self) -> dict[str, Any]:
        """For keys and records."""
        return {"num_points": self.num_points, "final_time": self.final_time, "frames": self.frames}
