"""Linear advection on the periodic unit interval, at every published speed."""

from __future__ import annotations

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
from codepde.references import advection
from solversmith.contract.folder import ProblemFolder
from solversmith.contract.problem import Parameter, Problem, ProblemOptions

SUMMARY: Final = "linear advection, u_t + beta u_x = 0, periodic, t ≤ 2"
PARAMETERS: Final = (
    Parameter("beta", ("0.1", "0.2", "0.4", "0.7", "1", "2", "4", "7"), "the advection speed"),
)


def build(parameters: Mapping[str, str], options: ProblemOptions) -> Problem:
    """The problem at one speed."""
    family = Family(
        name="advection",
        equation="u_t + beta u_x = 0",
        grid=Grid(num_points=1024, final_time=2.0, frames=201),
        coefficients={"beta": float(parameters["beta"])},
        inputs=("u0_batch",),
        outputs=(Output("trajectory", "u", starts_as="u0_batch"),),
        draw=partial(draw, "advection"),
        stream=f"advection/{VERSION}",
        solve=advection.solve,
        floor=advection.floor,
        method=advection.METHOD,
        version=advection.VERSION,
        published=catalogue.ADVECTION,
        budgets=mass,
        validity="any speed and any state",
    )
    return PdeProblem(family, dict(parameters), ProblemFolder(Path(__file__).parent), options)
