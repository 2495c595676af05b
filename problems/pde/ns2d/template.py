"""Fill in `solver`."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def solver(w0: Array, t_coordinate: Array, nu: float) -> Array:
    """Solve the forced vorticity equation on the periodic unit square for every initial state.

    Parameters
    ----------
    w0
        Shape (batch, N, N): point values at x_i = (i + 1/2)/N (first axis), y_j = (j + 1/2)/N.
    t_coordinate
        Shape (T+1,): times, the first one 0.
    nu
        Viscosity.

    Returns
    -------
    Shape (batch, T+1, N, N): the vorticity at all times; [:, 0] equals w0.
    """
    raise NotImplementedError
