"""Fill in `solver`."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def solver(
    Vx0: Array, density0: Array, pressure0: Array, t_coordinate: Array, eta: float, zeta: float
) -> tuple[Array, Array, Array]:
    """Solve the compressible Navier-Stokes equations, periodic on (-1, 1), for every initial state.

    Parameters
    ----------
    Vx0, density0, pressure0
        Shape (batch, N): velocity, density and pressure at the cell centres x_i = -1 + 2 (i + 1/2)/N.
    t_coordinate
        Shape (T+1,): times, the first one 0.
    eta, zeta
        Shear and bulk viscosity.

    Returns
    -------
    Velocity, density and pressure, each of shape (batch, T+1, N): the states at all times; [:, 0] equals
    the initial fields.
    """
    raise NotImplementedError
