"""``u_t + (u²/2)_x = ν u_xx`` on the periodic unit interval: Fourier modes and ETDRK4, in float64.

The mean is taken out and moves with the state (``u = ū + v(x − ūt, t)``, exact), the modes of v advance by
`codepde.references.etdrk4`. Modes and steps are chosen for each sample and for each stretch of frames
(`codepde.references.burgers_pace`): modes by what is left of the spectrum, steps by how fast the state
changes. Then the whole is solved once more, finer in both; where that matters, both are done again with more
steps and less of a tail.

Valid while shocks can be resolved, about ν ≥ 1e-4 for states of order 1; beyond that it refuses.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import numpy as np

from codepde.grid import Array, Grid
from codepde.interpolant import refined
from codepde.metrics import sample_errors
from codepde.references.burgers_modes import MODES, Pace, integrate
from codepde.references.burgers_pace import Found, explore
from codepde.references.ladder import climb, modes_from
from codepde.references.reference import MOST_ESTIMATE, Reference
from codepde.sample import Sample

VERSION: Final = "burgers/2"
METHOD: Final = (
    "Fourier modes, ETDRK4, float64; of each ten frames modes by spectrum tail, steps by rate of change"
)
_TARGET: Final = MOST_ESTIMATE / 2
_BATCH: Final = 8  # samples solved together
_TIMES_FIRST: Final = 2.0  # the steps of the finer solution, in the first stretch
_TIMES: Final = 1.5  # and in all others
_FINE: Final = 8  # times as many points show a formula
_SAME: Final = 1e-9  # an interpolant this close to its formula needs no solution of its own


def solve(
    inputs: Mapping[str, Array], grid: Grid, coefficients: Mapping[str, float]
) -> Iterator[tuple[int, Reference]]:
    """References with an estimate of at most 5e-7, each at the pace that its sample needs.

    Of two solutions the finer one is handed back: it has at least a quarter more modes, one and a half times
    the steps, and twice the steps in the first stretch. The estimate is the distance between the two: the
    error of the coarser one, and so more than that of what is handed back while errors fall by more than half
    from one to the other. Raises `InternalFault` where the most modes or steps do not suffice.
    """
    states, viscosity = inputs["u0_batch"], coefficients["nu"]
    for state in states:  # refused at once where its steepest shock would be too steep
        modes_from(0.28 * float(np.ptp(state)) / viscosity, MODES[:-1], "burgers")

    def attempt(chosen: Sequence[int], fineness: float) -> Sequence[Reference | float]:
        rows = states[np.asarray(chosen)]
        coarse, founds = explore(rows, grid, viscosity, fineness)
        fine, _ = integrate(rows, grid, viscosity, [_finer(found.paces) for found in founds])
        return [_judged(*each, fineness) for each in zip(coarse, fine, founds, strict=True)]

    return climb([1.0] * len(states), attempt, _BATCH)


def floor(sample: Sample, reference: Reference, grid: Grid, coefficients: Mapping[str, float]) -> float:
    """The nRMSE to the solution from the generating formula, seen at eight times as many points.

    Where interpolant and formula agree to 1e-9 between the points, that difference is the floor.
    """
    received = reference.fields["trajectory"][0]
    fine = sample.formula(grid.points[0] + np.arange(_FINE * grid.num_points) / (_FINE * grid.num_points))
    apart = float(sample_errors(refined(received, _FINE)[None], fine[None])[0])
    if apart <= _SAME:
        return apart
    paces = [Pace(max(2048, modes), steps) for modes, steps in reference.detail["paces"]]
    trajectory, _ = integrate(fine[None], grid, coefficients["nu"], [paces])
    return float(sample_errors(reference.fields["trajectory"][None], trajectory)[0])


def _finer(paces: Sequence[Pace]) -> list[Pace]:
    """Twice the steps in the first stretch, where diffusion is stiff and the order less than four."""
    return [pace.finer(_TIMES if place else _TIMES_FIRST) for place, pace in enumerate(paces)]


def _judged(coarse: Array, fine: Array, found: Found, fineness: float) -> Reference | float:
    """The finer of two solutions, or the fineness to try next."""
    estimate = float(sample_errors(coarse[None], fine[None])[0])
    if estimate <= _TARGET:
        paces = [(pace.modes, pace.steps) for pace in _finer(found.paces)]
        detail = {"paces": paces, "fineness": fineness, "tail": found.tail}
        return Reference(
            {"trajectory": fine}, {"trajectory": max(estimate, float(np.finfo(float).eps))}, detail
        )
    factor = 1.1 * (estimate / _TARGET) ** 0.25 if np.isfinite(estimate) else 2.0
    return fineness * next(step for step in (1.25, 1.5, 2.0, 4.0) if step >= min(factor, 4.0))
