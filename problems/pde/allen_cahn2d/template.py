"""Fill in `solver`."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def solver(u0_batch: Array, t_coordinate: Array, eps: float) -> Array:
    """Solve u_t = eps^2 (u_xx + u_yy) + u - u^3 on the periodic unit square for every initial state.

    Parameters
    ----------
    u0_batch
        Shape (batch, N, N): point values at the cell centres ((i + 1/2)/N, (j + 1/2)/N), the first axis
        along x.
    t_coordinate
        Shape (T+1,): times, the first one 0.
    eps
        Its square is the coefficient of the second derivatives.

    Returns
    -------
    Shape (batch, T+1, N, N): the states at all times; [:, 0] equals u0_batch.
    """
    raise NotImplementedError
