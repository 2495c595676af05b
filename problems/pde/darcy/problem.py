"""Darcy flow on the unit square through a medium with two values, as published."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from codepde.family import Family, Output
from codepde.grid import Grid
from codepde.initial_darcy import STREAM, draw
from codepde.problem import PdeProblem
from codepde.published import catalogue
from codepde.references import darcy
from codepde.signals import residual
from solversmith.contract.folder import ProblemFolder
from solversmith.contract.problem import Parameter, Problem, ProblemOptions

SUMMARY: Final = (
    "Darcy flow, −∇·(a∇u) = 1 on the unit square, u = 0 around it, a 12 or 3 on each of 421² cells"
)
PARAMETERS: Final[tuple[Parameter, ...]] = ()


def build(parameters: Mapping[str, str], options: ProblemOptions) -> Problem:
    """The problem; it has no parameters."""
    family = Family(
        name="darcy",
        equation="-div(a grad u) = 1",
        grid=Grid(num_points=421, dimension=2),
        coefficients={},
        inputs=("a",),
        outputs=(Output("u", "u"),),
        draw=draw,
        stream=STREAM,
        solve=darcy.solve,
        method=darcy.METHOD,
        version=darcy.VERSION,
        published=catalogue.DARCY,
        validity=darcy.VALIDITY,
        most_estimate=darcy.MOST_ESTIMATE,
        budgets=darcy.budgets,
        residual=residual.darcy,
        periodic=False,
        samples={"dev": 4, "test": 12},
        wall_s=120.0,
    )
    return PdeProblem(family, dict(parameters), ProblemFolder(Path(__file__).parent), options)
