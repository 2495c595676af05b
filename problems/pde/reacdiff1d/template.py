"""Fill in `solver`."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def solver(u0_batch: Array, t_coordinate: Array, nu: float, rho: float) -> Array:
    """Solve u_t - nu u_xx = rho u (1 - u) on the periodic unit interval for every initial state.

    Parameters
    ----------
    u0_batch
        Shape (batch, N): point values at the cell centres x_i = (i + 1/2)/N.
    t_coordinate
        Shape (T+1,): times, the first one 0.
    nu
        Coefficient of u_xx.
    rho
        Rate of the reaction.

    Returns
    -------
    Shape (batch, T+1, N): the states at all times; [:, 0] equals u0_batch.
    """
    raise NotImplementedError
