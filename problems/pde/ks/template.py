"""Fill in `solver`."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def solver(u0_batch: Array, t_coordinate: Array) -> Array:
    """Solve u_t + u u_x + u_xx + u_xxxx = 0 with period 64 for every initial state.

    Parameters
    ----------
    u0_batch
        Shape (batch, N): point values at the cell centres x_i = 64 (i + 1/2)/N.
    t_coordinate
        Shape (T+1,): times, the first one 0.

    Returns
    -------
    Shape (batch, T+1, N): the states at all times; [:, 0] equals u0_batch.
    """
    raise NotImplementedError
