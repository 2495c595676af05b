"""Capacitated p-median: customers in the plane, p of which serve all."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class CustomerSet:
    """Customers, each with a demand, and a capacity that counts if it is chosen as a median.

    Parameters
    ----------
    num_medians
        How many are to be chosen: 1 to n.
    coordinates
        Shape `(n, 2)`, float64, finite; customer i is row i, counting from 0.
    capacities, demands
        Shape `(n,)`, float64, positive and not negative.
    """

    num_medians: int
    coordinates: NDArray[np.float64]
    capacities: NDArray[np.float64]
    demands: NDArray[np.float64]

    @property
    def convention(self) -> str:
        """Files say nothing of distances: they are meant as they are."""
        return "exact"

    @property
    def size(self) -> str:
        """How large it is, in words that say nothing else."""
        return f"n={len(self.demands)} p={self.num_medians}"

    @cached_property
    def digest(self) -> str:
        """SHA-256 of all of this; formatting plays no part."""
        sha = hashlib.sha256(f"customers {len(self.demands)} {self.num_medians}\n".encode())
        for array in (self.coordinates, self.capacities, self.demands):
            sha.update((np.ascontiguousarray(array, dtype="<f8") + 0.0).tobytes())  # so that -0.0 is 0.0
        return sha.hexdigest()
