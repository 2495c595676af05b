"""Forced two-dimensional Navier-Stokes on the periodic unit square, as vorticity, at three viscosities."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from codepde.budgets import mass
from codepde.family import Family, Output
from codepde.grid import Grid
from codepde.initial_vorticity import STREAM, draw
from codepde.problem import PdeProblem
from codepde.references import floors, ns2d
from solversmith.contract.folder import ProblemFolder
from solversmith.contract.problem import Parameter, Problem, ProblemOptions

SUMMARY: Final = "2-D Navier-Stokes vorticity, forced, periodic unit square, t ≤ 50, 30 or 20"
FINAL_TIMES: Final = {"0.001": 50, "0.0001": 30, "0.00001": 20}  # Li et al. 2021; a frame each unit of time
PARAMETERS: Final = (Parameter("nu", tuple(FINAL_TIMES), "the viscosity; the final time goes with it"),)


def build(parameters: Mapping[str, str], options: ProblemOptions) -> Problem:
    """The problem at one viscosity."""
    final_time = FINAL_TIMES[parameters["nu"]]
    family = Family(
        name="ns2d",
        equation="w_t + (u, v).grad w = nu lap w + 0.1 (sin 2pi(x + y) + cos 2pi(x + y))",
        grid=Grid(num_points=64, final_time=float(final_time), frames=final_time + 1, dimension=2),
        coefficients={"nu": float(parameters["nu"])},
        inputs=("w0",),
        outputs=(Output("trajectory", "w", starts_as="w0"),),
        draw=draw,
        stream=STREAM,
        solve=ns2d.solve,
        floor=floors.on_square,
        method=ns2d.METHOD,
        version=ns2d.VERSION,
        validity=ns2d.VALIDITY,
        budgets=mass,
        periodic=False,  # the forcing does not move with the state
        samples={"dev": 4, "test": 12},
        wall_s=120.0,
    )
    return PdeProblem(family, dict(parameters), ProblemFolder(Path(__file__).parent), options)
