"""Nothing moves."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def solver(u0_batch: Array, t_coordinate: Array, eps: float) -> Array:
    return np.repeat(u0_batch[:, None], len(t_coordinate), axis=1)
