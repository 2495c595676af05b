"""Instances of capacitated facility location: where to open, and what serving from there costs."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class FacilityInstance:
    """Facilities and customers, both counting from 0; every facility may serve every customer.

    Parameters
    ----------
    capacities, fixed_costs
        Of each facility, float64, shape `(n,)`.
    demands
        Of each customer, float64, shape `(m,)`.
    costs
        What serving the whole demand of a customer from a facility costs, float64, shape `(n, m)`.
    """

    capacities: NDArray[np.float64]
    fixed_costs: NDArray[np.float64]
    demands: NDArray[np.float64]
    costs: NDArray[np.float64]

    @property
    def convention(self) -> str:
        """How objectives are computed: with the costs as they are."""
        return "exact"

    @property
    def size(self) -> str:
        """How large it is, in words that say nothing else."""
        return f"facilities={len(self.capacities)} customers={len(self.demands)}"

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the numbers of facilities and customers, and of all values in the order of a file."""
        sha = hashlib.sha256(f"cflp {len(self.capacities)} {len(self.demands)}\n".encode())
        for values in (self.capacities, self.fixed_costs, self.demands, self.costs):
            sha.update((np.ascontiguousarray(values, dtype="<f8") + 0.0).tobytes())  # so that -0.0 is 0.0
        return sha.hexdigest()
