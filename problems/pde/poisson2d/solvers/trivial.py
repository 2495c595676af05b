"""The boundary values, and their mean everywhere inside."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def solver(f: Array, g: Array, mask: Array) -> Array:
    edge = mask == 2
    mean = (g * edge).sum(axis=(1, 2)) / edge.sum(axis=(1, 2))
    return np.where(edge, g, mean[:, None, None])
