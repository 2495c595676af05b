"""Fill in `solver`."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def solver(u0: Array, v0: Array, c: Array, t_coordinate: Array) -> tuple[Array, Array]:
    """Solve u_tt = div(c^2 grad u) on the periodic unit square for every sample.

    Parameters
    ----------
    u0, v0, c
        Shape (batch, N, N): u and u_t at t = 0 and the speed, at the cell centres
        ((i + 1/2)/N, (j + 1/2)/N), the first axis along x.
    t_coordinate
        Shape (T+1,): times, the first one 0.

    Returns
    -------
    u and u_t, each of shape (batch, T+1, N, N); [:, 0] equals u0 and v0.
    """
    raise NotImplementedError
