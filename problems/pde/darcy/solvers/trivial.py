"""The coefficient replaced by one number, the mean of its arithmetic and harmonic means; a sine series."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

MODES = 63


def solver(a: Array) -> Array:
    n = a.shape[1]
    odd = np.arange(1, MODES + 1, 2)
    sines = np.sin(np.pi * np.outer((np.arange(n) + 0.5) / n, odd))
    amplitudes = 16 / np.pi**4 / (np.outer(odd, odd) * (odd[:, None] ** 2 + odd**2))
    shape = sines @ amplitudes @ sines.T
    average = (a.mean(axis=(1, 2)) + 1 / (1 / a).mean(axis=(1, 2))) / 2
    return np.asarray(shape / average[:, None, None])
