"""The published random initial states of the scalar families, drawn again by the same random streams.

PDEBench (M. Takamoto et al., NeurIPS 2022 Datasets and Benchmarks, arXiv 2210.07182) draws 10,000 states at
once with JAX's generator, key 2022, in float32. Which keys are split and reused when was read in its
published generator; this is an implementation of our own. It needs JAX's older streams (not partitionable),
which newer releases still have behind a switch. Where that is so, sample i of a published file is state i
here, up to the rounding of sines in float32.

The waves are periodic on ``x_last − x_first = 1 − 1/N``, not on 1: as 1-periodic functions these states have
a kink, or a small jump, across the boundary.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from codepde.initial import InitialState

DRAWN: Final = 10_000  # states of one published file
KEY: Final = 2022
NUM_POINTS: Final = 1024
_CLASSES: Final = 4

Single = NDArray[np.float32]


@dataclasses.dataclass(frozen=True)
class Draws:
    """All random numbers of all states, in single precision; the first axis counts states."""

    multiplicities: NDArray[np.int64]
    amplitudes: Single
    phases: Single
    absolute: NDArray[np.bool_]
    signs: Single
    windowed: NDArray[np.bool_]
    left: Single
    right: Single


def draws() -> Draws:
    """What the published streams yield. The keys are used more than once, as published."""
    import jax
    from jax import random

    from codepde.precision import single_precision

    with single_precision(), jax.threefry_partitionable(False):
        first = random.PRNGKey(KEY)
        second = random.split(first)[0]
        third = random.split(second)[0]
        rarely = np.array([0.9, 0.1], dtype=np.float32)
        chosen = np.asarray(random.randint(first, (DRAWN, 2), 0, _CLASSES))
        return Draws(
            multiplicities=np.stack([(chosen == n).sum(axis=1) for n in range(_CLASSES)], axis=1),
            amplitudes=np.asarray(random.uniform(first, (DRAWN, _CLASSES, 1)))[..., 0],
            phases=np.asarray(2.0 * np.pi * random.uniform(second, (DRAWN, _CLASSES, 1)))[..., 0],
            absolute=np.asarray(random.choice(second, 2, (DRAWN,), p=rarely)) == 1,
            signs=np.asarray(random.choice(second, np.array([1, -1]), (DRAWN, 1)))[:, 0].astype(np.float32),
            windowed=np.asarray(random.choice(third, 2, (DRAWN,), p=rarely)) == 1,
            left=np.asarray(random.uniform(third, (DRAWN,), minval=0.1, maxval=0.45)),
            right=np.asarray(random.uniform(third, (DRAWN,), minval=0.55, maxval=0.9)),
        )


def states(indices: Sequence[int], rescaled: bool = False, drawn: Draws | None = None) -> Single:
    """Point values ``(len(indices), 1024)`` in float32, as the published files have them.

    ``rescaled`` maps each state to [0, 1], as reaction-diffusion wants it.
    """
    drawn = drawns(indices, drawn)
    width = np.float32(1.0 / NUM_POINTS)
    edges = np.linspace(0.0, 1.0, NUM_POINTS + 1).astype(np.float32)
    x = edges[:-1] + np.float32(0.5) * width
    period = x[-1] - x[0]
    classes = np.float32(np.pi * 2.0) * np.arange(1, _CLASSES + 1, dtype=np.float32)
    numbers = classes * drawn.multiplicities.astype(np.float32) / period
    angles = numbers[:, :, None] * x[None, None, :] + drawn.phases[:, :, None]
    values = np.sum(drawn.amplitudes[:, :, None] * np.sin(angles), axis=1, dtype=np.float32)
    values = np.where(drawn.absolute[:, None], np.abs(values), values) * drawn.signs[:, None]
    values *= _windows(drawn, x)
    if rescaled:
        values = values - values.min(axis=1, keepdims=True)
        values = values / values.max(axis=1, keepdims=True)
    return values.astype(np.float32)


def formulas(indices: Sequence[int], drawn: Draws | None = None) -> list[InitialState]:
    """The same states as formulas, 1-periodic with their kinks across the boundary."""
    drawn = drawns(indices, drawn)
    return [
        InitialState(
            multiplicities=tuple(map(int, drawn.multiplicities[row])),
            amplitudes=tuple(map(float, drawn.amplitudes[row])),
            phases=tuple(map(float, drawn.phases[row])),
            absolute=bool(drawn.absolute[row]),
            sign=float(drawn.signs[row]),
            window=(float(drawn.left[row]), float(drawn.right[row])) if drawn.windowed[row] else None,
            wave_period=1.0 - 1.0 / NUM_POINTS,
        )
        for row in range(len(indices))
    ]


def drawns(indices: Sequence[int], drawn: Draws | None = None) -> Draws:
    """The draws of some states only."""
    drawn = draws() if drawn is None else drawn
    rows = np.asarray(indices, dtype=np.int64)
    picked: dict[str, Any] = {name: values[rows] for name, values in vars(drawn).items()}
    return Draws(**picked)


def _windows(drawn: Draws, x: Single) -> Single:
    flank = np.float32(0.01)
    inside = np.float32(0.5) * (
        np.tanh((x - drawn.left[:, None]) / flank) - np.tanh((x - drawn.right[:, None]) / flank)
    )
    result: Single = np.where(drawn.windowed[:, None], inside, np.float32(1.0))
    return result
