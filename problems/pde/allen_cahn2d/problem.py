"""Allen-Cahn on the periodic unit square, with fronts of three widths."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from codepde.family import Family, Output
from codepde.grid import Grid
from codepde.initial_allen_cahn2d import STREAM, draw
from codepde.problem import PdeProblem
from codepde.references import allen_cahn2d
from solversmith.contract.folder import ProblemFolder
from solversmith.contract.problem import Parameter, Problem, ProblemOptions

SUMMARY: Final = "Allen-Cahn, u_t = eps² Δu + u − u³, periodic square, t ≤ 5"
PARAMETERS: Final = (
    Parameter("eps", ("0.05", "0.02", "0.1"), "the equation has its square; fronts are about 3 eps wide"),
)


def build(parameters: Mapping[str, str], options: ProblemOptions) -> Problem:
    """The problem at one width of fronts."""
    family = Family(
        name="allen_cahn2d",
        equation="u_t = eps^2 lap u + u - u^3",
        grid=Grid(num_points=64, final_time=5.0, frames=21, dimension=2),
        coefficients={"eps": float(parameters["eps"])},
        inputs=("u0_batch",),
        outputs=(Output("trajectory", "u", starts_as="u0_batch"),),
        draw=draw,
        stream=STREAM,
        solve=allen_cahn2d.solve,
        method=allen_cahn2d.METHOD,
        version=allen_cahn2d.VERSION,
        validity=allen_cahn2d.VALIDITY,
        budgets=allen_cahn2d.budgets,
        samples={"dev": 4, "test": 12},
        wall_s=120.0,
    )
    return PdeProblem(family, dict(parameters), ProblemFolder(Path(__file__).parent), options)
