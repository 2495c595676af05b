"""Logistic reaction with diffusion on the periodic unit interval, at every published pair of coefficients."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import numpy as np

from codepde.family import Family, Output
from codepde.grid import Array, Grid
from codepde.initial_reacdiff1d import STREAM, draw
from codepde.problem import PdeProblem
from codepde.published import catalogue
from codepde.references import reacdiff1d
from solversmith.contract.folder import ProblemFolder
from solversmith.contract.problem import Parameter, Problem, ProblemOptions

SUMMARY: Final = "reaction-diffusion, u_t − nu u_xx = rho u (1 − u), periodic, t ≤ 1"
PARAMETERS: Final = (
    Parameter("nu", ("0.5", "1", "2", "5"), "the coefficient of u_xx"),
    Parameter("rho", ("1", "2", "5", "10"), "the rate of the reaction"),
)


def build(parameters: Mapping[str, str], options: ProblemOptions) -> Problem:
    """The problem at one diffusivity and one rate."""
    family = Family(
        name="reacdiff1d",
        equation="u_t - nu u_xx = rho u (1 - u)",
        grid=Grid(num_points=1024, final_time=1.0, frames=101),
        coefficients={name: float(parameters[name]) for name in ("nu", "rho")},
        inputs=("u0_batch",),
        outputs=(Output("trajectory", "u", starts_as="u0_batch"),),
        draw=draw,
        stream=STREAM,
        solve=reacdiff1d.solve,
        floor=reacdiff1d.floor,
        method=reacdiff1d.METHOD,
        version=reacdiff1d.VERSION,
        published=catalogue.REACDIFF1D,
        validity=reacdiff1d.VALIDITY,
        budgets=budgets,
        published_wall_s=2400.0,
    )
    return PdeProblem(family, dict(parameters), ProblemFolder(Path(__file__).parent), options)


def budgets(
    fields: Mapping[str, Array], inputs: Mapping[str, Array], grid: Grid, coefficients: Mapping[str, float]
) -> Mapping[str, float]:
    """How far ``d⟨u⟩/dt = ρ⟨u(1−u)⟩`` is missed: the worst sample and frame, relative to the largest ⟨u⟩.

    The right-hand side is integrated between frames by Simpson's rule over pairs of them from t = 0.1 on,
    when it varies slowly: its own error is below 1e-6 there.
    """
    u = fields["trajectory"]
    mean, rate = u.mean(axis=2), coefficients["rho"] * (u * (1.0 - u)).mean(axis=2)
    first = grid.frames // 10
    first += (grid.frames - 1 - first) % 2
    spacing = grid.times[1]
    gained = (
        spacing / 3.0 * (rate[:, first:-2:2] + 4.0 * rate[:, first + 1 : -1 : 2] + rate[:, first + 2 :: 2])
    )
    off = np.abs(mean[:, first + 2 :: 2] - mean[:, first:-2:2] - gained).sum(axis=1)
    size = np.maximum(np.abs(mean).max(axis=1), np.finfo(float).tiny)
    return {"reaction": float(np.max(off / size, initial=0.0))}
