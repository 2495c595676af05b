"""Viscous Burgers on the periodic unit interval, at every published viscosity."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Final

from codepde.budgets import mass
from codepde.family import Family, Output
from codepde.grid import Grid
from codepde.initial import VERSION, draw
from codepde.problem import PdeProblem
from codepde.published import catalogue
from codepde.references import burgers
from solversmith.contract.folder import ProblemFolder
from solversmith.contract.problem import Parameter, Problem, ProblemOptions

SUMMARY: Final = "viscous Burgers, u_t + (u²/2)_x = (nu/π) u_xx, periodic, t ≤ 2"
PARAMETERS: Final = (
    Parameter(
        "nu",
        ("0.01", "0.001", "0.002", "0.004", "0.02", "0.04", "0.1", "0.2", "0.4", "1", "2", "4"),
        "the published label: the equation has nu/π, and that is what programs receive",
    ),
)


def build(parameters: Mapping[str, str], options: ProblemOptions) -> Problem:
    """The problem at one viscosity."""
    family = Family(
        name="burgers",
        equation="u_t + (u^2/2)_x = nu u_xx",
        grid=Grid(num_points=1024, final_time=2.0, frames=201),
        coefficients={"nu": float(parameters["nu"]) / math.pi},
        inputs=("u0_batch",),
        outputs=(Output("trajectory", "u", starts_as="u0_batch"),),
        draw=partial(draw, "burgers"),
        stream=f"burgers/{VERSION}",
        solve=burgers.solve,
        floor=burgers.floor,
        method=burgers.METHOD,
        version=burgers.VERSION,
        published=catalogue.BURGERS,
        budgets=mass,
        boosts={"trajectory": 1.0},
        validity="viscosities from about 1e-4 on, for states of order 1",
    )
    return PdeProblem(family, dict(parameters), ProblemFolder(Path(__file__).parent), options)
