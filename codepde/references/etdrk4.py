"""Fourth-order exponential time differencing for ``v' = L v + N(v)`` with a diagonal L.

The scheme is that of Cox & Matthews, "Exponential time differencing for stiff systems", J. Comput. Phys. 176
(2002), eqs. (26)-(29) (their numbers as exponax's documentation gives them; in the paper itself unverified).
Its coefficients suffer from cancellation for small ``h L``; they are evaluated as means over a circle around
each ``h L``, after Kassam & Trefethen, "Fourth-order time-stepping for stiff PDEs", SIAM J. Sci. Comput. 26
(2005).

L is real (diffusion) or complex (dispersion). Fourth order holds while the linear part is resolved; for very
stiff modes that are forced (boundary layers, Dirichlet conditions) the order drops. Periodic problems whose
high modes are small are not affected: it is measured.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from codepde.grid import Array

_CIRCLE_POINTS: Final = 32


Diagonal = Array | NDArray[np.complex128]


class Coefficients(NamedTuple):
    """What one step needs; each has the shape of L, and is real where L is."""

    whole: Diagonal  # exp(hL)
    half: Diagonal  # exp(hL/2)
    stage: Diagonal  # (exp(hL/2) − 1) / L
    first: Diagonal  # weights of N at the step's beginning, middle (each of two) and end
    middle: Diagonal
    last: Diagonal


def coefficients(linear: Diagonal, step: float) -> Coefficients:
    """The coefficients for a diagonal ``linear`` of any shape and the step size ``step``."""
    z = linear * step
    angles = 2.0 * np.pi * (np.arange(_CIRCLE_POINTS) + 0.5) / _CIRCLE_POINTS
    w = z[..., None] + np.exp(1j * angles)
    grown = np.exp(w)
    # A real function's mean over a whole circle around a real number is real.
    mean = _real_mean if np.isrealobj(z) else _complex_mean
    return Coefficients(
        whole=np.exp(z),
        half=np.exp(z / 2.0),
        stage=step * mean((np.exp(w / 2.0) - 1.0) / w),
        first=step * mean((-4.0 - w + grown * (4.0 - 3.0 * w + w**2)) / w**3),
        middle=step * 2.0 * mean((2.0 + w + grown * (w - 2.0)) / w**3),
        last=step * mean((-4.0 - 3.0 * w - w**2 + grown * (4.0 - w)) / w**3),
    )


def advance(v: Any, nonlinear: Callable[[Any], Any], c: Coefficients) -> Any:
    """The state one step later. Works on numpy and JAX arrays alike."""
    start = nonlinear(v)
    a = c.half * v + c.stage * start
    at_a = nonlinear(a)
    b = c.half * v + c.stage * at_a
    at_b = nonlinear(b)
    end = c.half * a + c.stage * (2.0 * at_b - start)
    return c.whole * v + c.first * start + c.middle * (at_a + at_b) + c.last * nonlinear(end)


def _real_mean(values: NDArray[np.complex128]) -> Array:
    result: Array = np.real(np.mean(values, axis=-1))
    return result


def _complex_mean(values: NDArray[np.complex128]) -> NDArray[np.complex128]:
    result: NDArray[np.complex128] = np.mean(values, axis=-1)
    return result
