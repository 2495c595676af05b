"""The points and times at which states are given and asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Grid:
    """Equally spaced points of a box that is as long in every direction, and equally spaced times from 0.

    On each axis ``x_i = lower + extent (i + 1/2) / num_points``, the cell centres; or, with ``vertices``,
    ``x_i = lower + extent i / (num_points - 1)``, both ends included. Where a family is periodic its period
    is ``extent``.

    Attributes
    ----------
    num_points
        Along each axis.
    final_time, frames
        Of a trajectory; ``frames`` counts t = 0. A steady problem has 0 and 1.
    dimension
        1 or 2 axes of space.
    lower, extent
        Where an axis begins, and its length.
    vertices
        Whether values stand at the ends of the cells instead of in their middle.
    """

    num_points: int
    final_time: float = 0.0
    frames: int = 1
    dimension: int = 1
    lower: float = 0.0
    extent: float = 1.0
    vertices: bool = False

    def __post_init__(self) -> None:
        if self.num_points < 2 or not self.extent > 0 or self.dimension not in (1, 2):
            raise ValueError("a grid has at least two points on each of one or two axes of positive length")
        if not self.final_time >= 0 or self.steady != (self.frames == 1) or self.frames < 1:
            raise ValueError("a grid needs a final time after 0 and at least two frames, or 0 and one")

    @property
    def steady(self) -> bool:
        """Whether there is no time."""
        return not self.final_time > 0

    @property
    def spacing(self) -> float:
        """Between neighbouring points."""
        return self.extent / (self.num_points - self.vertices)

    @property
    def points(self) -> Array:
        """Coordinates along one axis, shape ``(num_points,)``."""
        places = np.arange(self.num_points, dtype=np.float64)
        points: Array = self.lower + self.spacing * (places + (0.0 if self.vertices else 0.5))
        return points

    @property
    def times(self) -> Array:
        """Times of the frames, shape ``(frames,)``, the first one 0."""
        return np.linspace(0.0, self.final_time, self.frames)

    @property
    def space(self) -> tuple[int, ...]:
        """Shape of one field at one time."""
        return (self.num_points,) * self.dimension

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of one field of one sample: ``(frames, *space)``, or ``space`` where it is steady."""
        return self.space if self.steady else (self.frames, *self.space)

    def describe(self) -> dict[str, Any]:
        """For keys and records: all that is not as in the scalar families, which came first."""
        about: dict[str, Any] = {"num_points": self.num_points}
        if not self.steady:
            about |= {"final_time": self.final_time, "frames": self.frames}
        usual = {"dimension": 1, "lower": 0.0, "extent": 1.0, "vertices": False}
        return about | {
            name: getattr(self, name) for name, value in usual.items() if getattr(self, name) != value
        }
