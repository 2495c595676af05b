"""Capacitated vehicle routing: one depot, customers with demands, equal vehicles in any number."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class FleetInstance:
    """Nodes in the plane, one of them the depot, and the capacity of every vehicle.

    Parameters
    ----------
    coordinates
        Shape `(n, 2)`, float64, finite; node i is row i, counting from 0.
    demands
        Shape `(n,)`, int64, not negative, none larger than the capacity; 0 at the depot.
    capacity
        Positive.
    depot
        A node.
    convention
        How the file's header says to turn coordinates into distances: a name of `distances.CONVENTIONS`.
    """

    coordinates: NDArray[np.float64]
    demands: NDArray[np.int64]
    capacity: int
    depot: int
    convention: str

    @property
    def size(self) -> str:
        """How large it is, in words that say nothing else."""
        return f"n={len(self.demands)} cap={self.capacity} totdem={int(self.demands.sum())}"

    @cached_property
    def digest(self) -> str:
        """SHA-256 of all of this, the header's convention included; formatting plays no part."""
        header = f"fleet {self.convention} {len(self.demands)} {self.capacity} {self.depot}\n"
        content = np.ascontiguousarray(self.coordinates, dtype="<f8") + 0.0  # so that -0.0 is 0.0
        sha = hashlib.sha256(header.encode())
        sha.update(content.tobytes())
        sha.update(self.demands.astype("<i8").tobytes())
        return sha.hexdigest()
