"""Poisson's equation on an L-shaped square, whose answers are not smooth at the corner."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from codepde.family import Family, Output
from codepde.grid import Grid
from codepde.initial_poisson2d import STREAM, draw
from codepde.problem import PdeProblem
from codepde.references import poisson2d
from codepde.signals import residual
from solversmith.contract.folder import ProblemFolder
from solversmith.contract.problem import Parameter, Problem, ProblemOptions

SUMMARY: Final = "Poisson's equation −Δu = f on an L-shaped square, u = g on its boundary"
PARAMETERS: Final[tuple[Parameter, ...]] = ()


def build(parameters: Mapping[str, str], options: ProblemOptions) -> Problem:
    """The problem; it has no parameters."""
    family = Family(
        name="poisson2d",
        equation="-lap u = f on the L-shaped square, u = g on its boundary",
        grid=Grid(num_points=129, dimension=2, lower=-1.0, extent=2.0, vertices=True),
        coefficients={},
        inputs=("f", "g", "mask"),
        outputs=(Output("u", "u"),),
        draw=draw,
        stream=STREAM,
        solve=poisson2d.solve,
        method=poisson2d.METHOD,
        version=poisson2d.VERSION,
        validity=poisson2d.VALIDITY,
        most_estimate=poisson2d.MOST_ESTIMATE,
        budgets=poisson2d.budgets,
        residual=residual.poisson,
        periodic=False,
        domain="mask",
        samples={"dev": 4, "test": 12},
        wall_s=120.0,
    )
    return PdeProblem(family, dict(parameters), ProblemFolder(Path(__file__).parent), options)
