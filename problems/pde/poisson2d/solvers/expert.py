"""Fourth-order nine-point differences on two grids, extrapolated at the rate that the corner leaves.

f and g are interpolated to vertices of a grid of half the spacing by splines, each straight piece of the
domain by itself. One sparse factorisation a grid serves the whole batch. The error is a sum of powers of h,
the first one 4/3.
"""

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.interpolate import make_interp_spline
from scipy.sparse.linalg import splu

Array = NDArray[np.float64]

FACTORS = (1, 2)
RATE = 4 / 3


def finer(values: Array, factor: int, axis: int) -> Array:
    count = values.shape[axis]
    spline = make_interp_spline(np.arange(count), values, k=5, axis=axis)
    return spline(np.arange((count - 1) * factor + 1) / factor)


def halves(values: Array, factor: int) -> Array:
    """f on a finer grid: the left half and the upper half of the square, each by itself."""
    middle = values.shape[1] // 2
    size = (values.shape[1] - 1) * factor + 1
    result = np.zeros((len(values), size, size))
    left = finer(finer(values[:, : middle + 1], factor, 1), factor, 2)
    upper = finer(finer(values[:, :, middle:], factor, 1), factor, 2)
    result[:, : left.shape[1]] = left
    result[:, :, -upper.shape[2] :] = upper
    return result


def edges(values: Array, factor: int) -> Array:
    """g on a finer grid: each of the six edges by itself."""
    middle, fine = values.shape[1] // 2, (values.shape[1] // 2) * factor
    size = 2 * fine + 1
    result = np.zeros((len(values), size, size))
    result[:, 0] = finer(values[:, 0], factor, 1)
    result[:, :, -1] = finer(values[:, :, -1], factor, 1)
    result[:, : fine + 1, 0] = finer(values[:, : middle + 1, 0], factor, 1)
    result[:, fine, : fine + 1] = finer(values[:, middle, : middle + 1], factor, 1)
    result[:, fine:, fine] = finer(values[:, middle:, middle], factor, 1)
    result[:, -1, fine:] = finer(values[:, -1, middle:], factor, 1)
    return result


def domain(size: int) -> NDArray[np.bool_]:
    """Where the unknowns are."""
    i, j = np.indices((size, size))
    middle = size // 2
    return (i > 0) & (j > 0) & (i < size - 1) & (j < size - 1) & ((i < middle) | (j > middle))


def solve(f: Array, g: Array) -> Array:
    """-(4 (sum of sides) + corners - 20 u) / 6 = h^2 (f + h^2 lap f / 12), by a sparse factorisation."""
    size = f.shape[1]
    inside = domain(size)
    number = np.full((size, size), -1)
    number[inside] = np.arange(inside.sum())
    i, j = np.nonzero(inside)
    sides = f[:, i - 1, j] + f[:, i + 1, j] + f[:, i, j - 1] + f[:, i, j + 1]
    right = (2 / (size - 1)) ** 2 * (8 * f[:, i, j] + sides) / 2
    rows, columns, values = [number[i, j]], [number[i, j]], [np.full(len(i), 20.0)]
    for di in (-1, 0, 1):
        for dj in (-1, 0, 1):
            weight = {0: 0.0, 1: 4.0, 2: 1.0}[abs(di) + abs(dj)]
            if weight:
                other = number[i + di, j + dj]
                known = other < 0
                right[:, known] += weight * g[:, (i + di)[known], (j + dj)[known]]
                rows.append(number[i, j][~known])
                columns.append(other[~known])
                values.append(np.full(np.count_nonzero(~known), -weight))
    triplets = (np.concatenate(values), (np.concatenate(rows), np.concatenate(columns)))
    matrix = sparse.csc_matrix(triplets, shape=(len(i), len(i)))
    u = g.copy()
    u[:, i, j] = splu(matrix, permc_spec="MMD_AT_PLUS_A", options={"SymmetricMode": True}).solve(right.T).T
    return u


def solver(f: Array, g: Array, mask: Array) -> Array:
    coarse, fine = (solve(halves(f, k), edges(g, k))[:, ::k, ::k] for k in FACTORS)
    return np.asarray(fine + (fine - coarse) / (2**RATE - 1))
