"""What a reference solver hands back, and its shape as a door."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from codepde.grid import Array, Grid
from codepde.initial import InitialState

MOST_ESTIMATE: Final = 1e-6  # what every reference of a scalar family keeps


@dataclass(frozen=True)
class Reference:
    """The solution of one sample.

    Attributes
    ----------
    trajectory
        Shape ``(frames, num_points)``, float64, the initial state first.
    estimate
        ``‖ref − finer‖₂ / ‖finer‖₂`` over the whole trajectory, finer in space and in time.
    detail
        How it was computed: modes, steps, spectrum tail.
    floor
        nRMSE to the solution from the generating formula; `None` for a state without one.
    """

    trajectory: Array
    estimate: float
    detail: Mapping[str, Any] = field(default_factory=dict)
    floor: float | None = None


class Solve(Protocol):
    """Solves a family's equation for every state, in any order, each sample by itself."""

    def __call__(
        self, states: Array, grid: Grid, coefficients: Mapping[str, float]
    ) -> Iterator[tuple[int, Reference]]:
        """Index and reference of each of the ``(batch, num_points)`` states as soon as it is done."""
        ...


class Floor(Protocol):
    """How far the exact solution is from that of the generating formula."""

    def __call__(
        self, formula: InitialState, reference: Reference, grid: Grid, coefficients: Mapping[str, float]
    ) -> float:
        """The nRMSE of one sample."""
        ...
