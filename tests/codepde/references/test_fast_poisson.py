"""The preconditioner against the matrix that it inverts."""

from __future__ import annotations

import jax
import numpy as np
import pytest

from codepde.precision import double_precision
from codepde.references import fast_poisson


def laplacian(cells: int) -> np.ndarray:
    """−Δ_h in units of the cells' size, u = 0 on the outer faces."""
    one = 2 * np.eye(cells) - np.eye(cells, k=1) - np.eye(cells, k=-1)
    one[0, 0] = one[-1, -1] = 3
    return np.kron(one, np.eye(cells)) + np.kron(np.eye(cells), one)


@pytest.mark.parametrize("cells", [2, 7, 8, 21, 30])
def test_it_inverts_the_five_point_matrix(cells: int) -> None:
    f = np.random.default_rng(cells).standard_normal((cells, cells))
    with double_precision():
        u = np.asarray(jax.jit(fast_poisson.solve)(f, fast_poisson.factors(cells)))
    assert u.dtype == np.float32
    assert u.ravel() == pytest.approx(np.linalg.solve(laplacian(cells), f.ravel()), rel=1e-4, abs=1e-4)
