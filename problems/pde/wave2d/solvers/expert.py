"""Derivatives of trigonometric interpolants on the grid; Chebyshev series of cos(t sqrt A) in time.

A = -div(c^2 grad) has eigenvalues between 0 and a known bound, and both functions of it that move u and u_t
are sums of Chebyshev polynomials of A that converge faster than any power.
"""

import numpy as np
from numpy.typing import NDArray
from scipy import fft

Array = NDArray[np.float64]
Modes = NDArray[np.complex128]

REFINED = 1
THREADS = 2


def refined(values: Array, n: int) -> Modes:
    """Modes of the interpolant at n points along each axis, no fewer than given; the highest ones are 0."""
    given = values.shape[1]
    half = given // 2
    modes = fft.rfft2(values, workers=THREADS) * (n / given) ** 2
    result = np.zeros((len(values), n, n // 2 + 1), dtype=complex)
    result[:, :half, :half] = modes[:, :half, :half]
    result[:, 1 - half :, :half] = modes[:, 1 - half :, :half]
    return result


def series(bound: float, t: float) -> Array:
    """Coefficients of cos(t sqrt A) and sin(t sqrt A)/sqrt A in the Chebyshev polynomials of 2A/bound - 1."""
    reach = t * np.sqrt(bound)
    count = int(reach / 2 + 4 * reach ** (1 / 3) + 12)
    angles = np.pi * (np.arange(count) + 0.5) / count
    phases = reach * np.cos(angles / 2)
    functions = np.stack([np.cos(phases), t * np.sinc(phases / np.pi)], axis=1)
    found = 2 / count * np.cos(np.outer(np.arange(count), angles)) @ functions
    found[0] /= 2
    return np.asarray(found)


def solver(u0: Array, v0: Array, c: Array, t_coordinate: Array) -> tuple[Array, Array]:
    given = u0.shape[1]
    n = REFINED * given
    y = np.stack([refined(u0, n), refined(v0, n)])
    squared = fft.irfft2(refined(c, n), (n, n)) ** 2
    bound = 2 * squared.max() * (np.pi * n) ** 2
    k = fft.fftfreq(n, 1 / n)
    k[n // 2] = 0
    along, across = 2j * np.pi * k[:, None], 2j * np.pi * k[: n // 2 + 1]

    def operator(w: Modes) -> Modes:
        first = fft.rfft2(squared * fft.irfft2(along * w, (n, n), workers=THREADS), workers=THREADS)
        second = fft.rfft2(squared * fft.irfft2(across * w, (n, n), workers=THREADS), workers=THREADS)
        return -(along * first + across * second)

    found_u, found_v = [u0], [v0]
    for span in np.diff(t_coordinate):
        coefficients = series(bound, span)
        before, now = y, 2 / bound * operator(y) - y
        cosine = coefficients[0, 0] * before + coefficients[1, 0] * now
        sine = coefficients[0, 1] * before + coefficients[1, 1] * now
        for a, b in coefficients[2:]:
            before, now = now, 4 / bound * operator(now) - 2 * now - before
            cosine += a * now
            sine += b * now
        y = np.stack([cosine[0] + sine[1], cosine[1] - operator(sine[:1])[0]])
        u, v = fft.irfft2(y, (n, n))[..., ::REFINED, ::REFINED]
        found_u.append(u)
        found_v.append(v)
    return np.stack(found_u, axis=1), np.stack(found_v, axis=1)
