"""What a reference solver hands back, and its shape as a door."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from codepde.grid import Array, Grid
from codepde.sample import Sample

MOST_ESTIMATE: Final = 1e-6  # what every reference of a scalar family keeps


@dataclass(frozen=True)
class Reference:
    """The solution of one sample.

    Attributes
    ----------
    fields
        By the names of the family's outputs, each of shape ``grid.shape``, float64, the initial state first.
    estimates
        For each field ``‖ref − finer‖₂ / ‖finer‖₂`` over the whole trajectory, finer in space and in time, or
        a second method, whichever is larger; doubled where the observed order is below 2. Where the finer
        solution is itself what is handed back, ``‖coarser − ref‖₂ / ‖ref‖₂``: the error of the coarser one,
        hence too large for this one. Empty where nothing is known: published data don't say how wrong they
        are.
    detail
        How it was computed: modes, steps, spectrum tail.
    floor
        nRMSE to the solution from the generating formula; `None` for a state without one.
    """

    fields: Mapping[str, Array]
    estimates: Mapping[str, float]
    detail: Mapping[str, Any] = field(default_factory=dict)
    floor: float | None = None

    @property
    def estimate(self) -> float:
        """Of the worst field. Raises `ValueError` where nothing is known, see `worst_estimate`."""
        return max(self.estimates.values())


def worst_estimate(references: Iterable[Reference]) -> float | None:
    """Of the worst sample; `None` where one of them has none."""
    found = list(references)
    if not all(reference.estimates for reference in found):
        return None
    return max(reference.estimate for reference in found)


class Solve(Protocol):
    """Solves a family's equation for every sample, in any order, each sample by itself."""

    def __call__(
        self, inputs: Mapping[str, Array], grid: Grid, coefficients: Mapping[str, float]
    ) -> Iterator[tuple[int, Reference]]:
        """Index and reference of each sample as soon as it is done; ``inputs`` have shape ``(batch, ...)``.

        Raises `InternalFault` where the accuracy that is promised can't be had.
        """
        ...


class Floor(Protocol):
    """How far the exact solution is from that of the generating formula."""

    def __call__(
        self, sample: Sample, reference: Reference, grid: Grid, coefficients: Mapping[str, float]
    ) -> float:
        """The nRMSE of one sample."""
        ...
